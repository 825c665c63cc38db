using System.Globalization;
using PSPairChat.Rooms;
using PSPairChat.Sessions;

namespace PSPairChat.Terminal;

/// <summary>What a chat tells the person in front of it, whatever the terminal.</summary>
internal static class ConsoleMessages
{
    public const string QuitNotAllowed = "A message that is exactly \\quit cannot be said.";
    public const string NoClientConnected = "Nobody is connected. Ctrl+C stops the server.";

    public const string HostCannotLeave = "You are the host: Ctrl+C closes the room.";

    /// <summary>What a session is, and how it is left.</summary>
    public static string GetBanner(ChatSession session) => session.Role switch
    {
        ChatRole.Client => FormatConnected(session.HostName, session.Port),
        ChatRole.Room => $"The room {((IRoomSession)session).Room} is open. {FormatListening(session)} {RoomSlashCommand.Help} Ctrl+C closes the room.",
        _ => FormatListening(session) + " Ctrl+C stops the server.",
    };

    public static string FormatConnected(string hostName, int port) => $"Connected to {FormatAddress(hostName, port)}. {SlashCommand.Quit} leaves.";

    public static string FormatListening(ChatSession session) => $"Listening on {FormatAddress(session.HostName, session.Port)}.";

    public static string FormatHandlePrompt(int maxLength) => string.Format(CultureInfo.InvariantCulture, "Enter a handle ({0} characters or less): ", maxLength);

    /// <summary>A notice as it reads on a screen.</summary>
    public static string FormatNotice(ChatNotice notice) => notice.Change == PresenceChange.Arrival ? notice.Text + "..." : notice.Text;

    /// <summary>For whom a session waits.</summary>
    public static string FormatWaiting(ChatSession session)
    {
        var peer = session.Peer;
        if (peer is null)
            return "Waiting for a client...";
        if (session.Role == ChatRole.Server && session.MessagesReceived == 0)
            return "Waiting for the first message...";
        return peer.Handle is null && session.Role == ChatRole.Client ? $"Waiting for {DisplayText.Sanitize(session.HostName)}..." : $"Waiting for {peer}...";
    }

    /// <summary>Whether something may be said now.</summary>
    public static bool CanSend(ChatSession session) => session.Turn switch
    {
        ChatTurn.Mine => true,
        ChatTurn.Free => session.Role == ChatRole.Room || session.Peer is not null,
        _ => false,
    };

    /// <summary>How the last conversation of a session ended.</summary>
    public static ChatOutcome GetOutcome(ChatSession session) => session.CloseReason switch
    {
        ChatCloseReason.PeerDisconnected or ChatCloseReason.ProtocolError or ChatCloseReason.TimedOut => ChatOutcome.ConnectionLost,
        ChatCloseReason.Stopped => ChatOutcome.Interrupted,
        _ => ChatOutcome.Finished,
    };

    private static string FormatAddress(string hostName, int port) => string.Format(
        CultureInfo.InvariantCulture, hostName.IndexOf(':') < 0 ? "{0}:{1}" : "[{0}]:{1}", DisplayText.Sanitize(hostName), port);
}
