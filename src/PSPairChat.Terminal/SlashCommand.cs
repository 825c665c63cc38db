using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using PSPairChat.Rooms;
using PSPairChat.Sessions;

namespace PSPairChat.Terminal;

/// <summary>
/// The commands that can be typed in place of a message: <c>\quit</c> and <c>\help</c>, and in a room <c>/who</c>, <c>/msg</c> and <c>/say</c>.
/// </summary>
internal static class SlashCommand
{
    public const string Quit = TurnTracker.QuitCommand;
    public const string Help = "\\help";
    public const string RoomHelp = "Commands: /who lists the members, /msg Bob TEXT sends TEXT to Bob only, /say TEXT sends TEXT as it is.";

    private const char RoomCommandPrefix = '/';

    /// <summary>Gets the output of <c>\help</c>.</summary>
    public static IReadOnlyList<string> HelpLines { get; } =
    [
        "\\quit    ends the conversation; Ctrl+D on an empty line does the same",
        "\\help    shows this help",
        "\\\\help   sends the text \\help",
        "Ctrl+C   ends the session; a server stops listening",
        "Any other line is a message. Enter sends it on your turn; lines entered before your turn are kept.",
    ];

    /// <summary>Gets the command that a line consists of: <see cref="Quit"/>, <see cref="Help"/>, or null for a message or a room command.</summary>
    public static string? Parse(string line)
    {
        var command = line.TrimEnd();
        return command is Quit or Help ? command : null;
    }

    /// <summary>Removes the additional backslash of an escaped command: <c>\\help</c> becomes the message <c>\help</c>.</summary>
    public static string Unescape(string line) =>
        line.StartsWith("\\\\", StringComparison.Ordinal) && Parse(line.TrimStart('\\').Insert(0, "\\")) is not null ? line.Substring(1) : line;

    /// <summary>Sends a message; in a room, executes a room command.</summary>
    /// <returns>The output of the command; null if a message was sent.</returns>
    /// <exception cref="ChatException">MessageInvalid for <c>\quit</c>, and the errors of <see cref="ChatSession.Send"/>.</exception>
    public static string? Send(ChatSession session, string text, CancellationToken cancellationToken)
    {
        if (session is not IRoomSession room || text.Length == 0 || text[0] != RoomCommandPrefix)
        {
            SendMessage(session, text, cancellationToken);
            return null;
        }
        var command = TextProtocol.ParseCommand(text);
        switch (command.Kind)
        {
            case ClientCommandKind.Message:
                SendMessage(session, command.Text, cancellationToken);
                return null;
            case ClientCommandKind.PrivateMessage:
                room.Send(command.Text, command.Handle, cancellationToken);
                return null;
            case ClientCommandKind.ListMembers:
                session.Refresh();
                return ConsoleMessages.FormatMembers(new[] { session.Handle }.Concat(room.Members.Select(m => m.Handle)));
            default:
                return RoomHelp;
        }
    }

    private static void SendMessage(ChatSession session, string text, CancellationToken cancellationToken)
    {
        if (Parse(text) == Quit)
            throw new ChatException(ChatErrorReason.MessageInvalid, ConsoleMessages.QuitNotAllowed);
        session.Send(text, cancellationToken);
    }
}
