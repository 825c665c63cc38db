using System;
using System.Globalization;

namespace PSPairChat.Dialects;

/// <summary>
/// Chooses the dialect of a peer from its first message and the framing that <see cref="FramingDetector"/> detected. The result depends only on the arguments.
/// </summary>
internal static class DialectDetector
{
    private const string HandlePlaceholder = BuiltInDialects.HandlePlaceholder;
    private static readonly string[] NamePromptWords = ["name", "handle", "nick", "who"];

    /// <summary>Detects the dialect of a client from the first text that it sent.</summary>
    /// <param name="text">The text.</param>
    /// <param name="framing">The framing of the text.</param>
    /// <param name="port">The server's port.</param>
    /// <param name="isCompleted">Whether the client cannot send more.</param>
    public static DetectionResult DetectClient(string text, ChatDialectSide framing, int port, bool isCompleted)
    {
        var word = text.Trim();
        var portText = port.ToString(CultureInfo.InvariantCulture);
        if (port > 0 && word == portText)
            return new DetectionResult(CreatePortGreeting(framing), "the client sent the server's port first", isGreeting: true);
        var prefix = HandlePrefix.Find(text);
        if (port > 0 && prefix is { } handle && text.Substring(handle.Length).Trim() == portText)
        {
            return new DetectionResult(
                BuiltInDialects.PortGreetingDelimited, "the client sent its handle and the server's port first", isGreeting: true, handle.Handle);
        }
        if (!isCompleted && IsHandleOnly(word, framing))
            return new DetectionResult(BuiltInDialects.HandleExchange, "the client sent its handle first, without a terminator", isGreeting: true, word);
        var separator = prefix?.MatchedSeparator ?? "";
        return new DetectionResult(CreateResponseDialect(framing, separator), Describe(framing, separator));
    }

    /// <summary>Detects the dialect of a server that sent a text before the client did.</summary>
    /// <param name="text">The text.</param>
    /// <param name="framing">The framing of the text.</param>
    public static DetectionResult DetectGreetingServer(string text, ChatDialectSide framing)
    {
        var word = text.Trim();
        if (HandlePrefix.Find(text) is { } prefix && !(prefix.Length >= text.Length && IsQuestion(word)))
        {
            var dialect = CreateServerDialect(framing, prefix);
            dialect = dialect with { Client = dialect.Client with { Separator = prefix.MatchedSeparator } };
            return CreateServerSpeaksFirst(dialect, framing, prefix.MatchedSeparator);
        }
        if (framing.LengthPrefix == ChatLengthPrefix.None && IsQuestion(word))
            return new DetectionResult(CreateServerQuestion(framing), "the server sent a question first", isGreeting: true);
        if (IsHandleOnly(word, framing))
            return new DetectionResult(BuiltInDialects.ServerHandle, "the server sent its handle first, without a terminator", isGreeting: true, word);
        return CreateServerSpeaksFirst(CreateServerDialect(framing, null), framing, "");
    }

    /// <summary>Detects the dialect of a server from its first response. The client's side does not change.</summary>
    public static DetectionResult DetectRespondingServer(string text, ChatDialectSide framing)
    {
        var prefix = HandlePrefix.Find(text);
        return new DetectionResult(CreateServerDialect(framing, prefix), Describe(framing, prefix?.MatchedSeparator ?? ""));
    }

    /// <summary>Refines a dialect that was detected from a greeting by the first message after it.</summary>
    /// <param name="dialect">The dialect detected from the greeting.</param>
    /// <param name="peer">The peer's side.</param>
    /// <param name="framing">The framing of the message.</param>
    /// <param name="separator">The separator between handle and text; empty if the message has no handle.</param>
    public static DetectionResult RefineAfterGreeting(ChatDialect dialect, ChatSide peer, ChatDialectSide framing, string separator)
    {
        var reason = Describe(framing, separator);
        var peerSide = dialect.GetSide(peer) with
        {
            LengthPrefix = framing.LengthPrefix,
            Terminator = framing.Terminator,
            FixedLength = framing.FixedLength,
            Separator = separator,
        };
        if (dialect.GreetsFirst != ChatSide.Client || dialect.FirstSpeaker != ChatSide.Client || peer != ChatSide.Client)
            return new DetectionResult(dialect.WithSide(peer, peerSide), reason);

        var serverSide = dialect.Server with
        {
            LengthPrefix = framing.LengthPrefix,
            Terminator = IsDelimiter(framing.Terminator) ? GetResponseTerminator(framing.Terminator) : "",
            Separator = separator,
        };
        if (serverSide != dialect.Server)
            serverSide = serverSide with { QuitCommand = BuiltInDialects.Line.Server.QuitCommand };
        var family = GetGreetingFamily(dialect, framing, separator.Length > 0);
        return new DetectionResult(dialect with { Name = family.Name, Description = family.Description, Client = peerSide, Server = serverSide }, reason);
    }

    /// <summary>Corrects a dialect whose messages do not end with a line feed, although the first one seemed to.</summary>
    public static DetectionResult CorrectFraming(ChatDialect dialect, ChatSide peer, ChatDialectSide framing)
    {
        var separator = dialect.GetSide(peer).Separator;
        if (peer == ChatSide.Client && dialect.Client.Greeting.Length == 0)
            return new DetectionResult(CreateResponseDialect(framing, separator), Describe(framing, separator));
        // The name of a dialect without a greeting is that of the framing.
        var family = dialect.Name == BuiltInDialects.Line.Name ? GetFamily(framing, separator.Length > 0) : dialect;
        return RefineAfterGreeting(dialect with { Name = family.Name, Description = family.Description }, peer, framing, separator);
    }

    // The built-in dialect with the same framing.
    private static ChatDialect GetFamily(ChatDialectSide framing, bool hasPrefix) => framing switch
    {
        { LengthPrefix: ChatLengthPrefix.Digits } => BuiltInDialects.LengthDigits,
        { LengthPrefix: ChatLengthPrefix.PaddedDigits } => BuiltInDialects.LengthPadded,
        { LengthPrefix: ChatLengthPrefix.BigEndian16 } => BuiltInDialects.Length16,
        { LengthPrefix: ChatLengthPrefix.BigEndian32 } => BuiltInDialects.Length32,
        { FixedLength: > 0 } => BuiltInDialects.FixedLength,
        { Terminator: "\n" } => BuiltInDialects.Line,
        { Terminator: "" } => hasPrefix ? BuiltInDialects.Raw : BuiltInDialects.BareRaw,
        { Terminator: "\0" or "\n\0" } => BuiltInDialects.NullTerminated,
        _ => BuiltInDialects.Delimited,
    };

    private static ChatDialect GetGreetingFamily(ChatDialect dialect, ChatDialectSide framing, bool hasPrefix) => framing switch
    {
        { LengthPrefix: not ChatLengthPrefix.None } => dialect,
        { FixedLength: > 0 } => BuiltInDialects.HandleExchangeFixedLength,
        _ when IsDelimiter(framing.Terminator) => BuiltInDialects.HandleExchangeDelimited,
        _ when hasPrefix => BuiltInDialects.HandleExchangePrefixed,
        { Terminator: "\n" } => BuiltInDialects.HandleExchangeLine,
        _ => dialect,
    };

    // The server responds with the framing of the client. A client without handles is probably a person at a terminal, who needs to see who is speaking.
    private static ChatDialect CreateResponseDialect(ChatDialectSide framing, string separator)
    {
        var family = GetFamily(framing, separator.Length > 0);
        return family with
        {
            Client = framing with { Separator = separator, QuitCommand = family.Client.QuitCommand },
            Server = new ChatDialectSide
            {
                LengthPrefix = framing.LengthPrefix,
                Terminator = GetResponseTerminator(framing.Terminator),
                Separator = family == BuiltInDialects.Line && separator.Length == 0 ? HandlePrefix.Separator : separator,
                QuitCommand = family.Server.QuitCommand,
            },
        };
    }

    // A client without a named dialect sends lines, regardless of the server's framing.
    private static ChatDialect CreateServerDialect(ChatDialectSide framing, HandlePrefix? prefix) => GetFamily(framing, prefix is not null) with
    {
        Client = BuiltInDialects.Line.Client,
        Server = framing with { Separator = prefix?.MatchedSeparator ?? "" },
    };

    private static DetectionResult CreateServerSpeaksFirst(ChatDialect dialect, ChatDialectSide framing, string separator) =>
        new(dialect with { FirstSpeaker = ChatSide.Server }, "the server sent the first message; " + Describe(framing, separator));

    private static ChatDialect CreatePortGreeting(ChatDialectSide framing)
    {
        var dialect = BuiltInDialects.PortGreeting;
        if (framing.Terminator != "\n" || framing.FixedLength > 0)
            return dialect;
        return dialect with { Client = dialect.Client with { FixedLength = 0, Terminator = "\n" }, Server = dialect.Server with { Terminator = "\n" } };
    }

    // A server that pads its messages accepts padding; any other server may read lines.
    private static ChatDialect CreateServerQuestion(ChatDialectSide framing)
    {
        var dialect = BuiltInDialects.ServerQuestion;
        return dialect with
        {
            Client = framing.FixedLength > 0
                ? dialect.Client with { Greeting = HandlePlaceholder + framing.Terminator + "\0", Terminator = framing.Terminator }
                : dialect.Client with { Greeting = HandlePlaceholder + "\n", FixedLength = 0 },
        };
    }

    private static bool IsDelimiter(string terminator) => terminator is not ("" or "\n" or "\0" or "\n\0");

    private static string GetResponseTerminator(string terminator) => IsDelimiter(terminator) ? terminator.TrimStart('\n') : terminator;

    // A person may also begin with one word, but ends it with a line feed.
    private static bool IsHandleOnly(string word, ChatDialectSide framing) => framing is { LengthPrefix: ChatLengthPrefix.None, Terminator: "" or "\0" }
        && HandlePrefix.IsHandle(word) && !QuitCommands.IsQuit(word);

    private static bool IsQuestion(string text)
    {
        if (text.EndsWith("?", StringComparison.Ordinal))
            return true;
        return (text.EndsWith(":", StringComparison.Ordinal) || text.EndsWith(">", StringComparison.Ordinal))
            && Array.Exists(NamePromptWords, word => text.IndexOf(word, StringComparison.OrdinalIgnoreCase) >= 0);
    }

    private static string Describe(ChatDialectSide framing, string separator)
    {
        var reason = framing switch
        {
            { LengthPrefix: not ChatLengthPrefix.None } => $"the first message begins with its length ({framing.LengthPrefix})",
            { FixedLength: > 0 } => string.Format(CultureInfo.InvariantCulture, "the first message is padded to {0} bytes", framing.FixedLength),
            { Terminator: "\n" } => "the first message ends with a line feed",
            { Terminator: "\0" or "\n\0" } => "the first message ends with a NUL",
            { Terminator: "" } => "the first message has no terminator",
            _ => $"the first message ends with '{framing.Terminator.Trim('\n')}'",
        };
        return separator.Length > 0 ? $"{reason} and has a handle and '{separator}' before the text" : reason;
    }
}
