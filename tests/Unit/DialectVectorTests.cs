using System;
using System.Collections.Generic;
using System.Linq;
using PSPairChat.Dialects;
using Xunit;
using static PSPairChat.Unit.DialectVector;

namespace PSPairChat.Unit;

/// <summary>Every family of dialect and every known public program, with the bytes whole, in any two pieces, and one by one.</summary>
public sealed class DialectVectorTests
{
    private const string Port42861 = "42861";
    private const string Quit = @"\quit";

    private static readonly string[] ClientTexts = ["test", "how are you"];

    /// <summary>A server with the dialect Auto.</summary>
    public static TheoryData<DialectVector> AutoServer =>
    [
        // Prefixed
        Client("raw", ["Chris> test", "Chris> how are you", Quit], [.. ClientTexts, "QUIT"], "Raw", "HostA> hello", Quit),
        Client("raw, quit with the handle", ["Chris> test", @"Chris> \quit"], ["test", "QUIT"], "Raw", "HostA> hello", Quit),
        Client("raw, separator without a space", ["Chris>test", "Chris>how are you"], ClientTexts, "Raw", "HostA>hello", Quit),
        Client("raw, arrow", ["Chris-> test", "Chris-> how are you"], ClientTexts, "Raw", "HostA-> hello", Quit),
        Client("raw, colon", ["Chris: test", "Chris: how are you"], ClientTexts, "Raw", "HostA: hello", Quit),
        Client("lines", ["Chris> test\n", "Chris> how are you\n", Quit], [.. ClientTexts, "QUIT"], "Line", "HostA> hello\n", Quit + "\n"),
        Client("lines that end in CR LF", ["Chris> test\r\n", "Chris> how are you\r\n"], ClientTexts, "Line", "HostA> hello\n", Quit + "\n"),
        Client("lines, colon, handle with combining marks", ["\u00e0\u00a4\u00a8\u00e0\u00a5\u0087\u00e0\u00a4\u00b9\u00e0\u00a4\u00be: test\n", "\u00e0\u00a4\u00a8\u00e0\u00a5\u0087\u00e0\u00a4\u00b9\u00e0\u00a4\u00be: how are you\n"], ClientTexts, "Line", "HostA: hello\n", Quit + "\n",
            "\u0928\u0947\u0939\u093e"),
        Client("lines, separator without a space", ["Chris>test\n", "Chris>how are you\n"], ClientTexts, "Line", "HostA>hello\n", Quit + "\n"),
        Client("lines, colon", ["Chris: test\n", "Chris: how are you\n"], ClientTexts, "Line", "HostA: hello\n", Quit + "\n"),
        Client("two lines in one piece", ["Chris> test\nChris> how are you\n"], ClientTexts, "Line", "HostA> hello\n", Quit + "\n"),
        Client("lines, and a quit command without a line feed", ["Chris> test\n", Quit], ["test", "QUIT"], "Line", "HostA> hello\n", Quit + "\n"),
        Client("NUL after each", ["Chris> test\0", "Chris> how are you\0", Quit + "\0"], [.. ClientTexts, "QUIT"], "NullTerminated", "HostA> hello\0", Quit + "\0"),
        Client("two with NULs in one piece", ["Chris> test\0Chris> how are you\0"], ClientTexts, "NullTerminated", "HostA> hello\0", Quit + "\0"),
        Client("padded with NULs", [Pad("Chris> test", 1024), Pad("Chris> how are you", 1024), Pad(Quit, 1024)], [.. ClientTexts, "QUIT"],
            "FixedLength", "HostA> hello", Quit),
        Client("padded lines", [Pad("Chris>test\n", 511), Pad("Chris>how are you\n", 511), Pad(Quit + "\n", 511)], [.. ClientTexts, "QUIT"],
            "FixedLength", "HostA>hello\n", Quit + "\n"),
        Client("padded with garbage", [Garble("Chris> test", 512), Garble("Chris> how are you", 512), Garble(Quit, 512)], [.. ClientTexts, "QUIT"],
            "FixedLength", "HostA> hello", Quit),
        Client("padded to an unusual size", [Pad("Chris> test", 300), Garble("Chris> how are you", 300)], ClientTexts, "Raw", "HostA> hello", Quit),
        Client("handle and text in separate buffers", ["Chris> \0\0\0\0test\0\0\0", "Chris> \0\0\0\0how are you\0\0\0"], ClientTexts,
            "Raw", "HostA> hello", Quit),
        Client("UTF-8", ["J\u00c3\u00b6rg> Gr\u00c3\u00bc\u00c3\u009fe\n"], ["Gr\u00fc\u00dfe"], "Line", "HostA> hello\n", Quit + "\n", "J\u00f6rg"),

        // Handle exchange
        Client("handles, padded", ["Chris", Pad("test", 1024), Pad("how are you", 1024), Pad(Quit, 1024)], ["GREETING:Chris", .. ClientTexts, "QUIT"],
            "HandleExchangeFixedLength", "hello", ""),
        Client("handles, the handle padded", [Pad("Chris", 256), "test"], ["GREETING:Chris", "test"], "HandleExchange", "hello", ""),
        Client("handles, lines", ["Chris", "test\n", "how are you\n"], ["GREETING:Chris", .. ClientTexts], "HandleExchangeLine", "hello", ""),
        Client("handles, raw", ["Chris", "test", "how are you", Quit], ["GREETING:Chris", .. ClientTexts, "QUIT"], "HandleExchange", "hello", ""),
        Client("handles, delimiter", ["Chris", "test\n@@@", "how are you\n@@@", Quit + "\n@@@"], ["GREETING:Chris", .. ClientTexts, "QUIT"],
            "HandleExchangeDelimited", "hello@@@", Quit + "@@@"),
        Client("handles, then prefixed", ["Chris", "Chris> test", "Chris> how are you"], ["GREETING:Chris", .. ClientTexts], "HandleExchangePrefixed", "HostA> hello", Quit),
        Client("handles, then a text with '>'", ["Chris", "a>b"], ["GREETING:Chris", "a>b"], "HandleExchange", "hello", ""),

        // Port greeting
        Client("port", [Port42861, Pad("Chris> test", 513), Pad(@"Chris> \quit", 513)], ["GREETING:42861", "test", "QUIT"], "PortGreeting", "HostA> hello", Quit),
        Client("port and lines", [Port42861 + "\n", "Chris> test\n"], ["GREETING:42861\n".TrimEnd(), "test"], "PortGreeting", "HostA> hello\n", Quit + "\n"),
        Client("handle and port", ["Chris> " + Port42861, "Chris> test", "/quit"], ["GREETING:Chris> 42861", "test", "QUIT"],
            "PortGreetingDelimited", "HostA> hello||", "/quit||"),
        Client("another number than the port", ["42862", "test"], ["GREETING:42862", "test"], "HandleExchange", "hello", "", "42862"),

        // Framed
        Client("delimiter @!@", ["Chris> test@!@", "Chris> how are you@!@"], ClientTexts, "Delimited", "HostA> hello@!@", Quit + "@!@"),
        Client("delimiter ||", ["Chris> test||", "Chris> how are you||", Quit + "||"], [.. ClientTexts, "QUIT"], "Delimited", "HostA> hello||", Quit + "||"),
        Client("delimiter &&, two in one piece", ["Chris> test&&Chris> how are you&&"], ClientTexts, "Delimited", "HostA> hello&&", Quit + "&&"),
        Client("delimiter after a line", ["Chris> test\n@@@", "Chris> how are you\n@@@"], ClientTexts, "Delimited", "HostA> hello@@@", Quit + "@@@"),
        Client("three digits", ["012Chris> test\0", "019Chris> how are you\0"], ClientTexts, "LengthDigits", "013HostA> hello\0", ""),
        Client("two with three digits in one piece", ["012Chris> test\0019Chris> how are you\0"], ClientTexts, "LengthDigits", "013HostA> hello\0", ""),
        Client("three digits without a NUL", ["011Chris> test", "018Chris> how are you"], ClientTexts, "LengthDigits", "012HostA> hello", ""),
        Client("digits and x", ["12xChris-> test", "19xChris-> how are you", @"5xx\quit"], [.. ClientTexts, "QUIT"], "LengthPadded", "13xHostA-> hello", @"5xx\quit"),
        Client("digits and x that count characters", ["13xChris-> t\u00c3\u00a4est", "12xChris-> test"], ["t\u00e4est", "test"],
            "LengthPadded", "13xHostA-> hello", @"5xx\quit"),
        Client("digits and x that count bytes", ["13xChris-> t\u00c3\u00a4st", "12xChris-> test"], ["t\u00e4st", "test"],
            "LengthPadded", "13xHostA-> hello", @"5xx\quit"),
        Client("four bytes", ["\0\0\0\u000bChris> test", "\0\0\0\u0012Chris> how are you", "\0\0\0\u0005" + Quit], [.. ClientTexts, "QUIT"],
            "Length32", "\0\0\0\u000cHostA> hello", "\0\0\0\u0005" + Quit),
        Client("two bytes and JSON", ["\0\u000d{\"msg\": \"hi\"}"], ["{\"msg\": \"hi\"}"], "Length16", "\0\u0005hello", "\0\u0005" + Quit, null),

        // Bare text, and people
        Client("bare", ["how are you", "fine, thanks"], ["how are you", "fine, thanks"], "BareRaw", "hello", Quit, null),
        Client("one word from a person", ["hello\n", "how are you\n"], ["hello", "how are you"], "Line", "HostA> hello\n", Quit + "\n", null),
        Client("a person at telnet", ["hello\r\n", "a > b\r\n", "/quit\r\n"], ["hello", "a > b", "QUIT"], "Line", "HostA> hello\n", Quit + "\n", null),
        Client("text before a colon is not a handle", ["Note: buy milk\n", "and bread\n"], ["buy milk", "and bread"], "Line", "HostA: hello\n", Quit + "\n", null),
        Client("lines that begin with a number", ["100 bottles\n", "042\n", "7\n"], ["100 bottles", "042", "7"], "Line", "HostA> hello\n", Quit + "\n", null),
        Client("raw messages that begin with a number", ["100 bottles", "12x and more"], ["100 bottles", "12x and more"], "BareRaw", "hello", Quit, null),
        Client("a handle like a length", ["007> test\n"], ["test"], "Line", "HostA> hello\n", Quit + "\n", "007"),
        Client("only NULs, then a message", [Pad("", 256), "Chris> test"], ["test"], "Raw", "HostA> hello", Quit),
        Client("quit command only", [Quit], ["QUIT"], "BareRaw", "hello", Quit, null),
        Client("SIGQUIT only", ["SIGQUIT"], ["QUIT"], "BareRaw", "hello", Quit, null),
        Client("bye without the handle", ["Chris> bye", "bye"], ["bye", "QUIT"], "Raw", "HostA> hello", Quit),
    ];

    /// <summary>A client with the dialect Auto and a server that sends first.</summary>
    public static TheoryData<DialectVector> AutoClient =>
    [
        Server("Auto", "its handle", ["Kabir", "fine"], ["GREETING:Kabir", "fine"], "ServerHandle", "Kabir", "hello", Quit),
        Server("Auto", "its handle, padded", [Pad("Kabir", 512), Pad("fine", 512)], ["GREETING:Kabir", "fine"], "ServerHandle", "Kabir", "hello", Quit),
        Server("Auto", "one word from a person", ["hello\n", "there\n"], ["hello", "there"], "Line", null, "HostA> hello\n", Quit + "\n"),
        Server("Auto", "a question", ["What is your name?\n", "hello\n", Quit + "\n"], ["GREETING:What is your name?", "hello", "QUIT"],
            "ServerQuestion", null, "hello\n", Quit + "\n"),
        Server("Auto", "a padded question", [Pad("What is your name?", 500), Garble("hello", 500), Garble(Quit, 500)],
            ["GREETING:What is your name?", "hello", "QUIT"], "ServerQuestion", null, Pad("hello", 256), Pad(Quit, 256)),
        Server("Auto", "a prompt", ["Enter your handle: ", "hi"], ["GREETING:Enter your handle: ", "hi"], "ServerQuestion", null, "hello\n", Quit + "\n"),
        Server("Auto", "a message", ["Demo> hi", "Demo> fine"], ["hi", "fine"], "Raw", "Demo", "HostA> hello\n", Quit + "\n"),
        Server("Auto", "a greeting", ["Welcome to the chat\n", "bob: hi\n"], ["Welcome to the chat", "bob: hi"], "Line", null, "HostA> hello\n", Quit + "\n"),
        Server("Auto", "JSON of a room", ["\u0000\u000e{\"msg\":\"HELLO\"}".Replace("\u000e", "\u000f")], ["{\"msg\":\"HELLO\"}"], "Length16", null, "HostA> hello\n", Quit + "\n"),
    ];

    /// <summary>Either side with a named dialect.</summary>
    public static TheoryData<DialectVector> NamedDialect =>
    [
        Server("Line", "lines", ["HostA> hi\n", @"HostA> \quit" + "\n"], ["hi", "QUIT"], "Line", "HostA", "HostA> hello\n", Quit + "\n"),
        Server("Raw", "raw", ["chatserve> hi", "chatserve> fine", Quit], ["hi", "fine", "QUIT"], "Raw", "chatserve", "HostA> hello", Quit),
        Server("FixedLengthLine", "padded", ["hi", "fine", Quit], ["hi", "fine", "QUIT"], "FixedLengthLine", null, Pad("HostA>hello\n", 511), Pad(Quit + "\n", 511)),
        Server("HandleExchange", "its handle", ["Bob", "hi", "fine"], ["GREETING:Bob", "hi", "fine"], "HandleExchange", "Bob", "hello", Quit),
        Server("HandleExchange", "the client's handle repeated", ["HostA", "hi"], ["GREETING:HostA", "hi"], "HandleExchange", null, "hello", Quit),
        Server("HandleExchange", "a greeting", ["Welcome, Chris!", "hi"], ["GREETING:Welcome, Chris!", "hi"], "HandleExchange", null, "hello", Quit),
        Server("HandleExchange", "its handle, padded, and prefixed messages", [Pad("Bob", 500), "Bob> hi", "Bob> fine"], ["GREETING:Bob", "hi", "fine"],
            "HandleExchange", "Bob", "hello", Quit),
        Server("HandleExchangeFixedLength", "padded", ["Bob", "hi"], ["GREETING:Bob", "hi"], "HandleExchangeFixedLength", "Bob", Pad("hello", 1024), Pad(Quit, 1024)),
        Server("HandleExchangeDelimited", "marks", ["Bob", "hi@@@", "fine@@@", Quit + "@@@"], ["GREETING:Bob", "hi", "fine", "QUIT"],
            "HandleExchangeDelimited", "Bob", "hello\n@@@", Quit + "\n@@@"),
        Server("ServerHandle", "its handle", ["Kabir", "hi", Quit], ["GREETING:Kabir", "hi", "QUIT"], "ServerHandle", "Kabir", "hello", Quit),
        Server("ServerQuestion", "question", ["What is your name?\n", "hi\n", Quit + "\n"], ["GREETING:What is your name?", "hi", "QUIT"],
            "ServerQuestion", null, Pad("hello\n", 256), Pad(Quit + "\n", 256)),
        Server("ServerQuestion", "padded with garbage", ["What is your name?\n", Garble("hello", 500), Garble("how are you", 500), Garble(Quit, 500)],
            ["GREETING:What is your name?", "hello", "how are you", "QUIT"], "ServerQuestion", null, Pad("hello\n", 256), Pad(Quit + "\n", 256)),
        Server("ServerQuestion", "padded with NULs", [Pad("What is your name?\n", 500), Pad("hello", 500), Pad("fine\n", 500), Pad(Quit + "\n", 500)],
            ["GREETING:What is your name?", "hello", "fine", "QUIT"], "ServerQuestion", null, Pad("hello\n", 256), Pad(Quit + "\n", 256)),
        Server("ServerQuestion", "question padded with garbage", [Garble("What is your name?\n", 500), "hello\0\u0001\u0002"],
            ["GREETING:What is your name?", "hello"], "ServerQuestion", null, Pad("hello\n", 256), Pad(Quit + "\n", 256)),
        Server("PortGreeting", "port", ["Demo> hi", "Demo> fine", Quit], ["hi", "fine", "QUIT"], "PortGreeting", "Demo", Pad("HostA> hello", 513), Pad(Quit, 513)),
        Server("PortGreetingDelimited", "handle and port", ["hamiltj2> hi||", "hamiltj2> fine||", "/quit||"], ["hi", "fine", "QUIT"],
            "PortGreetingDelimited", "hamiltj2", "HostA> hello", "/quit"),
        Server("LengthDigits", "digits", ["014chatserve> hi\0", "016chatserve> fine\0"], ["hi", "fine"], "LengthDigits", "chatserve", "013HostA> hello\0", ""),
        Server("LengthPadded", "digits and x", ["24ximaginary friend-> hello", "23ximaginary friend-> fine", @"5xx\quit"], ["hello", "fine", "QUIT"],
            "LengthPadded", "imaginary friend", "13xHostA-> hello", @"5xx\quit"),
        Server("Length32", "four bytes", ["\0\0\0\u0009HostA> hi", "\0\0\0\u0005" + Quit], ["hi", "QUIT"], "Length32", "HostA",
            "\0\0\0\u000cHostA> hello", "\0\0\0\u0005" + Quit),
        Server("Length16", "two bytes", ["\0\u0002hi"], ["hi"], "Length16", null, "\0\u0005hello", "\0\u0005" + Quit),
        Server("BareRaw", "bare", ["a> b", "fine"], ["a> b", "fine"], "BareRaw", null, "hello", Quit),
        Server("BareLine", "bare lines", ["a> b\n", "fine\n"], ["a> b", "fine"], "BareLine", null, "hello\n", Quit + "\n"),
        Named("ServerHandle", ["test", Quit], ["test", "QUIT"], null, "hello", Quit),
        Named("ServerQuestion", [Pad("Chris\n", 256), Pad("test\n", 256), Pad(Quit + "\n", 256)], ["GREETING:Chris", "test", "QUIT"], "Chris", "hello\n", Quit + "\n"),
        Named("ServerQuestion", ["Chris\n", "test\n"], ["GREETING:Chris", "test"], "Chris", "hello\n", Quit + "\n"),
        Named("FixedLengthLine", [Pad("Chris>test\n", 511), Garble(Quit + "\n", 511)], ["test", "QUIT"], "Chris", "hello", Quit),
        Named("PortGreeting", [Port42861, Pad("Chris> test", 513)], ["GREETING:42861", "test"], "Chris", "HostA> hello", Quit),
        Named("HandleExchangeDelimited", ["Chris", "test\n@@@"], ["GREETING:Chris", "test"], "Chris", "hello@@@", Quit + "@@@"),
    ];

    [Theory]
    [MemberData(nameof(AutoServer))]
    [MemberData(nameof(AutoClient))]
    [MemberData(nameof(NamedDialect))]
    public void Peer_is_decoded_and_answered_in_its_dialect_however_the_bytes_are_split(DialectVector vector)
    {
        Check(vector, send => [send]);
        Check(vector, send => [.. send.Select(b => new[] { b })]);
        for (var at = 1; at < vector.Sends.Max(s => s.Length); at++)
            Check(vector, send => at < send.Length ? [send[..at], send[at..]] : [send]);
    }

    [Fact]
    public void Single_word_before_the_end_is_a_message_and_not_a_handle()
    {
        var decoder = new DialectDecoder(ChatDialect.Auto, ChatSide.Client, "HostA", Port);
        DialectPeer.Feed(decoder, "hello"u8);
        decoder.Complete();
        Assert.Equal(["hello"], DialectPeer.Read(decoder));
    }

    [Fact]
    public void Single_word_in_response_to_a_message_is_not_a_greeting()
    {
        var decoder = new DialectDecoder(ChatDialect.Auto, ChatSide.Server, "Chris", Port) { HasSent = true };
        DialectPeer.Feed(decoder, "fine"u8);
        Assert.Empty(DialectPeer.Read(decoder));
        DialectPeer.Pause(decoder);
        Assert.Equal(["fine"], DialectPeer.Read(decoder));
    }

    private static void Check(DialectVector vector, Func<byte[], byte[][]> split)
    {
        var decoder = new DialectDecoder(ChatDialect.Get(vector.Dialect), vector.Peer, "HostA", Port);
        var decoded = new List<string>();
        foreach (var send in vector.Sends)
        {
            foreach (var piece in split(Bytes(send)))
            {
                DialectPeer.Feed(decoder, piece);
                decoded.AddRange(DialectPeer.Read(decoder));
            }
            DialectPeer.Pause(decoder);
            decoded.AddRange(DialectPeer.Read(decoder));
        }
        Assert.Equal(vector.Decoded, decoded);
        if (vector.Detected.Length > 0)
            Assert.Equal(vector.Detected, decoder.Dialect.Name);
        Assert.Equal(vector.Handle, decoder.Handle);
        if (vector.Detected.Length == 0)
            return;
        var encoder = new DialectEncoder(decoder.Dialect, vector.Peer == ChatSide.Client ? ChatSide.Server : ChatSide.Client, "HostA", Port);
        Assert.Equal(vector.Hello, Text(encoder.EncodeMessage("hello")));
        Assert.Equal(vector.Quit, Text(encoder.EncodeQuit()));
    }

    private static DialectVector Client(
        string name, string[] sends, string[] decoded, string? detected, string hello, string quit, string? handle = "Chris") =>
        new(name, "Auto", ChatSide.Client, sends, decoded, detected ?? "", handle, hello, quit);

    private static DialectVector Server(
        string dialect, string name, string[] sends, string[] decoded, string detected, string? handle, string hello, string quit) =>
        new($"{dialect}: {name}", dialect, ChatSide.Server, sends, decoded, detected, handle, hello, quit);

    private static DialectVector Named(string dialect, string[] sends, string[] decoded, string? handle, string hello, string quit) =>
        new($"server {dialect}", dialect, ChatSide.Client, sends, decoded, dialect, handle, hello, quit);
}
