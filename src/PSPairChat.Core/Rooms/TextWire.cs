using System;
using System.Text;

namespace PSPairChat.Rooms;

/// <summary>
/// The room's own wire: lines that a person at <c>nc</c> or <c>telnet</c> can read and type. What members say always stands behind their nickname, which
/// is letters only; so nobody can forge a line that begins with a star, a bracket or another's name.
/// </summary>
internal sealed class TextWire : RoomWire
{
    private const string PastMark = "[past] ";
    private const string PrivateMark = "[private] ";
    private const string NoticeMark = "* ";
    private const string HereMark = "Here: ";
    private const string HasJoined = " has joined.";
    private const string HasLeft = " has left";
    private const string Says = "> ";
    private const byte LineFeed = (byte)'\n';
    private const byte TelnetCommand = 0xFF;

    public override bool EchoesToSpeaker => false;

    public override bool EndsFrames => true;

    public override int MaxFrame(int maxMessageLength) => 4 * maxMessageLength + 256;

    public override bool TryFrame(byte[] bytes, ref int start, int end, out ArraySegment<byte> frame)
    {
        var at = Array.IndexOf(bytes, LineFeed, start, end - start);
        frame = at < 0 ? default : new ArraySegment<byte>(bytes, start, at - start);
        if (at >= 0)
            start = at + 1;
        return at >= 0;
    }

    public override byte[] Encode(RoomNews news) => Line(news.Kind switch
    {
        RoomNewsKind.Hello => $"HELLO {news.Handle}: {news.Text}",
        RoomNewsKind.Ready => $"READY {news.Handle}: {news.Text}",
        RoomNewsKind.Retry => "RETRY " + news.Text,
        RoomNewsKind.Full => "FULL " + news.Text,
        RoomNewsKind.Said => news.Handle + Says + news.Text,
        RoomNewsKind.Whispered => PrivateMark + news.Handle + Says + news.Text,
        RoomNewsKind.Past => PastMark + news.Handle + Says + news.Text,
        RoomNewsKind.Joined => NoticeMark + news.Handle + HasJoined,
        RoomNewsKind.Left => NoticeMark + news.Handle + HasLeft + (news.Text.Length > 0 ? ": " + news.Text : "."),
        RoomNewsKind.Here => NoticeMark + HereMark + news.Text,
        RoomNewsKind.Notice => NoticeMark + news.Text,
        RoomNewsKind.Bye => "BYE " + news.Text,
        _ => throw new ArgumentOutOfRangeException(nameof(news)),
    });

    public override byte[] Encode(RoomRequest request) => Line(request.Kind switch
    {
        RoomRequestKind.Nothing => "",
        RoomRequestKind.Nick => "NICK " + request.Handle,
        // What would be taken for a command is said on purpose.
        RoomRequestKind.Say => Command(request.Text).Kind == RoomRequestKind.Say && request.Text[0] != '/' ? request.Text : "/say " + request.Text,
        RoomRequestKind.Whisper => $"/msg {request.Handle} {request.Text}",
        RoomRequestKind.Who => "/who",
        RoomRequestKind.Help => "/help",
        RoomRequestKind.Bye => "BYE",
        _ => throw new ArgumentOutOfRangeException(nameof(request)),
    });

    public override RoomRequest DecodeRequest(ArraySegment<byte> frame, bool joined)
    {
        var line = Text(frame);
        var command = Command(line);
        if (joined || command.Kind is RoomRequestKind.Nothing or RoomRequestKind.Bye)
            return command;
        var (word, rest) = Split(line.Trim());
        var isCommand = rest.Length > 0 && string.Equals(word, "NICK", StringComparison.OrdinalIgnoreCase);
        return new RoomRequest(RoomRequestKind.Nick, (isCommand ? rest : line).Trim());
    }

    public override RoomNews DecodeNews(ArraySegment<byte> frame)
    {
        var line = Text(frame);
        if (line.StartsWith(NoticeMark, StringComparison.Ordinal))
            return Notice(line.Substring(NoticeMark.Length));
        if (line.StartsWith(PastMark, StringComparison.Ordinal))
            return Speech(RoomNewsKind.Past, line.Substring(PastMark.Length));
        if (line.StartsWith(PrivateMark, StringComparison.Ordinal))
            return Speech(RoomNewsKind.Whispered, line.Substring(PrivateMark.Length));
        var (word, rest) = Split(line);
        return word switch
        {
            "HELLO" => Named(RoomNewsKind.Hello, rest),
            "READY" => Named(RoomNewsKind.Ready, rest),
            "RETRY" => new RoomNews(RoomNewsKind.Retry, Text: rest),
            "FULL" => new RoomNews(RoomNewsKind.Full, Text: rest),
            "BYE" => new RoomNews(RoomNewsKind.Bye, Text: rest),
            _ => Speech(RoomNewsKind.Said, line),
        };
    }

    /// <summary>What a line means that a member types.</summary>
    public static RoomRequest Command(string line)
    {
        var (word, rest) = Split(line.TrimStart());
        var isAlone = string.IsNullOrWhiteSpace(rest);
        return word switch
        {
            "" => new RoomRequest(RoomRequestKind.Nothing),
            "BYE" or "\\quit" or "/quit" when isAlone => new RoomRequest(RoomRequestKind.Bye),
            "/who" when isAlone => new RoomRequest(RoomRequestKind.Who),
            "/msg" when Split(rest.TrimStart()) is { Tail.Length: > 0 } told => new RoomRequest(RoomRequestKind.Whisper, told.Word, told.Tail),
            "/say" when rest.Length > 0 => new RoomRequest(RoomRequestKind.Say, Text: rest),
            _ when word[0] == '/' => new RoomRequest(RoomRequestKind.Help),
            _ => new RoomRequest(RoomRequestKind.Say, Text: line),
        };
    }

    private static RoomNews Notice(string text)
    {
        if (text.StartsWith(HereMark, StringComparison.Ordinal))
            return new RoomNews(RoomNewsKind.Here, Text: text.Substring(HereMark.Length));
        var (word, rest) = Split(text);
        return (" " + rest) switch
        {
            HasJoined => new RoomNews(RoomNewsKind.Joined, word),
            HasLeft + "." => new RoomNews(RoomNewsKind.Left, word),
            var said when said.StartsWith(HasLeft + ": ", StringComparison.Ordinal) => new RoomNews(RoomNewsKind.Left, word, said.Substring(HasLeft.Length + 2)),
            _ => new RoomNews(RoomNewsKind.Notice, Text: text),
        };
    }

    private static RoomNews Speech(RoomNewsKind kind, string line)
    {
        var at = line.IndexOf(Says, StringComparison.Ordinal);
        return at > 0 && line.IndexOf(' ') == at + 1
            ? new RoomNews(kind, line.Substring(0, at), line.Substring(at + Says.Length))
            : new RoomNews(RoomNewsKind.Notice, Text: line);
    }

    private static RoomNews Named(RoomNewsKind kind, string rest)
    {
        var at = rest.IndexOf(':');
        return at < 0 ? new RoomNews(kind, rest.Trim()) : new RoomNews(kind, rest.Substring(0, at), rest.Substring(at + 1).Trim());
    }

    // The rest is exact, blanks and all: it may be what somebody says.
    private static (string Word, string Tail) Split(string line)
    {
        var at = line.IndexOf(' ');
        return at < 0 ? (line, "") : (line.Substring(0, at), line.Substring(at + 1));
    }

    private static byte[] Line(string text) => Encoding.UTF8.GetBytes(text + "\n");

    // Telnet ends a line with CR LF or CR NUL, and speaks of itself in bytes that no UTF-8 has.
    private static string Text(ArraySegment<byte> frame)
    {
        var bytes = frame.Array!;
        var end = frame.Offset + frame.Count;
        if (Array.IndexOf(bytes, TelnetCommand, frame.Offset, frame.Count) >= 0)
        {
            bytes = WithoutTelnetCommands(frame);
            end = bytes.Length;
        }
        var start = bytes == frame.Array ? frame.Offset : 0;
        while (end > start && bytes[end - 1] == '\r')
            end--;
        var text = Encoding.UTF8.GetString(bytes, start, end - start);
        return text.IndexOf('\0') >= 0 ? text.Replace("\0", "") : text;
    }

    private static byte[] WithoutTelnetCommands(ArraySegment<byte> frame)
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
