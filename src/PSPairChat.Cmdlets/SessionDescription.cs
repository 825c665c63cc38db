using System.Globalization;

namespace PSPairChat.Cmdlets;

/// <summary>How a session is named to a person.</summary>
internal static class SessionDescription
{
    /// <summary>One line: what it is and who is at the other end.</summary>
    public static string Describe(ChatSession session) => string.Format(
        CultureInfo.InvariantCulture, "{0} {1} ({2}:{3}) with {4}", session.Role, session.Name, session.HostName, session.Port, session is RoomSession room ? room.Members.Count + " members" : session.Peer?.ToString() ?? "nobody");
}
