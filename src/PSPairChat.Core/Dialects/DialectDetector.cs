using System;
using System.Globalization;

namespace PSPairChat.Dialects;

/// <summary>
/// Finds out how a peer talks from its first bytes: first what marks the end of its messages, then, from the first of them, the rest. Pure: the same bytes, and
/// the same word on whether more will follow, give the same finding.
/// </summary>
internal static class DialectDetector
{
    private static readonly string[] EndMarks = ["@@@", "@!@", "||", "&&"];
    private static readonly ChatLengthPrefix[] Lengths =
        [ChatLengthPrefix.BigEndian32, ChatLengthPrefix.BigEndian16, ChatLengthPrefix.Digits, ChatLengthPrefix.PaddedDigits];

    // As buffers have. Another size may be that of this message alone.
    private static readonly int[] UsualSizes = [128, 255, 256, 500, 501, 511, 512, 513, 1000, 1023, 1024, 1025, 2048, 4096];

    private static readonly string[] NameWords = ["name", "handle", "nick", "who"];

    private enum Likeness
    {
        No,
        SoFar,
        Yes,
    }

    /// <summary>Tells what marks the end of a message.</summary>
    /// <param name="bytes">The bytes from the beginning of a message on.</param>
    /// <param name="start">Where they begin.</param>
    /// <param name="end">Where they end.</param>
    /// <param name="isStill">Whether the line has been quiet since, or no more bytes come.</param>
    /// <returns>A side with nothing but that in it; null where more bytes, or quiet, are needed to tell.</returns>
    public static ChatDialectSide? Framing(byte[] bytes, int start, int end, bool isStill)
    {
        if (start == end)
            return null;
        foreach (var length in Lengths)
        {
            switch (Counted(length, bytes, start, end, isStill, out var next))
            {
                case Likeness.Yes:
                    return new ChatDialectSide { Length = length, Ending = length == ChatLengthPrefix.Digits && bytes[next - 1] == 0 ? "\0" : "" };
                case Likeness.SoFar when !isStill:
                    return null;
            }
        }
        var lineFeed = Array.IndexOf(bytes, (byte)'\n', start, end - start);
        var nul = Array.IndexOf(bytes, (byte)0, start, end - start);
        if (lineFeed >= 0 && (nul < 0 || nul > lineFeed))
            return Line(bytes, start, lineFeed + 1, end, isStill);
        if (!isStill)
            return null;
        if (nul >= 0 && IsUsualSize(end - start))
            return new ChatDialectSide { Size = end - start };
        if (nul >= 0)
            return new ChatDialectSide { Ending = EndsEachWithNul(bytes, start, end) ? "\0" : "" };
        foreach (var mark in EndMarks)
        {
            if (Likens(mark, bytes, end - mark.Length, end) == Likeness.Yes && end - start > mark.Length)
                return new ChatDialectSide { Ending = mark };
        }
        return new ChatDialectSide();
    }

    /// <summary>Tells what follows the line feed of a first line and belongs to it: the rest of an end mark. Null where more bytes are needed.</summary>
    /// <returns>The mark; empty where there is none.</returns>
    public static string? MarkAfterLine(byte[] bytes, int start, int end, bool isStill)
    {
        foreach (var mark in EndMarks)
        {
            switch (Likens(mark, bytes, start, end))
            {
                case Likeness.Yes:
                    return mark;
                case Likeness.SoFar when !isStill:
                    return null;
            }
        }
        return "";
    }

    /// <summary>Tells how a client talks from the first thing that it said.</summary>
    /// <param name="text">What it said.</param>
    /// <param name="framing">What marked the end of it.</param>
    /// <param name="port">The server's port.</param>
    /// <param name="isEnded">Whether nothing more can come.</param>
    public static DialectFinding OfClient(string text, ChatDialectSide framing, int port, bool isEnded)
    {
        var isLine = framing.Ending == "\n" && framing.Size == 0;
        var word = text.Trim();
        var dialled = port.ToString(CultureInfo.InvariantCulture);
        if (port > 0 && word == dialled)
        {
            var dialect = BuiltInDialects.PortOpening;
            return new DialectFinding(
                isLine ? dialect with { Client = dialect.Client with { Size = 0, Ending = "\n" }, Server = dialect.Server with { Ending = "\n" } } : dialect,
                "it began with the port that it dialled", isOpening: true);
        }
        var prefix = HandlePrefix.Find(text);
        if (port > 0 && prefix is { } before && text.Substring(before.Length).Trim() == dialled)
        {
            return new DialectFinding(BuiltInDialects.PortOpeningEndMark, "it began with its handle and the port that it dialled",
                isOpening: true, before.Handle);
        }
        if (!isEnded && IsBareHandle(word, framing))
        {
            return new DialectFinding(BuiltInDialects.HandleExchange, "it began with one word and no line end: its handle", isOpening: true, word);
        }
        return new DialectFinding(Answer(framing, prefix?.SeparatorFound ?? ""), Describe(framing, prefix?.SeparatorFound ?? ""));
    }

    /// <summary>Tells how a server talks that said something before we did.</summary>
    /// <param name="text">What it said.</param>
    /// <param name="framing">What marked the end of it.</param>
    public static DialectFinding OfServerThatBegins(string text, ChatDialectSide framing)
    {
        var word = text.Trim();
        if (HandlePrefix.Find(text) is { } prefix && !(prefix.Length >= text.Length && IsQuestion(word)))
        {
            var dialect = OfServer(framing, prefix);
            return new DialectFinding(
                dialect with { FirstSpeaker = ChatEnd.Server, Client = dialect.Client with { Separator = prefix.SeparatorFound } },
                "the server spoke first; " + Describe(framing, prefix.SeparatorFound));
        }
        if (framing.Length == ChatLengthPrefix.None && IsQuestion(word))
        {
            // Whoever pads takes padding; whoever does not may read lines.
            var dialect = BuiltInDialects.ServerQuestion;
            var ours = framing.Size > 0
                ? dialect.Client with { Opening = "{handle}" + framing.Ending + "\0", Ending = framing.Ending }
                : dialect.Client with { Opening = "{handle}\n", Size = 0 };
            return new DialectFinding(dialect with { Client = ours },
                "the server began with a question", isOpening: true);
        }
        if (IsBareHandle(word, framing))
            return new DialectFinding(BuiltInDialects.ServerHandle, "the server began with one word and no line end: its handle", isOpening: true, word);
        return new DialectFinding(OfServer(framing, null) with { FirstSpeaker = ChatEnd.Server }, "the server spoke first; " + Describe(framing, ""));
    }

    /// <summary>Tells how a server talks from its first answer; how we talk stays as it is.</summary>
    public static DialectFinding OfServerThatAnswers(string text, ChatDialectSide framing)
    {
        var prefix = HandlePrefix.Find(text);
        return new DialectFinding(OfServer(framing, prefix), Describe(framing, prefix?.SeparatorFound ?? ""));
    }

    /// <summary>Tells how a peer goes on after its opening, from its first message.</summary>
    /// <param name="opened">The dialect that the opening showed.</param>
    /// <param name="peer">Which end the peer is.</param>
    /// <param name="framing">What marked the end of the message.</param>
    /// <param name="separator">What stood between the handle and the text; empty where there was no handle.</param>
    public static DialectFinding AfterOpening(ChatDialect opened, ChatEnd peer, ChatDialectSide framing, string separator)
    {
        var why = Describe(framing, separator);
        var theirs = opened.Side(peer) with { Length = framing.Length, Ending = framing.Ending, Size = framing.Size, Separator = separator };
        if (opened.Opener != ChatEnd.Client || opened.FirstSpeaker != ChatEnd.Client || peer != ChatEnd.Client)
            return new DialectFinding(opened.With(peer, theirs), why);

        var ours = opened.Server with { Length = framing.Length, Ending = IsMark(framing.Ending) ? AnswerTo(framing.Ending) : "", Separator = theirs.Separator };
        if (ours != opened.Server)
            ours = ours with { Quit = BuiltInDialects.Line.Server.Quit };
        var name = framing.Length != ChatLengthPrefix.None ? opened
            : framing.Size > 0 ? BuiltInDialects.HandleExchangePadded
            : IsMark(framing.Ending) ? BuiltInDialects.HandleExchangeEndMark
            : separator.Length > 0 ? BuiltInDialects.HandleExchangePrefixed
            : framing.Ending == "\n" ? BuiltInDialects.HandleExchangeLine
            : opened;
        return new DialectFinding(opened with { Name = name.Name, Description = name.Description, Client = theirs, Server = ours }, why);
    }

    /// <summary>Tells how a peer talks whose end of message was not the line feed that it seemed to be.</summary>
    public static DialectFinding Corrected(ChatDialect found, ChatEnd peer, ChatDialectSide framing, string separator) =>
        peer == ChatEnd.Client && found.Client.Opening.Length == 0
            ? new DialectFinding(Answer(framing, separator), Describe(framing, separator))
            : AfterOpening(found, peer, framing, separator);

    // The family of what marks the end of a peer's messages, which lends its name.
    private static ChatDialect Family(ChatDialectSide framing, bool isPrefixed) => framing switch
    {
        { Length: ChatLengthPrefix.Digits } => BuiltInDialects.LengthDigits,
        { Length: ChatLengthPrefix.PaddedDigits } => BuiltInDialects.LengthPadded,
        { Length: ChatLengthPrefix.BigEndian16 } => BuiltInDialects.Length16,
        { Length: ChatLengthPrefix.BigEndian32 } => BuiltInDialects.Length32,
        { Size: > 0 } => BuiltInDialects.Padded,
        { Ending: "\n" } => BuiltInDialects.Line,
        { Ending: "" } => isPrefixed ? BuiltInDialects.Raw : BuiltInDialects.BareRaw,
        { Ending: "\0" or "\n\0" } => BuiltInDialects.Nul,
        _ => BuiltInDialects.EndMark,
    };

    // A client without an opening is answered in kind. A person at a bare terminal sends lines, and likes to see who speaks.
    private static ChatDialect Answer(ChatDialectSide framing, string separator)
    {
        var family = Family(framing, separator.Length > 0);
        var theirs = framing with { Separator = separator, Quit = family.Client.Quit };
        var ours = new ChatDialectSide
        {
            Length = framing.Length,
            Ending = AnswerTo(framing.Ending),
            Separator = family == BuiltInDialects.Line && separator.Length == 0 ? HandlePrefix.Separator : separator,
            Quit = family.Server.Quit,
        };
        return family with { Client = theirs, Server = ours };
    }

    // A client that was told nothing sends lines, whatever the server sends.
    private static ChatDialect OfServer(ChatDialectSide framing, HandlePrefix? prefix) => Family(framing, prefix is not null) with
    {
        Client = BuiltInDialects.Line.Client,
        Server = framing with { Separator = prefix?.SeparatorFound ?? "" },
    };

    private static bool IsUsualSize(int count) => Array.IndexOf(UsualSizes, count) >= 0;

    private static bool IsMark(string ending) => ending.Length > 0 && ending is not ("\n" or "\0" or "\n\0");

    private static string AnswerTo(string ending) => IsMark(ending) ? ending.TrimStart('\n') : ending;

    // A person, too, may begin with one word; but a person ends it with a line feed.
    private static bool IsBareHandle(string word, ChatDialectSide framing) => framing.Length == ChatLengthPrefix.None && framing.Ending is "" or "\0"
        && HandlePrefix.IsHandle(word) && !QuitWords.Contain(word, prefixed: false, usuallyPrefixed: false);

    private static bool IsQuestion(string text)
    {
        if (text.EndsWith("?", StringComparison.Ordinal))
            return true;
        if (!text.EndsWith(":", StringComparison.Ordinal) && !text.EndsWith(">", StringComparison.Ordinal))
            return false;
        foreach (var word in NameWords)
        {
            if (text.IndexOf(word, StringComparison.OrdinalIgnoreCase) >= 0)
                return true;
        }
        return false;
    }

    private static ChatDialectSide? Line(byte[] bytes, int start, int next, int end, bool isStill)
    {
        if (next == end)
            return new ChatDialectSide { Ending = "\n" };
        if (bytes[next] == 0)
        {
            if (!isStill)
                return null;
            if (IsUsualSize(end - start))
                return new ChatDialectSide { Ending = "\n", Size = end - start };
            return EndsEachWithNul(bytes, start, end) ? new ChatDialectSide { Ending = "\n\0" } : new ChatDialectSide();
        }
        return MarkAfterLine(bytes, next, end, isStill) is { } mark ? new ChatDialectSide { Ending = "\n" + mark } : null;
    }

    // Padding has NULs in a row, or ends in garbage.
    private static bool EndsEachWithNul(byte[] bytes, int start, int end)
    {
        if (bytes[end - 1] != 0)
            return false;
        for (var i = start + 1; i < end; i++)
        {
            if (bytes[i] == 0 && bytes[i - 1] == 0)
                return false;
        }
        return true;
    }

    private static Likeness Counted(ChatLengthPrefix kind, byte[] bytes, int start, int end, bool isStill, out int next)
    {
        next = end;
        var size = LengthPrefix.Size(kind);
        var count = end - start;
        var isDigits = kind is ChatLengthPrefix.Digits or ChatLengthPrefix.PaddedDigits;
        // A big-endian length begins with a NUL, or nearly: no text does.
        if (isDigits ? bytes[start] is < (byte)'0' or > (byte)'9' : bytes[start] >= (kind == ChatLengthPrefix.BigEndian32 ? 1 : 8))
            return Likeness.No;
        if (count < size)
        {
            for (var i = start; i < end; i++)
            {
                if (isDigits && bytes[i] is not (>= (byte)'0' and <= (byte)'9' or (byte)'x'))
                    return Likeness.No;
            }
            return kind == ChatLengthPrefix.BigEndian32 && count > 1 && bytes[start + 1] != 0 ? Likeness.No : Likeness.SoFar;
        }
        var length = LengthPrefix.Read(kind, bytes, start);
        if (length < 1 || length > FrameReader.MaxFrameBytes)
            return Likeness.No;
        var body = start + size;
        if (isDigits && body < end && bytes[body] == '>')
            return Likeness.No;
        if (kind == ChatLengthPrefix.BigEndian16 && (body < end ? bytes[body] != '{' : length < 2))
            return Likeness.No;
        var bodyEnd = LengthPrefix.End(kind, ChatEncoding.Utf8, bytes, body, length, end);
        if (bodyEnd < 0 && isStill && body + length <= end)
            bodyEnd = body + length;
        if (bodyEnd < 0)
        {
            // A line that begins with a number is a line, unless the number fits it nearly.
            return isDigits && bytes[end - 1] == '\n' && body + length - end > 2 ? Likeness.No : Likeness.SoFar;
        }
        if (kind == ChatLengthPrefix.BigEndian16 && bytes[bodyEnd - 1] != '}')
            return Likeness.No;
        next = bodyEnd;
        // What follows must be the next length.
        return end - bodyEnd < size || LengthPrefix.Read(kind, bytes, bodyEnd) is >= 0 and <= FrameReader.MaxFrameBytes ? Likeness.Yes : Likeness.No;
    }

    private static Likeness Likens(string mark, byte[] bytes, int start, int end)
    {
        if (start < 0)
            return Likeness.No;
        for (var i = 0; i < mark.Length; i++)
        {
            if (start + i >= end)
                return i == 0 ? Likeness.No : Likeness.SoFar;
            if (bytes[start + i] != mark[i])
                return Likeness.No;
        }
        return Likeness.Yes;
    }

    private static string Describe(ChatDialectSide framing, string separator)
    {
        var end = framing switch
        {
            { Length: not ChatLengthPrefix.None } => $"its messages begin with a length ({framing.Length})",
            { Size: > 0 } => string.Format(CultureInfo.InvariantCulture, "its messages are padded to {0} bytes", framing.Size),
            { Ending: "\n" } => "its messages end with a line feed",
            { Ending: "\0" or "\n\0" } => "its messages end with a NUL",
            { Ending: "" } => "nothing marks the end of its messages",
            _ => $"its messages end with '{framing.Ending.Trim('\n')}'",
        };
        return separator.Length > 0 ? $"{end}, and a handle and '{separator}' stand before them" : end;
    }
}
