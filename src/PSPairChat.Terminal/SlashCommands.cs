using System;
using System.Collections.Generic;
using System.Linq;
using PSPairChat.Rooms;

namespace PSPairChat.Terminal;

/// <summary>
/// The commands that can be entered in place of a message. In a conversation of two, they begin with a backslash, and any other line is a message. In a room,
/// they begin with a slash or a backslash, and an unknown command is refused.
/// </summary>
/// <param name="session">The session.</param>
/// <param name="canDetach">Whether the session can be kept when the chat ends.</param>
internal sealed class SlashCommands(ChatSession session, bool canDetach)
{
    private const char Slash = '/';
    private const char Backslash = '\\';

    private readonly bool _isRoom = session is IRoomSession;
    private readonly string[] _names =
    [
        .. session.Role == ChatRole.Room ? Array.Empty<string>() : ["quit"],
        "help",
        .. canDetach ? ["detach"] : Array.Empty<string>(),
        .. SessionInvites.Find(session) is not null ? ["invite"] : Array.Empty<string>(),
        .. session is IRoomSession ? ["who", "say"] : Array.Empty<string>(),
        .. session is IRoomSession && SupportsPrivateMessages(session) ? ["msg"] : Array.Empty<string>(),
    ];

    /// <summary>Gets the command with which commands are listed.</summary>
    public string HelpCommand => Prefix + "help";

    private char Prefix => _isRoom ? Slash : Backslash;

    /// <summary>Parses a line.</summary>
    public SlashCommand Parse(string line) => _isRoom ? ParseInRoom(line) : ParseInPair(line);

    /// <summary>Gets the commands that begin with a text: a slash or a backslash, and the beginning of a name.</summary>
    public IEnumerable<string> Complete(string text) => text.Length > 0 && (text[0] == Backslash || text[0] == Slash && _isRoom)
        ? _names.Where(name => name.StartsWith(text.Substring(1), StringComparison.OrdinalIgnoreCase)).OrderBy(name => name, StringComparer.Ordinal).Select(name => text[0] + name)
        : [];

    /// <summary>Gets the description of the commands that apply, one per line.</summary>
    public IEnumerable<string> GetHelp()
    {
        foreach (var name in _names)
            yield return $"{Prefix}{(name + GetArguments(name)).PadRight(_isRoom ? 14 : 8)} {Describe(name)}";
        yield return _isRoom
            ? "Commands can begin with \\ instead of /. To send a text that begins with either, use /say, or repeat the character."
            : $"{Backslash}{HelpCommand.PadRight(8)} sends the text {HelpCommand}";
        yield return "Ctrl+C " + (session.Role switch
        {
            ChatRole.Room => "closes the room.",
            ChatRole.Server => "ends the conversation and stops the server.",
            _ => "ends the session.",
        });
        yield return _isRoom || session.CurrentTurn == ChatTurn.Free
            ? "Any other line is a message."
            : "Any other line is a message. Enter sends it on your turn; lines entered before your turn are kept.";
    }

    private SlashCommand ParseInPair(string line)
    {
        var text = line.TrimEnd();
        if (text.Length > 0 && text[0] == Backslash && GetKind(text.Substring(1)) is { } kind)
            return new SlashCommand(kind);
        // One more backslash than a command sends it as text.
        var isEscaped = text.StartsWith("\\\\", StringComparison.Ordinal) && GetKind(text.TrimStart(Backslash)) is not null;
        return new SlashCommand(SlashCommandKind.Message, isEscaped ? line.Substring(1) : line);
    }

    private SlashCommand ParseInRoom(string line)
    {
        if (line.Length == 0 || line[0] is not (Slash or Backslash))
            return new SlashCommand(SlashCommandKind.Message, line);
        if (line.Length > 1 && line[1] == line[0])
            return new SlashCommand(SlashCommandKind.Message, line.Substring(1));
        var (word, text) = Split(line);
        var name = word.Substring(1);
        if (IsName(name, "say") && text.Length > 0)
            return new SlashCommand(SlashCommandKind.Message, text);
        if (IsName(name, "msg") && _names.Contains("msg"))
        {
            var (handle, message) = Split(text.TrimStart());
            return message.Length > 0
                ? new SlashCommand(SlashCommandKind.PrivateMessage, message, handle)
                : new SlashCommand(SlashCommandKind.Invalid, $"Specify a member and a text, as in {Prefix}msg Bob hello.");
        }
        return string.IsNullOrWhiteSpace(text) && GetKind(name) is { } kind
            ? new SlashCommand(kind)
            : new SlashCommand(SlashCommandKind.Invalid, $"'{DisplayText.Sanitize(line)}' is not a command. {HelpCommand} lists the commands; {Prefix}say sends a text as it is.");
    }

    private SlashCommandKind? GetKind(string name) => name.ToUpperInvariant() switch
    {
        // At the host of a room, the chat shows how to close it.
        "QUIT" => SlashCommandKind.Quit,
        "HELP" => SlashCommandKind.Help,
        "DETACH" when canDetach => SlashCommandKind.Detach,
        "INVITE" when _names.Contains("invite") => SlashCommandKind.Invite,
        "WHO" when _isRoom => SlashCommandKind.ListMembers,
        _ => null,
    };

    private static string Describe(string name) => name switch
    {
        "quit" => "ends the conversation; Ctrl+D on an empty line does the same",
        "help" => "shows this help",
        "detach" => "returns to PowerShell and keeps the session open; Ctrl+] does the same",
        "invite" => "creates an invite for one client",
        "who" => "lists the members",
        "say" => "sends a text as it is",
        _ => "sends a text to one member",
    };

    private static string GetArguments(string name) => name switch
    {
        "say" => " TEXT",
        "msg" => " BOB TEXT",
        _ => "",
    };

    private static bool SupportsPrivateMessages(ChatSession session) => session.CurrentPeer?.Dialect != nameof(RoomDialect.Kutztown);

    private static bool IsName(string text, string name) => string.Equals(text, name, StringComparison.OrdinalIgnoreCase);

    // The text keeps its white space, because it can be a message.
    private static (string Word, string Text) Split(string line)
    {
        var index = line.IndexOf(' ');
        return index < 0 ? (line, "") : (line.Substring(0, index), line.Substring(index + 1));
    }
}
