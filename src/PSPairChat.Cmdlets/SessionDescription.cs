using System.Globalization;

namespace PSPairChat.Cmdlets;

/// <summary>Describes a session in one line.</summary>
internal static class SessionDescription
{
    /// <summary>Formats the role, name, endpoint, and peer of a session.</summary>
    public static string Format(ChatSession session)
    {
        var others = session is RoomSession room ? $"members: {room.Members.Count}" : $"peer: {session.Peer?.ToString() ?? "none"}";
        return string.Format(CultureInfo.InvariantCulture, "{0} {1} ({2}:{3}), {4}", session.Role, session.Name, session.HostName, session.Port, others);
    }
}
