using System.Globalization;
using PSPairChat.Rooms;

namespace PSPairChat.Terminal;

/// <summary>What a chat tells the person in front of it, whatever the terminal.</summary>
internal static class ChatSentences
{
    public const string CannotSayQuit = "A message that is exactly \\quit cannot be said.";
    public const string NobodyToLeave = "Nobody is connected. Ctrl+C stops the server.";

    public const string HostStays = "You are the host: Ctrl+C closes the room.";

    /// <summary>What a session is, and how it is left.</summary>
    public static string Opening(ChatSession session) => session.Role switch
    {
        ChatRole.Client => Connected(session.HostName, session.Port),
        ChatRole.Room => $"The room {((IRoom)session).Room} is open. {Listening(session)} {RoomCommand.Help} Ctrl+C closes the room.",
        _ => Listening(session) + " Ctrl+C stops the server.",
    };

    public static string Connected(string hostName, int port) => $"Connected to {Address(hostName, port)}. {LocalCommand.Quit} leaves.";

    public static string Listening(ChatSession session) => $"Listening on {Address(session.HostName, session.Port)}.";

    public static string AskHandle(int maxLength) => string.Format(CultureInfo.InvariantCulture, "Enter a handle ({0} characters or less): ", maxLength);

    /// <summary>A notice as it reads on a screen.</summary>
    public static string Tell(ChatNotice notice) => notice.Change == PresenceChange.Arrival ? notice.Text + "..." : notice.Text;

    /// <summary>For whom a session waits.</summary>
    public static string Waiting(ChatSession session)
    {
        var peer = session.Peer;
        if (peer is null)
            return "Waiting for a client...";
        if (session.Role == ChatRole.Server && session.MessagesReceived == 0)
            return "Waiting for the first message...";
        return peer.Handle is null && session.Role == ChatRole.Client ? $"Waiting for {DisplayText.Safe(session.HostName)}..." : $"Waiting for {peer}...";
    }

    /// <summary>Whether something may be said now.</summary>
    public static bool MaySpeak(ChatSession session) => session.Turn switch
    {
        ChatTurn.Mine => true,
        ChatTurn.Free => session.Role == ChatRole.Room || session.Peer is not null,
        _ => false,
    };

    /// <summary>How the last conversation of a session ended.</summary>
    public static ChatOutcome End(ChatSession session) => session.CloseReason switch
    {
        CloseReason.PeerDisconnected or CloseReason.ProtocolError or CloseReason.TimedOut => ChatOutcome.BrokenOff,
        CloseReason.Stopped => ChatOutcome.Interrupted,
        _ => ChatOutcome.Finished,
    };

    private static string Address(string hostName, int port) => string.Format(
        CultureInfo.InvariantCulture, hostName.IndexOf(':') < 0 ? "{0}:{1}" : "[{0}]:{1}", DisplayText.Safe(hostName), port);
}
