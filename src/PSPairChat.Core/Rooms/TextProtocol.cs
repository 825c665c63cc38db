using System;
using System.Globalization;
using System.Text;

namespace PSPairChat.Rooms;

/// <summary>
/// The default protocol of rooms: lines of text, suitable for people who use <c>nc</c> or <c>telnet</c>. A member's message follows the member's nickname,
/// which consists of letters, so that no member can forge a line that begins with an asterisk, a bracket or the nickname of another.
/// </summary>
internal sealed class TextProtocol : RoomProtocol
{
    /// <summary>Precedes a message that was sent before the recipient joined.</summary>
    public const string HistoryPrefix = "[history] ";

    /// <summary>Precedes a message to one member.</summary>
    public const string PrivatePrefix = "[private] ";

    /// <summary>Precedes the list of members.</summary>
    public const string MembersPrefix = "Members: ";

    /// <summary>Precedes the rule for nicknames in the greeting of a room.</summary>
    public const string WelcomePrefix = "Type a nickname of ";

    private const string WelcomeCommand = "HELLO ";
    private const string NoticePrefix = "* ";
    private const string JoinedSuffix = " has joined.";
    private const string LeftSuffix = " has left";
    private const string NicknameSeparator = "> ";
    private const char PositionStart = '\x1E';      // record separator; a text for display contains no control characters
    private const char PositionEnd = '\x1F';        // unit separator
    private const char Cancel = '\x18';
    private const byte LineFeed = (byte)'\n';
    private const byte TelnetCommand = 0xFF;

    public override bool EchoesToSender => false;

    public override bool AcceptsUnterminatedFrame => true;

    public override bool HasPositions => true;

    public override int GetMaxFrameLength(int maxMessageLength) => 4 * maxMessageLength + 256;

    public override int GetEncodedLength(string text) => Encoding.UTF8.GetByteCount(text);

    public override bool TryReadFrame(byte[] bytes, ref int start, int end, out ArraySegment<byte> frame)
    {
        var index = Array.IndexOf(bytes, LineFeed, start, end - start);
        frame = index < 0 ? default : new ArraySegment<byte>(bytes, start, index - start);
        if (index >= 0)
            start = index + 1;
        return index >= 0;
    }

    public override byte[] Encode(RoomEvent roomEvent) => EncodeLine(FormatPosition(roomEvent.Position) + roomEvent.Kind switch
    {
        RoomEventKind.Welcome => $"{WelcomeCommand}{roomEvent.Handle}: {roomEvent.Text}",
        RoomEventKind.NickAccepted => $"READY {roomEvent.Handle}: {roomEvent.Text}",
        RoomEventKind.NickRejected => "RETRY " + roomEvent.Text,
        RoomEventKind.RoomFull => "FULL " + roomEvent.Text,
        RoomEventKind.Message => roomEvent.Handle + NicknameSeparator + roomEvent.Text,
        RoomEventKind.PrivateMessage => PrivatePrefix + roomEvent.Handle + NicknameSeparator + roomEvent.Text,
        RoomEventKind.HistoryMessage => HistoryPrefix + roomEvent.Handle + NicknameSeparator + roomEvent.Text,
        RoomEventKind.Joined => NoticePrefix + roomEvent.Handle + JoinedSuffix,
        RoomEventKind.Left => NoticePrefix + roomEvent.Handle + LeftSuffix + (roomEvent.Text.Length > 0 ? ": " + roomEvent.Text : "."),
        RoomEventKind.MemberList => NoticePrefix + MembersPrefix + roomEvent.Text,
        RoomEventKind.Notice => NoticePrefix + roomEvent.Text,
        RoomEventKind.Continued => Cancel.ToString(),
        RoomEventKind.Closing => "BYE " + roomEvent.Text,
        _ => throw new ArgumentOutOfRangeException(nameof(roomEvent)),
    });

    public override byte[] Encode(ClientCommand command) => EncodeLine(command.Kind switch
    {
        ClientCommandKind.None => "",
        ClientCommandKind.Nick => "NICK " + command.Handle,
        // A message that looks like a command needs /say.
        ClientCommandKind.Message => ParseCommand(command.Text).Kind == ClientCommandKind.Message && command.Text[0] != '/' ? command.Text : "/say " + command.Text,
        ClientCommandKind.PrivateMessage => $"/msg {command.Handle} {command.Text}",
        ClientCommandKind.ListMembers => "/who",
        ClientCommandKind.Help => "/help",
        ClientCommandKind.Quit => "BYE",
        _ => throw new ArgumentOutOfRangeException(nameof(command)),
    });

    public override ClientCommand DecodeCommand(ArraySegment<byte> frame, bool joined)
    {
        var line = DecodeLine(frame);
        var command = ParseCommand(line);
        if (joined || command.Kind is ClientCommandKind.None or ClientCommandKind.Quit)
            return command;
        var (word, rest) = Split(line.Trim());
        var isCommand = rest.Length > 0 && string.Equals(word, "NICK", StringComparison.OrdinalIgnoreCase);
        return new ClientCommand(ClientCommandKind.Nick, (isCommand ? rest : line).Trim());
    }

    public override RoomEvent DecodeEvent(ArraySegment<byte> frame)
    {
        var line = DecodeLine(frame);
        var isContinued = line.Length > 0 && line[line.Length - 1] == Cancel;
        // An incomplete line of the previous server may precede.
        var start = isContinued ? line.LastIndexOf(PositionStart) : line.Length > 0 && line[0] == PositionStart ? 0 : -1;
        var end = start < 0 ? -1 : line.IndexOf(PositionEnd, start);
        var position = 0L;
        if (end > 0 && long.TryParse(line.Substring(start + 1, end - start - 1), NumberStyles.None, CultureInfo.InvariantCulture, out position))
            line = line.Substring(end + 1);
        return (isContinued ? new RoomEvent(RoomEventKind.Continued) : ParseEvent(line)) with { Position = position };
    }

    /// <summary>Parses a line that a member types.</summary>
    public static ClientCommand ParseCommand(string line)
    {
        var (word, rest) = Split(line.TrimStart());
        var isAlone = string.IsNullOrWhiteSpace(rest);
        return word switch
        {
            "" => new ClientCommand(ClientCommandKind.None),
            "BYE" or "\\quit" or "/quit" when isAlone => new ClientCommand(ClientCommandKind.Quit),
            "/who" when isAlone => new ClientCommand(ClientCommandKind.ListMembers),
            "/msg" when Split(rest.TrimStart()) is { Tail.Length: > 0 } message => new ClientCommand(ClientCommandKind.PrivateMessage, message.Word, message.Tail),
            "/say" when rest.Length > 0 => new ClientCommand(ClientCommandKind.Message, Text: rest),
            _ when word[0] == '/' => new ClientCommand(ClientCommandKind.Help),
            _ => new ClientCommand(ClientCommandKind.Message, Text: line),
        };
    }

    /// <summary>Gets the name of the room that sent a line; null if the line is not the greeting of a room.</summary>
    public static string? FindRoomName(string line)
    {
        if (!line.StartsWith(WelcomeCommand, StringComparison.Ordinal))
            return null;
        var welcome = ParseNamed(RoomEventKind.Welcome, line.Substring(WelcomeCommand.Length));
        return welcome.Text.StartsWith(WelcomePrefix, StringComparison.Ordinal) ? welcome.Handle : null;
    }

    private static RoomEvent ParseEvent(string line)
    {
        if (line.StartsWith(NoticePrefix, StringComparison.Ordinal))
            return ParseNotice(line.Substring(NoticePrefix.Length));
        if (line.StartsWith(HistoryPrefix, StringComparison.Ordinal))
            return ParseMessage(RoomEventKind.HistoryMessage, line.Substring(HistoryPrefix.Length));
        if (line.StartsWith(PrivatePrefix, StringComparison.Ordinal))
            return ParseMessage(RoomEventKind.PrivateMessage, line.Substring(PrivatePrefix.Length));
        var (word, rest) = Split(line);
        return word switch
        {
            "HELLO" => ParseNamed(RoomEventKind.Welcome, rest),
            "READY" => ParseNamed(RoomEventKind.NickAccepted, rest),
            "RETRY" => new RoomEvent(RoomEventKind.NickRejected, Text: rest),
            "FULL" => new RoomEvent(RoomEventKind.RoomFull, Text: rest),
            "BYE" => new RoomEvent(RoomEventKind.Closing, Text: rest),
            _ => ParseMessage(RoomEventKind.Message, line),
        };
    }

    private static RoomEvent ParseNotice(string text)
    {
        if (text.StartsWith(MembersPrefix, StringComparison.Ordinal))
            return new RoomEvent(RoomEventKind.MemberList, Text: text.Substring(MembersPrefix.Length));
        var (word, rest) = Split(text);
        return (" " + rest) switch
        {
            JoinedSuffix => new RoomEvent(RoomEventKind.Joined, word),
            LeftSuffix + "." => new RoomEvent(RoomEventKind.Left, word),
            var left when left.StartsWith(LeftSuffix + ": ", StringComparison.Ordinal) => new RoomEvent(RoomEventKind.Left, word, left.Substring(LeftSuffix.Length + 2)),
            _ => new RoomEvent(RoomEventKind.Notice, Text: text),
        };
    }

    private static RoomEvent ParseMessage(RoomEventKind kind, string line)
    {
        var index = line.IndexOf(NicknameSeparator, StringComparison.Ordinal);
        return index > 0 && line.IndexOf(' ') == index + 1
            ? new RoomEvent(kind, line.Substring(0, index), line.Substring(index + NicknameSeparator.Length))
            : new RoomEvent(RoomEventKind.Notice, Text: line);
    }

    private static RoomEvent ParseNamed(RoomEventKind kind, string rest)
    {
        var index = rest.IndexOf(':');
        return index < 0 ? new RoomEvent(kind, rest.Trim()) : new RoomEvent(kind, rest.Substring(0, index), rest.Substring(index + 1).Trim());
    }

    // The tail keeps its white space, because it can be a message.
    private static (string Word, string Tail) Split(string line)
    {
        var index = line.IndexOf(' ');
        return index < 0 ? (line, "") : (line.Substring(0, index), line.Substring(index + 1));
    }

    private static string FormatPosition(long position) => position == 0 ? "" : string.Format(CultureInfo.InvariantCulture, "{0}{1}{2}", PositionStart, position, PositionEnd);

    private static byte[] EncodeLine(string text) => Encoding.UTF8.GetBytes(text + "\n");

    // Telnet ends a line with CR LF or CR NUL; its commands begin with a byte that does not occur in UTF-8.
    private static string DecodeLine(ArraySegment<byte> frame)
    {
        var bytes = frame.Array!;
        var end = frame.Offset + frame.Count;
        if (Array.IndexOf(bytes, TelnetCommand, frame.Offset, frame.Count) >= 0)
        {
            bytes = RemoveTelnetCommands(frame);
            end = bytes.Length;
        }
        var start = bytes == frame.Array ? frame.Offset : 0;
        while (end > start && bytes[end - 1] == '\r')
            end--;
        var text = Encoding.UTF8.GetString(bytes, start, end - start);
        return text.IndexOf('\0') >= 0 ? text.Replace("\0", "") : text;
    }

    private static byte[] RemoveTelnetCommands(ArraySegment<byte> frame)
    {
        var output = new byte[frame.Count];
        var count = 0;
        for (var i = 0; i < frame.Count; i++)
        {
            var b = frame.Array![frame.Offset + i];
            if (b != TelnetCommand)
                output[count++] = b;
            // WILL, WON'T, DO and DON'T (251 to 254) are followed by an option.
            else if (++i < frame.Count && frame.Array[frame.Offset + i] >= 251)
                i++;
        }
        Array.Resize(ref output, count);
        return output;
    }
}
