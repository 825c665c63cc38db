using System;
using System.Text;

namespace PSPairChat.Rooms;

/// <summary>
/// The room's own wire: lines that a person at <c>nc</c> or <c>telnet</c> can read and type. What members say always stands behind their nickname, which
/// is letters only; so nobody can forge a line that begins with a star, a bracket or another's name.
/// </summary>
internal sealed class TextProtocol : RoomProtocol
{
    private const string HistoryPrefix = "[past] ";
    private const string PrivatePrefix = "[private] ";
    private const string NoticePrefix = "* ";
    private const string MembersPrefix = "Here: ";
    private const string JoinedSuffix = " has joined.";
    private const string LeftSuffix = " has left";
    private const string NicknameSeparator = "> ";
    private const byte LineFeed = (byte)'\n';
    private const byte TelnetCommand = 0xFF;

    public override bool EchoesToSender => false;

    public override bool AcceptsUnterminatedFrame => true;

    public override int GetMaxFrameLength(int maxMessageLength) => 4 * maxMessageLength + 256;

    public override bool TryReadFrame(byte[] bytes, ref int start, int end, out ArraySegment<byte> frame)
    {
        var at = Array.IndexOf(bytes, LineFeed, start, end - start);
        frame = at < 0 ? default : new ArraySegment<byte>(bytes, start, at - start);
        if (at >= 0)
            start = at + 1;
        return at >= 0;
    }

    public override byte[] Encode(RoomEvent news) => EncodeLine(news.Kind switch
    {
        RoomEventKind.Welcome => $"HELLO {news.Handle}: {news.Text}",
        RoomEventKind.NickAccepted => $"READY {news.Handle}: {news.Text}",
        RoomEventKind.NickRejected => "RETRY " + news.Text,
        RoomEventKind.RoomFull => "FULL " + news.Text,
        RoomEventKind.Message => news.Handle + NicknameSeparator + news.Text,
        RoomEventKind.PrivateMessage => PrivatePrefix + news.Handle + NicknameSeparator + news.Text,
        RoomEventKind.HistoryMessage => HistoryPrefix + news.Handle + NicknameSeparator + news.Text,
        RoomEventKind.Joined => NoticePrefix + news.Handle + JoinedSuffix,
        RoomEventKind.Left => NoticePrefix + news.Handle + LeftSuffix + (news.Text.Length > 0 ? ": " + news.Text : "."),
        RoomEventKind.MemberList => NoticePrefix + MembersPrefix + news.Text,
        RoomEventKind.Notice => NoticePrefix + news.Text,
        RoomEventKind.Closing => "BYE " + news.Text,
        _ => throw new ArgumentOutOfRangeException(nameof(news)),
    });

    public override byte[] Encode(ClientCommand request) => EncodeLine(request.Kind switch
    {
        ClientCommandKind.None => "",
        ClientCommandKind.Nick => "NICK " + request.Handle,
        // What would be taken for a command is said on purpose.
        ClientCommandKind.Message => ParseCommand(request.Text).Kind == ClientCommandKind.Message && request.Text[0] != '/' ? request.Text : "/say " + request.Text,
        ClientCommandKind.PrivateMessage => $"/msg {request.Handle} {request.Text}",
        ClientCommandKind.ListMembers => "/who",
        ClientCommandKind.Help => "/help",
        ClientCommandKind.Quit => "BYE",
        _ => throw new ArgumentOutOfRangeException(nameof(request)),
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

    /// <summary>What a line means that a member types.</summary>
    public static ClientCommand ParseCommand(string line)
    {
        var (word, rest) = Split(line.TrimStart());
        var isAlone = string.IsNullOrWhiteSpace(rest);
        return word switch
        {
            "" => new ClientCommand(ClientCommandKind.None),
            "BYE" or "\\quit" or "/quit" when isAlone => new ClientCommand(ClientCommandKind.Quit),
            "/who" when isAlone => new ClientCommand(ClientCommandKind.ListMembers),
            "/msg" when Split(rest.TrimStart()) is { Tail.Length: > 0 } told => new ClientCommand(ClientCommandKind.PrivateMessage, told.Word, told.Tail),
            "/say" when rest.Length > 0 => new ClientCommand(ClientCommandKind.Message, Text: rest),
            _ when word[0] == '/' => new ClientCommand(ClientCommandKind.Help),
            _ => new ClientCommand(ClientCommandKind.Message, Text: line),
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
            var said when said.StartsWith(LeftSuffix + ": ", StringComparison.Ordinal) => new RoomEvent(RoomEventKind.Left, word, said.Substring(LeftSuffix.Length + 2)),
            _ => new RoomEvent(RoomEventKind.Notice, Text: text),
        };
    }

    private static RoomEvent ParseMessage(RoomEventKind kind, string line)
    {
        var at = line.IndexOf(NicknameSeparator, StringComparison.Ordinal);
        return at > 0 && line.IndexOf(' ') == at + 1
            ? new RoomEvent(kind, line.Substring(0, at), line.Substring(at + NicknameSeparator.Length))
            : new RoomEvent(RoomEventKind.Notice, Text: line);
    }

    private static RoomEvent ParseNamed(RoomEventKind kind, string rest)
    {
        var at = rest.IndexOf(':');
        return at < 0 ? new RoomEvent(kind, rest.Trim()) : new RoomEvent(kind, rest.Substring(0, at), rest.Substring(at + 1).Trim());
    }

    // The rest is exact, blanks and all: it may be what somebody says.
    private static (string Word, string Tail) Split(string line)
    {
        var at = line.IndexOf(' ');
        return at < 0 ? (line, "") : (line.Substring(0, at), line.Substring(at + 1));
    }

    private static byte[] EncodeLine(string text) => Encoding.UTF8.GetBytes(text + "\n");

    // Telnet ends a line with CR LF or CR NUL, and speaks of itself in bytes that no UTF-8 has.
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
        var kept = new byte[frame.Count];
        var count = 0;
        for (var i = 0; i < frame.Count; i++)
        {
            var b = frame.Array![frame.Offset + i];
            if (b != TelnetCommand)
                kept[count++] = b;
            // WILL, WON'T, DO and DON'T (251 to 254) name an option as well.
            else if (++i < frame.Count && frame.Array[frame.Offset + i] >= 251)
                i++;
        }
        Array.Resize(ref kept, count);
        return kept;
    }
}
