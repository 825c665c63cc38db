using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using PSPairChat.Rooms;
using PSPairChat.Sessions;

namespace PSPairChat.Terminal;

/// <summary>The texts that a chat shows on every kind of terminal.</summary>
internal static class ConsoleMessages
{
    public const string QuitNotAllowed = "A message cannot consist of \\quit only.";
    public const string NoClientConnected = "No client is connected. Press Ctrl+C to stop the server.";
    public const string HostCannotLeave = "The host cannot leave the room. Press Ctrl+C to close it.";

    /// <summary>Gets the text that is shown when a chat starts: the endpoint, and how to end the chat.</summary>
    public static string GetBanner(ChatSession session) => session.Role switch
    {
        ChatRole.Client => FormatConnected(session),
        ChatRole.Room => $"Room {((IRoomSession)session).Room} is open. {FormatListening(session)} Type /help for help, or press Ctrl+C to close the room.",
        _ => FormatListening(session) + " Press Ctrl+C to stop the server.",
    };

    public static string FormatConnected(string hostName, int port) => $"Connected to {FormatAddress(hostName, port)}. Type {TurnTracker.QuitCommand} to leave.";

    public static string FormatDetached(ChatSession session) => $"Detached from the session {DisplayText.Sanitize(session.Name)}. To return to it, run Enter-ChatSession.";

    public static string FormatConnected(ChatSession session) => FormatConnected(session.HostName, session.Port, session.Security);

    public static string FormatConnected(string hostName, int port, ChatSecurity? security) =>
        FormatConnected(hostName, port) + (security is null ? "" : $" {security}.");

    /// <summary>Formats an invite and the command with which a client uses it.</summary>
    public static string FormatInvite(ChatInvite invite) => string.Format(
        CultureInfo.InvariantCulture, "To connect, run one of these commands on the other host before {0:HH:mm}:\n  pairchat connect '{1}'\n  Connect-ChatServer -Invite '{1}' -Interactive",
        invite.ExpiresAt, invite);

    /// <summary>Formats the question whether to accept the key of a server.</summary>
    public static string FormatUnknownKey(ChatException exception) =>
        $"{exception.Message} Compare it with the one that the host of the server gets from Get-ChatKey or 'pairchat key'.";

    public static string FormatListening(ChatSession session) => $"Listening on {FormatAddress(session.HostName, session.Port)}.";

    public static string FormatHandlePrompt(int maxLength) => string.Format(CultureInfo.InvariantCulture, "Enter a handle (up to {0} characters): ", maxLength);

    public static string FormatMembers(IEnumerable<string> handles) => "Members: " + string.Join(", ", handles.Select(DisplayText.Sanitize));

    public static string FormatInputNotSent(string line) => "Input not sent: " + DisplayText.Sanitize(line);

    /// <summary>Formats the number of characters that a message may still have; negative if it is too long.</summary>
    public static string FormatCounter(int remaining) =>
        string.Format(CultureInfo.InvariantCulture, remaining >= 0 ? "({0} left)" : "({0} too many)", remaining >= 0 ? remaining : -remaining);

    public static string FormatNotice(ChatNotice notice) => notice.Change == PresenceChange.Arrival ? notice.Text + "..." : notice.Text;

    /// <summary>Formats what a session waits for: a client, or a message of the peer.</summary>
    /// <param name="session">The session.</param>
    /// <param name="isUnanswered">Whether the server has not responded for some time.</param>
    public static string FormatWaiting(ChatSession session, bool isUnanswered) =>
        isUnanswered ? $"{FormatWaiting(session)} {ReceiveResult.BusyServerHint}" : FormatWaiting(session);

    private static string FormatWaiting(ChatSession session)
    {
        if (session.State == ChatSessionState.Reconnecting)
            return "Reconnecting...";
        var peer = session.CurrentPeer;
        if (peer is null)
            return "Waiting for a client...";
        if (session.Role == ChatRole.Server && session.MessagesReceived == 0)
            return "Waiting for the first message...";
        return peer.Handle is null && session.Role == ChatRole.Client ? $"Waiting for {DisplayText.Sanitize(session.HostName)}..." : $"Waiting for {peer}...";
    }

    private static string FormatAddress(string hostName, int port) => string.Format(
        CultureInfo.InvariantCulture, hostName.IndexOf(':') < 0 ? "{0}:{1}" : "[{0}]:{1}", DisplayText.Sanitize(hostName), port);
}
