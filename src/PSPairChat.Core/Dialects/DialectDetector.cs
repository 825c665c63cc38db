using System;
using System.Globalization;

namespace PSPairChat.Dialects;

/// <summary>
/// Finds out how a peer talks from its first bytes: first what marks the end of its messages, then, from the first of them, the rest. Pure: the same bytes, and
/// the same word on whether more will follow, give the same finding.
/// </summary>
internal static class DialectDetector
{
    private static readonly string[] Delimiters = ["@@@", "@!@", "||", "&&"];
    private static readonly ChatLengthPrefix[] LengthPrefixes =
        [ChatLengthPrefix.BigEndian32, ChatLengthPrefix.BigEndian16, ChatLengthPrefix.Digits, ChatLengthPrefix.PaddedDigits];

    // As buffers have. Another size may be that of this message alone.
    private static readonly int[] CommonBufferSizes = [128, 255, 256, 500, 501, 511, 512, 513, 1000, 1023, 1024, 1025, 2048, 4096];

    private static readonly string[] NamePromptWords = ["name", "handle", "nick", "who"];

    private enum MatchResult
    {
        None,
        Partial,
        Complete,
    }

    /// <summary>Tells what marks the end of a message.</summary>
    /// <param name="bytes">The bytes from the beginning of a message on.</param>
    /// <param name="start">Where they begin.</param>
    /// <param name="end">Where they end.</param>
    /// <param name="isStill">Whether the line has been quiet since, or no more bytes come.</param>
    /// <returns>A side with nothing but that in it; null where more bytes, or quiet, are needed to tell.</returns>
    public static ChatDialectSide? DetectFraming(byte[] bytes, int start, int end, bool isStill)
    {
        if (start == end)
            return null;
        foreach (var length in LengthPrefixes)
        {
            switch (MatchLengthPrefix(length, bytes, start, end, isStill, out var next))
            {
                case MatchResult.Complete:
                    return new ChatDialectSide { LengthPrefix = length, Terminator = length == ChatLengthPrefix.Digits && bytes[next - 1] == 0 ? "\0" : "" };
                case MatchResult.Partial when !isStill:
                    return null;
            }
        }
        var lineFeed = Array.IndexOf(bytes, (byte)'\n', start, end - start);
        var nul = Array.IndexOf(bytes, (byte)0, start, end - start);
        if (lineFeed >= 0 && (nul < 0 || nul > lineFeed))
            return DetectLine(bytes, start, lineFeed + 1, end, isStill);
        if (!isStill)
            return null;
        if (nul >= 0 && IsCommonBufferSize(end - start))
            return new ChatDialectSide { FixedLength = end - start };
        if (nul >= 0)
            return new ChatDialectSide { Terminator = IsNullTerminated(bytes, start, end) ? "\0" : "" };
        foreach (var mark in Delimiters)
        {
            if (MatchDelimiter(mark, bytes, end - mark.Length, end) == MatchResult.Complete && end - start > mark.Length)
                return new ChatDialectSide { Terminator = mark };
        }
        return new ChatDialectSide();
    }

    /// <summary>Tells what follows the line feed of a first line and belongs to it: the rest of an end mark. Null where more bytes are needed.</summary>
    /// <returns>The mark; empty where there is none.</returns>
    public static string? DetectDelimiterAfterLine(byte[] bytes, int start, int end, bool isStill)
    {
        foreach (var mark in Delimiters)
        {
            switch (MatchDelimiter(mark, bytes, start, end))
            {
                case MatchResult.Complete:
                    return mark;
                case MatchResult.Partial when !isStill:
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
    public static DetectionResult DetectClient(string text, ChatDialectSide framing, int port, bool isEnded)
    {
        var isLine = framing.Terminator == "\n" && framing.FixedLength == 0;
        var word = text.Trim();
        var dialled = port.ToString(CultureInfo.InvariantCulture);
        if (port > 0 && word == dialled)
        {
            var dialect = BuiltInDialects.PortGreeting;
            return new DetectionResult(
                isLine ? dialect with { Client = dialect.Client with { FixedLength = 0, Terminator = "\n" }, Server = dialect.Server with { Terminator = "\n" } } : dialect,
                "it began with the port that it dialled", isOpening: true);
        }
        var prefix = HandlePrefix.Find(text);
        if (port > 0 && prefix is { } before && text.Substring(before.Length).Trim() == dialled)
        {
            return new DetectionResult(BuiltInDialects.PortGreetingDelimited, "it began with its handle and the port that it dialled",
                isOpening: true, before.Handle);
        }
        if (!isEnded && IsHandleOnly(word, framing))
        {
            return new DetectionResult(BuiltInDialects.HandleExchange, "it began with one word and no line end: its handle", isOpening: true, word);
        }
        return new DetectionResult(CreateResponseDialect(framing, prefix?.MatchedSeparator ?? ""), Describe(framing, prefix?.MatchedSeparator ?? ""));
    }

    /// <summary>Tells how a server talks that said something before we did.</summary>
    /// <param name="text">What it said.</param>
    /// <param name="framing">What marked the end of it.</param>
    public static DetectionResult DetectGreetingServer(string text, ChatDialectSide framing)
    {
        var word = text.Trim();
        if (HandlePrefix.Find(text) is { } prefix && !(prefix.Length >= text.Length && IsQuestion(word)))
        {
            var dialect = CreateServerDialect(framing, prefix);
            return new DetectionResult(
                dialect with { FirstSpeaker = ChatSide.Server, Client = dialect.Client with { Separator = prefix.MatchedSeparator } },
                "the server spoke first; " + Describe(framing, prefix.MatchedSeparator));
        }
        if (framing.LengthPrefix == ChatLengthPrefix.None && IsQuestion(word))
        {
            // Whoever pads takes padding; whoever does not may read lines.
            var dialect = BuiltInDialects.ServerQuestion;
            var ours = framing.FixedLength > 0
                ? dialect.Client with { Greeting = "{handle}" + framing.Terminator + "\0", Terminator = framing.Terminator }
                : dialect.Client with { Greeting = "{handle}\n", FixedLength = 0 };
            return new DetectionResult(dialect with { Client = ours },
                "the server began with a question", isOpening: true);
        }
        if (IsHandleOnly(word, framing))
            return new DetectionResult(BuiltInDialects.ServerHandle, "the server began with one word and no line end: its handle", isOpening: true, word);
        return new DetectionResult(CreateServerDialect(framing, null) with { FirstSpeaker = ChatSide.Server }, "the server spoke first; " + Describe(framing, ""));
    }

    /// <summary>Tells how a server talks from its first answer; how we talk stays as it is.</summary>
    public static DetectionResult DetectRespondingServer(string text, ChatDialectSide framing)
    {
        var prefix = HandlePrefix.Find(text);
        return new DetectionResult(CreateServerDialect(framing, prefix), Describe(framing, prefix?.MatchedSeparator ?? ""));
    }

    /// <summary>Tells how a peer goes on after its opening, from its first message.</summary>
    /// <param name="opened">The dialect that the opening showed.</param>
    /// <param name="peer">Which end the peer is.</param>
    /// <param name="framing">What marked the end of the message.</param>
    /// <param name="separator">What stood between the handle and the text; empty where there was no handle.</param>
    public static DetectionResult RefineAfterGreeting(ChatDialect opened, ChatSide peer, ChatDialectSide framing, string separator)
    {
        var why = Describe(framing, separator);
        var theirs = opened.GetSide(peer) with { LengthPrefix = framing.LengthPrefix, Terminator = framing.Terminator, FixedLength = framing.FixedLength, Separator = separator };
        if (opened.GreetsFirst != ChatSide.Client || opened.FirstSpeaker != ChatSide.Client || peer != ChatSide.Client)
            return new DetectionResult(opened.WithSide(peer, theirs), why);

        var ours = opened.Server with { LengthPrefix = framing.LengthPrefix, Terminator = IsDelimiter(framing.Terminator) ? GetResponseTerminator(framing.Terminator) : "", Separator = theirs.Separator };
        if (ours != opened.Server)
            ours = ours with { QuitCommand = BuiltInDialects.Line.Server.QuitCommand };
        var name = framing.LengthPrefix != ChatLengthPrefix.None ? opened
            : framing.FixedLength > 0 ? BuiltInDialects.HandleExchangeFixedLength
            : IsDelimiter(framing.Terminator) ? BuiltInDialects.HandleExchangeDelimited
            : separator.Length > 0 ? BuiltInDialects.HandleExchangePrefixed
            : framing.Terminator == "\n" ? BuiltInDialects.HandleExchangeLine
            : opened;
        return new DetectionResult(opened with { Name = name.Name, Description = name.Description, Client = theirs, Server = ours }, why);
    }

    /// <summary>Tells how a peer talks whose end of message was not the line feed that it seemed to be.</summary>
    public static DetectionResult CorrectFraming(ChatDialect found, ChatSide peer, ChatDialectSide framing, string separator) =>
        peer == ChatSide.Client && found.Client.Greeting.Length == 0
            ? new DetectionResult(CreateResponseDialect(framing, separator), Describe(framing, separator))
            : RefineAfterGreeting(found, peer, framing, separator);

    // The family of what marks the end of a peer's messages, which lends its name.
    private static ChatDialect GetFamily(ChatDialectSide framing, bool isPrefixed) => framing switch
    {
        { LengthPrefix: ChatLengthPrefix.Digits } => BuiltInDialects.LengthDigits,
        { LengthPrefix: ChatLengthPrefix.PaddedDigits } => BuiltInDialects.LengthPadded,
        { LengthPrefix: ChatLengthPrefix.BigEndian16 } => BuiltInDialects.Length16,
        { LengthPrefix: ChatLengthPrefix.BigEndian32 } => BuiltInDialects.Length32,
        { FixedLength: > 0 } => BuiltInDialects.FixedLength,
        { Terminator: "\n" } => BuiltInDialects.Line,
        { Terminator: "" } => isPrefixed ? BuiltInDialects.Raw : BuiltInDialects.BareRaw,
        { Terminator: "\0" or "\n\0" } => BuiltInDialects.NullTerminated,
        _ => BuiltInDialects.Delimited,
    };

    // A client without an opening is answered in kind. A person at a bare terminal sends lines, and likes to see who speaks.
    private static ChatDialect CreateResponseDialect(ChatDialectSide framing, string separator)
    {
        var family = GetFamily(framing, separator.Length > 0);
        var theirs = framing with { Separator = separator, QuitCommand = family.Client.QuitCommand };
        var ours = new ChatDialectSide
        {
            LengthPrefix = framing.LengthPrefix,
            Terminator = GetResponseTerminator(framing.Terminator),
            Separator = family == BuiltInDialects.Line && separator.Length == 0 ? HandlePrefix.Separator : separator,
            QuitCommand = family.Server.QuitCommand,
        };
        return family with { Client = theirs, Server = ours };
    }

    // A client that was told nothing sends lines, whatever the server sends.
    private static ChatDialect CreateServerDialect(ChatDialectSide framing, HandlePrefix? prefix) => GetFamily(framing, prefix is not null) with
    {
        Client = BuiltInDialects.Line.Client,
        Server = framing with { Separator = prefix?.MatchedSeparator ?? "" },
    };

    private static bool IsCommonBufferSize(int count) => Array.IndexOf(CommonBufferSizes, count) >= 0;

    private static bool IsDelimiter(string ending) => ending.Length > 0 && ending is not ("\n" or "\0" or "\n\0");

    private static string GetResponseTerminator(string ending) => IsDelimiter(ending) ? ending.TrimStart('\n') : ending;

    // A person, too, may begin with one word; but a person ends it with a line feed.
    private static bool IsHandleOnly(string word, ChatDialectSide framing) => framing.LengthPrefix == ChatLengthPrefix.None && framing.Terminator is "" or "\0"
        && HandlePrefix.IsHandle(word) && !QuitCommands.IsQuit(word, prefixed: false, usuallyPrefixed: false);

    private static bool IsQuestion(string text)
    {
        if (text.EndsWith("?", StringComparison.Ordinal))
            return true;
        if (!text.EndsWith(":", StringComparison.Ordinal) && !text.EndsWith(">", StringComparison.Ordinal))
            return false;
        foreach (var word in NamePromptWords)
        {
            if (text.IndexOf(word, StringComparison.OrdinalIgnoreCase) >= 0)
                return true;
        }
        return false;
    }

    private static ChatDialectSide? DetectLine(byte[] bytes, int start, int next, int end, bool isStill)
    {
        if (next == end)
            return new ChatDialectSide { Terminator = "\n" };
        if (bytes[next] == 0)
        {
            if (!isStill)
                return null;
            if (IsCommonBufferSize(end - start))
                return new ChatDialectSide { Terminator = "\n", FixedLength = end - start };
            return IsNullTerminated(bytes, start, end) ? new ChatDialectSide { Terminator = "\n\0" } : new ChatDialectSide();
        }
        return DetectDelimiterAfterLine(bytes, next, end, isStill) is { } mark ? new ChatDialectSide { Terminator = "\n" + mark } : null;
    }

    // Padding has NULs in a row, or ends in garbage.
    private static bool IsNullTerminated(byte[] bytes, int start, int end)
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

    private static MatchResult MatchLengthPrefix(ChatLengthPrefix kind, byte[] bytes, int start, int end, bool isStill, out int next)
    {
        next = end;
        var size = LengthFieldCodec.GetSize(kind);
        var count = end - start;
        var isDigits = kind is ChatLengthPrefix.Digits or ChatLengthPrefix.PaddedDigits;
        // A big-endian length begins with a NUL, or nearly: no text does.
        if (isDigits ? bytes[start] is < (byte)'0' or > (byte)'9' : bytes[start] >= (kind == ChatLengthPrefix.BigEndian32 ? 1 : 8))
            return MatchResult.None;
        if (count < size)
        {
            for (var i = start; i < end; i++)
            {
                if (isDigits && bytes[i] is not (>= (byte)'0' and <= (byte)'9' or (byte)'x'))
                    return MatchResult.None;
            }
            return kind == ChatLengthPrefix.BigEndian32 && count > 1 && bytes[start + 1] != 0 ? MatchResult.None : MatchResult.Partial;
        }
        var length = LengthFieldCodec.Read(kind, bytes, start);
        if (length < 1 || length > FrameDecoder.MaxFrameBytes)
            return MatchResult.None;
        var body = start + size;
        if (isDigits && body < end && bytes[body] == '>')
            return MatchResult.None;
        if (kind == ChatLengthPrefix.BigEndian16 && (body < end ? bytes[body] != '{' : length < 2))
            return MatchResult.None;
        var bodyEnd = LengthFieldCodec.FindEnd(kind, ChatEncoding.Utf8, bytes, body, length, end);
        if (bodyEnd < 0 && isStill && body + length <= end)
            bodyEnd = body + length;
        if (bodyEnd < 0)
        {
            // A line that begins with a number is a line, unless the number fits it nearly.
            return isDigits && bytes[end - 1] == '\n' && body + length - end > 2 ? MatchResult.None : MatchResult.Partial;
        }
        if (kind == ChatLengthPrefix.BigEndian16 && bytes[bodyEnd - 1] != '}')
            return MatchResult.None;
        next = bodyEnd;
        // What follows must be the next length.
        return end - bodyEnd < size || LengthFieldCodec.Read(kind, bytes, bodyEnd) is >= 0 and <= FrameDecoder.MaxFrameBytes ? MatchResult.Complete : MatchResult.None;
    }

    private static MatchResult MatchDelimiter(string mark, byte[] bytes, int start, int end)
    {
        if (start < 0)
            return MatchResult.None;
        for (var i = 0; i < mark.Length; i++)
        {
            if (start + i >= end)
                return i == 0 ? MatchResult.None : MatchResult.Partial;
            if (bytes[start + i] != mark[i])
                return MatchResult.None;
        }
        return MatchResult.Complete;
    }

    private static string Describe(ChatDialectSide framing, string separator)
    {
        var end = framing switch
        {
            { LengthPrefix: not ChatLengthPrefix.None } => $"its messages begin with a length ({framing.LengthPrefix})",
            { FixedLength: > 0 } => string.Format(CultureInfo.InvariantCulture, "its messages are padded to {0} bytes", framing.FixedLength),
            { Terminator: "\n" } => "its messages end with a line feed",
            { Terminator: "\0" or "\n\0" } => "its messages end with a NUL",
            { Terminator: "" } => "nothing marks the end of its messages",
            _ => $"its messages end with '{framing.Terminator.Trim('\n')}'",
        };
        return separator.Length > 0 ? $"{end}, and a handle and '{separator}' stand before them" : end;
    }
}
