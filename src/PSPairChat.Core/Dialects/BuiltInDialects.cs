using System.Collections.Generic;

namespace PSPairChat.Dialects;

/// <summary>Defines the built-in dialects.</summary>
internal static class BuiltInDialects
{
    public const string HandlePlaceholder = "{handle}";

    private static readonly ChatDialectSide PrefixedLineSide = new() { Separator = HandlePrefix.Separator, Terminator = "\n" };
    private static readonly ChatDialectSide PrefixedRawSide = new() { Separator = HandlePrefix.Separator };
    private static readonly ChatDialectSide BareSide = new();
    private static readonly ChatDialectSide BareLineSide = new() { Terminator = "\n" };
    private static readonly ChatDialectSide BareClosingSide = new() { Greeting = HandlePlaceholder, QuitCommand = "" };

    /// <summary>Uses <see cref="Line"/> until the dialect is detected from the bytes of the peer.</summary>
    public static readonly ChatDialect Auto = new()
    {
        Name = "Auto",
        Description = "Detects the dialect of the peer. Until then, uses Line.",
        Client = PrefixedLineSide,
        Server = PrefixedLineSide,
        IsAuto = true,
    };

    public static readonly ChatDialect Line = Symmetric("Line", "Sends the handle before every message and a line feed after it.", PrefixedLineSide);

    public static readonly ChatDialect Raw = Symmetric("Raw", "Sends the handle before every message and nothing after it.", PrefixedRawSide);

    public static readonly ChatDialect RawClosing = Symmetric(
        "RawClosing", "Like Raw. Quits by closing the connection.", PrefixedRawSide with { QuitCommand = "" });

    public static readonly ChatDialect BareLine = Symmetric("BareLine", "Sends lines without a handle.", BareLineSide);

    public static readonly ChatDialect BareRaw = Symmetric("BareRaw", "Sends only the text of a message.", BareSide);

    public static readonly ChatDialect NullTerminated = Symmetric(
        "NullTerminated", "Sends the handle before every message and a NUL after it.", PrefixedRawSide with { Terminator = "\0" });

    public static readonly ChatDialect FixedLength = Symmetric(
        "FixedLength", "Sends the handle before every message and pads it with NULs to 1024 bytes.", PrefixedRawSide with { FixedLength = 1024 });

    public static readonly ChatDialect FixedLengthLine = new()
    {
        Name = "FixedLengthLine",
        Description = "The client sends its handle and a line, padded with NULs to 511 bytes. The server sends only text.",
        Client = new ChatDialectSide { Separator = ">", Terminator = "\n", FixedLength = 511 },
        Server = BareSide with { MaxBytes = 510 },
    };

    public static readonly ChatDialect Delimited = Symmetric(
        "Delimited", "Sends the handle before every message and the delimiter @@@ after it.", PrefixedRawSide with { Terminator = "@@@" });

    public static readonly ChatDialect LengthDigits = Symmetric(
        "LengthDigits",
        "Sends the length in bytes as three digits before the handle and a NUL after the message. Quits by closing the connection.",
        PrefixedRawSide with { LengthPrefix = ChatLengthPrefix.Digits, Terminator = "\0", QuitCommand = "" });

    public static readonly ChatDialect LengthPadded = Symmetric(
        "LengthPadded",
        "Sends the length in characters as digits, padded with x to three, before the handle.",
        new ChatDialectSide { Separator = "-> ", LengthPrefix = ChatLengthPrefix.PaddedDigits });

    public static readonly ChatDialect Length16 = Symmetric(
        "Length16", "Sends the length as a 16-bit big-endian integer before every message.", BareSide with { LengthPrefix = ChatLengthPrefix.BigEndian16 });

    public static readonly ChatDialect Length32 = Symmetric(
        "Length32",
        "Sends the length as a 32-bit big-endian integer before the handle and the message.",
        PrefixedRawSide with { LengthPrefix = ChatLengthPrefix.BigEndian32 });

    public static readonly ChatDialect HandleExchange = new()
    {
        Name = "HandleExchange",
        Description = "The client sends its handle once, and the server responds with its own. Then both send only text.",
        Client = BareSide with { Greeting = HandlePlaceholder },
        Server = BareClosingSide,
    };

    public static readonly ChatDialect HandleExchangeLine = HandleExchange with
    {
        Name = "HandleExchangeLine",
        Description = "Like HandleExchange. The client sends a line feed after every message and quits by closing the connection.",
        Client = BareLineSide with { Greeting = HandlePlaceholder, QuitCommand = "" },
    };

    public static readonly ChatDialect HandleExchangeFixedLength = HandleExchange with
    {
        Name = "HandleExchangeFixedLength",
        Description = "Like HandleExchange. The client pads its messages with NULs to 1024 bytes.",
        Client = BareSide with { Greeting = HandlePlaceholder, FixedLength = 1024 },
    };

    public static readonly ChatDialect HandleExchangeDelimited = HandleExchange with
    {
        Name = "HandleExchangeDelimited",
        Description = "Like HandleExchange, with the delimiter @@@ after every message. The client sends a line feed before it.",
        Client = BareSide with { Greeting = HandlePlaceholder, Terminator = "\n@@@", MaxBytes = 501 },
        Server = BareSide with { Greeting = HandlePlaceholder, Terminator = "@@@" },
    };

    public static readonly ChatDialect HandleExchangePrefixed = HandleExchange with
    {
        Name = "HandleExchangePrefixed",
        Description = "Like HandleExchange, with the handle before every message.",
        Client = PrefixedRawSide with { Greeting = HandlePlaceholder },
        Server = PrefixedRawSide with { Greeting = HandlePlaceholder },
    };

    public static readonly ChatDialect ServerHandle = new()
    {
        Name = "ServerHandle",
        Description = "The server sends its handle once. Then both send only text, the client first.",
        GreetsFirst = ChatSide.Server,
        Client = BareSide,
        Server = BareSide with { Greeting = HandlePlaceholder },
    };

    public static readonly ChatDialect ServerQuestion = new()
    {
        Name = "ServerQuestion",
        Description = "The server asks for a name, and the client responds with its handle. Then both send lines, the server first.",
        GreetsFirst = ChatSide.Server,
        FirstSpeaker = ChatSide.Server,
        // A server with a fixed-size buffer reads the greeting up to the NUL and not the earlier content of the buffer.
        Client = BareLineSide with { Greeting = HandlePlaceholder + "\n\0", FixedLength = 256 },
        Server = BareLineSide with { Greeting = "What is your name?\n", MaxBytes = 255 },
    };

    public static readonly ChatDialect PortGreeting = new()
    {
        Name = "PortGreeting",
        Description = "The client sends the server's port once. Then both send handle and text, the server first.",
        FirstSpeaker = ChatSide.Server,
        Client = PrefixedRawSide with { Greeting = "{port}", FixedLength = 513 },
        Server = PrefixedRawSide with { MaxBytes = 512 },
    };

    public static readonly ChatDialect PortGreetingDelimited = new()
    {
        Name = "PortGreetingDelimited",
        Description = "The client sends its handle and the server's port once. The server sends the first message, with || after each.",
        FirstSpeaker = ChatSide.Server,
        Client = PrefixedRawSide with { Greeting = HandlePlaceholder + "> {port}", QuitCommand = "/quit" },
        Server = PrefixedRawSide with { Terminator = "||", QuitCommand = "/quit" },
    };

    /// <summary>The lines of a service that is not a chat program.</summary>
    public static readonly ChatDialect LineService = Symmetric(
        "LineService", "Sends lines without a handle. No line quits.", new ChatDialectSide { Terminator = "\r\n", QuitCommand = "" }) with { IsLineService = true };

    public static readonly IReadOnlyList<ChatDialect> All =
    [
        Auto, Line, Raw, RawClosing, BareLine, BareRaw, NullTerminated, FixedLength, FixedLengthLine, Delimited, LengthDigits, LengthPadded, Length16, Length32,
        HandleExchange, HandleExchangeLine, HandleExchangeFixedLength, HandleExchangeDelimited, HandleExchangePrefixed,
        ServerHandle, ServerQuestion, PortGreeting, PortGreetingDelimited,
    ];

    private static ChatDialect Symmetric(string name, string description, ChatDialectSide side) =>
        new() { Name = name, Description = description, Client = side, Server = side };
}
