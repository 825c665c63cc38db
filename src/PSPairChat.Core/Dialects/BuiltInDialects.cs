using System.Collections.Generic;

namespace PSPairChat.Dialects;

/// <summary>The dialects that have a name.</summary>
internal static class BuiltInDialects
{
    private const string Handle = "{handle}";

    private static readonly ChatDialectSide PrefixedLine = new() { Separator = HandlePrefix.Separator, Ending = "\n" };
    private static readonly ChatDialectSide PrefixedRaw = new() { Separator = HandlePrefix.Separator };
    private static readonly ChatDialectSide Bare = new();
    private static readonly ChatDialectSide BareLineSide = new() { Ending = "\n" };
    private static readonly ChatDialectSide ClosesBare = new() { Opening = Handle, Quit = "" };

    /// <summary>Speaks <see cref="Line"/> until the peer's bytes tell better.</summary>
    public static readonly ChatDialect Auto = new()
    {
        Name = "Auto",
        Description = "Found out from the bytes of the other end; Line until then.",
        Client = PrefixedLine,
        Server = PrefixedLine,
        IsAuto = true,
    };

    public static readonly ChatDialect Line = Both("Line", "The handle before every message, a line feed after it.", PrefixedLine);

    public static readonly ChatDialect Raw = Both("Raw", "The handle before every message; what one send carries is one message.", PrefixedRaw);

    public static readonly ChatDialect RawClosing = Both("RawClosing", "As Raw, but either end just closes.", PrefixedRaw with { Quit = "" });

    public static readonly ChatDialect BareLine = Both("BareLine", "Lines without a handle.", BareLineSide);

    public static readonly ChatDialect BareRaw = Both("BareRaw", "Bare text without a handle; what one send carries is one message.", Bare);

    public static readonly ChatDialect Nul = Both("Nul", "The handle before every message, a NUL after it.", PrefixedRaw with { Ending = "\0" });

    public static readonly ChatDialect Padded = Both(
        "Padded", "The handle before every message, which is padded with NULs to 1024 bytes.", PrefixedRaw with { Size = 1024 });

    public static readonly ChatDialect PaddedLine = new()
    {
        Name = "PaddedLine",
        Description = "The client sends its handle, a line and NULs up to 511 bytes; the server answers with bare text.",
        Client = new ChatDialectSide { Separator = ">", Ending = "\n", Size = 511 },
        Server = Bare with { MaxBytes = 510 },
    };

    public static readonly ChatDialect EndMark = Both(
        "EndMark", "The handle before every message, the end mark @@@ after it.", PrefixedRaw with { Ending = "@@@" });

    public static readonly ChatDialect LengthDigits = Both(
        "LengthDigits",
        "Three digits before every message tell how many bytes follow, the handle and a NUL with them; either end just closes.",
        PrefixedRaw with { Length = ChatLengthPrefix.Digits, Ending = "\0", Quit = "" });

    public static readonly ChatDialect LengthPadded = Both(
        "LengthPadded",
        "Three characters before every message, padded with x, tell how many characters follow.",
        new ChatDialectSide { Separator = "-> ", Length = ChatLengthPrefix.PaddedDigits });

    public static readonly ChatDialect Length16 = Both(
        "Length16", "Two bytes before every message, the higher first, tell how many follow.", Bare with { Length = ChatLengthPrefix.BigEndian16 });

    public static readonly ChatDialect Length32 = Both(
        "Length32",
        "The handle before every message, and before it four bytes, the highest first, that tell how many follow.",
        PrefixedRaw with { Length = ChatLengthPrefix.BigEndian32 });

    public static readonly ChatDialect HandleExchange = new()
    {
        Name = "HandleExchange",
        Description = "The client begins with its handle, the server answers with its own; then bare text.",
        Client = Bare with { Opening = Handle },
        Server = ClosesBare,
    };

    public static readonly ChatDialect HandleExchangeLine = HandleExchange with
    {
        Name = "HandleExchangeLine",
        Description = "As HandleExchange, but the client ends its messages with a line feed, and just closes.",
        Client = BareLineSide with { Opening = Handle, Quit = "" },
    };

    public static readonly ChatDialect HandleExchangePadded = HandleExchange with
    {
        Name = "HandleExchangePadded",
        Description = "As HandleExchange, but the client pads its messages with NULs to 1024 bytes.",
        Client = Bare with { Opening = Handle, Size = 1024 },
    };

    public static readonly ChatDialect HandleExchangeEndMark = HandleExchange with
    {
        Name = "HandleExchangeEndMark",
        Description = "As HandleExchange, but messages end with the end mark @@@, the client's with a line feed before it.",
        Client = Bare with { Opening = Handle, Ending = "\n@@@", MaxBytes = 501 },
        Server = Bare with { Opening = Handle, Ending = "@@@" },
    };

    public static readonly ChatDialect HandleExchangePrefixed = HandleExchange with
    {
        Name = "HandleExchangePrefixed",
        Description = "As HandleExchange, but every message has the handle before it.",
        Client = PrefixedRaw with { Opening = Handle },
        Server = PrefixedRaw with { Opening = Handle },
    };

    public static readonly ChatDialect ServerHandle = new()
    {
        Name = "ServerHandle",
        Description = "The server begins with its handle; then bare text, the client's first.",
        Opener = ChatEnd.Server,
        Client = Bare,
        Server = Bare with { Opening = Handle },
    };

    public static readonly ChatDialect ServerQuestion = new()
    {
        Name = "ServerQuestion",
        Description = "The server begins by asking for a name, the client answers with its handle; then bare lines, the server's first.",
        Opener = ChatEnd.Server,
        FirstSpeaker = ChatEnd.Server,
        // The NUL keeps a reader with a buffer of fixed size from taking what was in it before.
        Client = BareLineSide with { Opening = Handle + "\n\0", Size = 256 },
        Server = BareLineSide with { Opening = "What is your name?\n", MaxBytes = 255 },
    };

    public static readonly ChatDialect PortOpening = new()
    {
        Name = "PortOpening",
        Description = "The client begins with the port that it dials; then both send their handle and text, the server first.",
        FirstSpeaker = ChatEnd.Server,
        Client = PrefixedRaw with { Opening = "{port}", Size = 513 },
        Server = PrefixedRaw with { MaxBytes = 512 },
    };

    public static readonly ChatDialect PortOpeningEndMark = new()
    {
        Name = "PortOpeningEndMark",
        Description = "The client begins with its handle and the port that it dials; the server speaks first and ends its messages with ||.",
        FirstSpeaker = ChatEnd.Server,
        Client = PrefixedRaw with { Opening = Handle + "> {port}", Quit = "/quit" },
        Server = PrefixedRaw with { Ending = "||", Quit = "/quit" },
    };

    public static readonly IReadOnlyList<ChatDialect> All =
    [
        Auto, Line, Raw, RawClosing, BareLine, BareRaw, Nul, Padded, PaddedLine, EndMark, LengthDigits, LengthPadded, Length16, Length32,
        HandleExchange, HandleExchangeLine, HandleExchangePadded, HandleExchangeEndMark, HandleExchangePrefixed,
        ServerHandle, ServerQuestion, PortOpening, PortOpeningEndMark,
    ];

    private static ChatDialect Both(string name, string description, ChatDialectSide side) =>
        new() { Name = name, Description = description, Client = side, Server = side };
}
