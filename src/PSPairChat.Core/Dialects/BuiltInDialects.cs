using System.Collections.Generic;

namespace PSPairChat.Dialects;

/// <summary>The dialects that have a name.</summary>
internal static class BuiltInDialects
{
    public const string HandlePlaceholder = "{handle}";

    private static readonly ChatDialectSide PrefixedLineSide = new() { Separator = HandlePrefix.Separator, Terminator = "\n" };
    private static readonly ChatDialectSide PrefixedRawSide = new() { Separator = HandlePrefix.Separator };
    private static readonly ChatDialectSide BareSide = new();
    private static readonly ChatDialectSide BareLineSide = new() { Terminator = "\n" };
    private static readonly ChatDialectSide BareClosingSide = new() { Greeting = HandlePlaceholder, QuitCommand = "" };

    /// <summary>Speaks <see cref="Line"/> until the peer's bytes tell better.</summary>
    public static readonly ChatDialect Auto = new()
    {
        Name = "Auto",
        Description = "Found out from the bytes of the other end; Line until then.",
        Client = PrefixedLineSide,
        Server = PrefixedLineSide,
        IsAuto = true,
    };

    public static readonly ChatDialect Line = Symmetric("Line", "The handle before every message, a line feed after it.", PrefixedLineSide);

    public static readonly ChatDialect Raw = Symmetric("Raw", "The handle before every message; what one send carries is one message.", PrefixedRawSide);

    public static readonly ChatDialect RawClosing = Symmetric("RawClosing", "As Raw, but either end just closes.", PrefixedRawSide with { QuitCommand = "" });

    public static readonly ChatDialect BareLine = Symmetric("BareLine", "Lines without a handle.", BareLineSide);

    public static readonly ChatDialect BareRaw = Symmetric("BareRaw", "Bare text without a handle; what one send carries is one message.", BareSide);

    public static readonly ChatDialect NullTerminated = Symmetric("NullTerminated", "The handle before every message, a NUL after it.", PrefixedRawSide with { Terminator = "\0" });

    public static readonly ChatDialect FixedLength = Symmetric(
        "FixedLength", "The handle before every message, which is padded with NULs to 1024 bytes.", PrefixedRawSide with { FixedLength = 1024 });

    public static readonly ChatDialect FixedLengthLine = new()
    {
        Name = "FixedLengthLine",
        Description = "The client sends its handle, a line and NULs up to 511 bytes; the server answers with bare text.",
        Client = new ChatDialectSide { Separator = ">", Terminator = "\n", FixedLength = 511 },
        Server = BareSide with { MaxBytes = 510 },
    };

    public static readonly ChatDialect Delimited = Symmetric(
        "Delimited", "The handle before every message, the end mark @@@ after it.", PrefixedRawSide with { Terminator = "@@@" });

    public static readonly ChatDialect LengthDigits = Symmetric(
        "LengthDigits",
        "Three digits before every message tell how many bytes follow, the handle and a NUL with them; either end just closes.",
        PrefixedRawSide with { LengthPrefix = ChatLengthPrefix.Digits, Terminator = "\0", QuitCommand = "" });

    public static readonly ChatDialect LengthPadded = Symmetric(
        "LengthPadded",
        "Three characters before every message, padded with x, tell how many characters follow.",
        new ChatDialectSide { Separator = "-> ", LengthPrefix = ChatLengthPrefix.PaddedDigits });

    public static readonly ChatDialect Length16 = Symmetric(
        "Length16", "Two bytes before every message, the higher first, tell how many follow.", BareSide with { LengthPrefix = ChatLengthPrefix.BigEndian16 });

    public static readonly ChatDialect Length32 = Symmetric(
        "Length32",
        "The handle before every message, and before it four bytes, the highest first, that tell how many follow.",
        PrefixedRawSide with { LengthPrefix = ChatLengthPrefix.BigEndian32 });

    public static readonly ChatDialect HandleExchange = new()
    {
        Name = "HandleExchange",
        Description = "The client begins with its handle, the server answers with its own; then bare text.",
        Client = BareSide with { Greeting = HandlePlaceholder },
        Server = BareClosingSide,
    };

    public static readonly ChatDialect HandleExchangeLine = HandleExchange with
    {
        Name = "HandleExchangeLine",
        Description = "As HandleExchange, but the client ends its messages with a line feed, and just closes.",
        Client = BareLineSide with { Greeting = HandlePlaceholder, QuitCommand = "" },
    };

    public static readonly ChatDialect HandleExchangeFixedLength = HandleExchange with
    {
        Name = "HandleExchangeFixedLength",
        Description = "As HandleExchange, but the client pads its messages with NULs to 1024 bytes.",
        Client = BareSide with { Greeting = HandlePlaceholder, FixedLength = 1024 },
    };

    public static readonly ChatDialect HandleExchangeDelimited = HandleExchange with
    {
        Name = "HandleExchangeDelimited",
        Description = "As HandleExchange, but messages end with the end mark @@@, the client's with a line feed before it.",
        Client = BareSide with { Greeting = HandlePlaceholder, Terminator = "\n@@@", MaxBytes = 501 },
        Server = BareSide with { Greeting = HandlePlaceholder, Terminator = "@@@" },
    };

    public static readonly ChatDialect HandleExchangePrefixed = HandleExchange with
    {
        Name = "HandleExchangePrefixed",
        Description = "As HandleExchange, but every message has the handle before it.",
        Client = PrefixedRawSide with { Greeting = HandlePlaceholder },
        Server = PrefixedRawSide with { Greeting = HandlePlaceholder },
    };

    public static readonly ChatDialect ServerHandle = new()
    {
        Name = "ServerHandle",
        Description = "The server begins with its handle; then bare text, the client's first.",
        GreetsFirst = ChatSide.Server,
        Client = BareSide,
        Server = BareSide with { Greeting = HandlePlaceholder },
    };

    public static readonly ChatDialect ServerQuestion = new()
    {
        Name = "ServerQuestion",
        Description = "The server begins by asking for a name, the client answers with its handle; then bare lines, the server's first.",
        GreetsFirst = ChatSide.Server,
        FirstSpeaker = ChatSide.Server,
        // The NUL keeps a reader with a buffer of fixed size from taking what was in it before.
        Client = BareLineSide with { Greeting = HandlePlaceholder + "\n\0", FixedLength = 256 },
        Server = BareLineSide with { Greeting = "What is your name?\n", MaxBytes = 255 },
    };

    public static readonly ChatDialect PortGreeting = new()
    {
        Name = "PortGreeting",
        Description = "The client begins with the port that it dials; then both send their handle and text, the server first.",
        FirstSpeaker = ChatSide.Server,
        Client = PrefixedRawSide with { Greeting = "{port}", FixedLength = 513 },
        Server = PrefixedRawSide with { MaxBytes = 512 },
    };

    public static readonly ChatDialect PortGreetingDelimited = new()
    {
        Name = "PortGreetingDelimited",
        Description = "The client begins with its handle and the port that it dials; the server speaks first and ends its messages with ||.",
        FirstSpeaker = ChatSide.Server,
        Client = PrefixedRawSide with { Greeting = HandlePlaceholder + "> {port}", QuitCommand = "/quit" },
        Server = PrefixedRawSide with { Terminator = "||", QuitCommand = "/quit" },
    };

    public static readonly IReadOnlyList<ChatDialect> All =
    [
        Auto, Line, Raw, RawClosing, BareLine, BareRaw, NullTerminated, FixedLength, FixedLengthLine, Delimited, LengthDigits, LengthPadded, Length16, Length32,
        HandleExchange, HandleExchangeLine, HandleExchangeFixedLength, HandleExchangeDelimited, HandleExchangePrefixed,
        ServerHandle, ServerQuestion, PortGreeting, PortGreetingDelimited,
    ];

    private static ChatDialect Symmetric(string name, string description, ChatDialectSide side) =>
        new() { Name = name, Description = description, Client = side, Server = side };
}
