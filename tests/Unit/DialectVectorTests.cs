using System;
using System.Collections.Generic;
using System.Linq;
using PSPairChat.Dialects;
using Xunit;
using static PSPairChat.Unit.DialectVector;

namespace PSPairChat.Unit;

/// <summary>Every family of dialect, and every example of how public programs talk, whole and in any two pieces and byte by byte.</summary>
public sealed class DialectVectorTests
{
    private const string Port42861 = "42861";
    private const string Quit = @"\quit";

    private static readonly string[] Clients = ["test", "how are you"];

    /// <summary>As a server, told nothing.</summary>
    public static TheoryData<DialectVector> ToldNothingAsServer =>
    [
        // P
        Client("raw", ["Chris> test", "Chris> how are you", Quit], [.. Clients, "QUIT"], "Raw", "HostA> hello", Quit),
        Client("raw, quit with the handle", ["Chris> test", @"Chris> \quit"], ["test", "QUIT"], "Raw", "HostA> hello", Quit),
        Client("raw, separator without a space", ["Chris>test", "Chris>how are you"], Clients, "Raw", "HostA>hello", Quit),
        Client("raw, arrow", ["Chris-> test", "Chris-> how are you"], Clients, "Raw", "HostA-> hello", Quit),
        Client("raw, colon", ["Chris: test", "Chris: how are you"], Clients, "Raw", "HostA: hello", Quit),
        Client("lines", ["Chris> test\n", "Chris> how are you\n", Quit], [.. Clients, "QUIT"], "Line", "HostA> hello\n", Quit + "\n"),
        Client("lines that end in CR LF", ["Chris> test\r\n", "Chris> how are you\r\n"], Clients, "Line", "HostA> hello\n", Quit + "\n"),
        Client("lines, separator without a space", ["Chris>test\n", "Chris>how are you\n"], Clients, "Line", "HostA>hello\n", Quit + "\n"),
        Client("lines, colon", ["Chris: test\n", "Chris: how are you\n"], Clients, "Line", "HostA: hello\n", Quit + "\n"),
        Client("two lines in one piece", ["Chris> test\nChris> how are you\n"], Clients, "Line", "HostA> hello\n", Quit + "\n"),
        Client("lines, and a bare quit without one", ["Chris> test\n", Quit], ["test", "QUIT"], "Line", "HostA> hello\n", Quit + "\n"),
        Client("NUL after each", ["Chris> test\0", "Chris> how are you\0", Quit + "\0"], [.. Clients, "QUIT"], "NullTerminated", "HostA> hello\0", Quit + "\0"),
        Client("two with NULs in one piece", ["Chris> test\0Chris> how are you\0"], Clients, "NullTerminated", "HostA> hello\0", Quit + "\0"),
        Client("padded with NULs", [Pad("Chris> test", 1024), Pad("Chris> how are you", 1024), Pad(Quit, 1024)], [.. Clients, "QUIT"],
            "FixedLength", "HostA> hello", Quit),
        Client("padded lines", [Pad("Chris>test\n", 511), Pad("Chris>how are you\n", 511), Pad(Quit + "\n", 511)], [.. Clients, "QUIT"],
            null, "HostA>hello\n", Quit + "\n"),
        Client("padded with garbage", [Garble("Chris> test", 512), Garble("Chris> how are you", 512), Garble(Quit, 512)], [.. Clients, "QUIT"],
            "FixedLength", "HostA> hello", Quit),
        Client("padded to an unusual size", [Pad("Chris> test", 300), Garble("Chris> how are you", 300)], Clients, "Raw", "HostA> hello", Quit),
        Client("handle and text in buffers of their own", ["Chris> \0\0\0\0test\0\0\0", "Chris> \0\0\0\0how are you\0\0\0"], Clients,
            "Raw", "HostA> hello", Quit),
        Client("UTF-8", ["J\u00c3\u00b6rg> Gr\u00c3\u00bc\u00c3\u009fe\n"], ["Gr\u00fc\u00dfe"], "Line", "HostA> hello\n", Quit + "\n", "J\u00f6rg"),

        // H and HP
        Client("handles, padded", ["Chris", Pad("test", 1024), Pad("how are you", 1024), Pad(Quit, 1024)], ["OPEN:Chris", .. Clients, "QUIT"],
            "HandleExchangeFixedLength", "hello", ""),
        Client("handles, the handle padded", [Pad("Chris", 256), "test"], ["OPEN:Chris", "test"], "HandleExchange", "hello", ""),
        Client("handles, lines", ["Chris", "test\n", "how are you\n"], ["OPEN:Chris", .. Clients], "HandleExchangeLine", "hello", ""),
        Client("handles, raw", ["Chris", "test", "how are you", Quit], ["OPEN:Chris", .. Clients, "QUIT"], "HandleExchange", "hello", ""),
        Client("handles, end mark", ["Chris", "test\n@@@", "how are you\n@@@", Quit + "\n@@@"], ["OPEN:Chris", .. Clients, "QUIT"],
            "HandleExchangeDelimited", "hello@@@", Quit + "@@@"),
        Client("handles, then prefixed", ["Chris", "Chris> test", "Chris> how are you"], ["OPEN:Chris", .. Clients], "HandleExchangePrefixed", "HostA> hello", Quit),
        Client("handles, then another name and '>'", ["Chris", "a>b"], ["OPEN:Chris", "a>b"], "HandleExchange", "hello", ""),

        // O
        Client("port", [Port42861, Pad("Chris> test", 513), Pad(@"Chris> \quit", 513)], ["OPEN:42861", "test", "QUIT"], "PortGreeting", "HostA> hello", Quit),
        Client("port and lines", [Port42861 + "\n", "Chris> test\n"], ["OPEN:42861\n".TrimEnd(), "test"], "PortGreeting", "HostA> hello\n", Quit + "\n"),
        Client("handle and port", ["Chris> " + Port42861, "Chris> test", "/quit"], ["OPEN:Chris> 42861", "test", "QUIT"],
            "PortGreetingDelimited", "HostA> hello||", "/quit||"),
        Client("another number is a handle", ["42862", "test"], ["OPEN:42862", "test"], "HandleExchange", "hello", "", "42862"),

        // F
        Client("end mark @!@", ["Chris> test@!@", "Chris> how are you@!@"], Clients, "Delimited", "HostA> hello@!@", Quit + "@!@"),
        Client("end mark ||", ["Chris> test||", "Chris> how are you||", Quit + "||"], [.. Clients, "QUIT"], "Delimited", "HostA> hello||", Quit + "||"),
        Client("end mark &&, two in one piece", ["Chris> test&&Chris> how are you&&"], Clients, "Delimited", "HostA> hello&&", Quit + "&&"),
        Client("end mark after a line", ["Chris> test\n@@@", "Chris> how are you\n@@@"], Clients, "Delimited", "HostA> hello@@@", Quit + "@@@"),
        Client("three digits", ["012Chris> test\0", "019Chris> how are you\0"], Clients, "LengthDigits", "013HostA> hello\0", ""),
        Client("two with three digits in one piece", ["012Chris> test\0019Chris> how are you\0"], Clients, "LengthDigits", "013HostA> hello\0", ""),
        Client("three digits without a NUL", ["011Chris> test", "018Chris> how are you"], Clients, "LengthDigits", "012HostA> hello", ""),
        Client("digits and x", ["12xChris-> test", "19xChris-> how are you", @"5xx\quit"], [.. Clients, "QUIT"], "LengthPadded", "13xHostA-> hello", @"5xx\quit"),
        Client("digits and x that count characters", ["13xChris-> t\u00c3\u00a4est", "12xChris-> test"], ["t\u00e4est", "test"],
            "LengthPadded", "13xHostA-> hello", @"5xx\quit"),
        Client("digits and x that count bytes", ["13xChris-> t\u00c3\u00a4st", "12xChris-> test"], ["t\u00e4st", "test"],
            "LengthPadded", "13xHostA-> hello", @"5xx\quit"),
        Client("four bytes", ["\0\0\0\u000bChris> test", "\0\0\0\u0012Chris> how are you", "\0\0\0\u0005" + Quit], [.. Clients, "QUIT"],
            "Length32", "\0\0\0\u000cHostA> hello", "\0\0\0\u0005" + Quit),
        Client("two bytes and JSON", ["\0\u000d{\"msg\": \"hi\"}"], ["{\"msg\": \"hi\"}"], "Length16", "\0\u0005hello", "\0\u0005" + Quit, null),

        // B, and people
        Client("bare", ["how are you", "fine, thanks"], ["how are you", "fine, thanks"], "BareRaw", "hello", Quit, null),
        Client("a person's word", ["hello\n", "how are you\n"], ["hello", "how are you"], "Line", "HostA> hello\n", Quit + "\n", null),
        Client("a person at telnet", ["hello\r\n", "a > b\r\n", "/quit\r\n"], ["hello", "a > b", "QUIT"], "Line", "HostA> hello\n", Quit + "\n", null),
        Client("a note is no handle", ["Note: buy milk\n", "and bread\n"], ["buy milk", "and bread"], "Line", "HostA: hello\n", Quit + "\n", null),
        Client("a number is a line", ["100 bottles\n", "042\n", "7\n"], ["100 bottles", "042", "7"], "Line", "HostA> hello\n", Quit + "\n", null),
        Client("a number in a raw message", ["100 bottles", "12x and more"], ["100 bottles", "12x and more"], "BareRaw", "hello", Quit, null),
        Client("a handle like a length", ["007> test\n"], ["test"], "Line", "HostA> hello\n", Quit + "\n", "007"),
        Client("only NULs, then a message", [Pad("", 256), "Chris> test"], ["test"], "Raw", "HostA> hello", Quit),
        Client("quits at once", [Quit], ["QUIT"], "BareRaw", "hello", Quit, null),
        Client("SIGQUIT at once", ["SIGQUIT"], ["QUIT"], "BareRaw", "hello", Quit, null),
        Client("bye without the prefix", ["Chris> bye", "bye"], ["bye", "QUIT"], "Raw", "HostA> hello", Quit),
    ];

    /// <summary>As a client, told nothing, of a server that speaks first.</summary>
    public static TheoryData<DialectVector> ToldNothingAsClient =>
    [
        Server("Auto", "its handle", ["Kabir", "fine"], ["OPEN:Kabir", "fine"], "ServerHandle", "Kabir", "hello", Quit),
        Server("Auto", "its handle, padded", [Pad("Kabir", 512), Pad("fine", 512)], ["OPEN:Kabir", "fine"], "ServerHandle", "Kabir", "hello", Quit),
        Server("Auto", "a word that a person says", ["hello\n", "there\n"], ["hello", "there"], "Line", null, "HostA> hello\n", Quit + "\n"),
        Server("Auto", "a question", ["What is your name?\n", "hello\n", Quit + "\n"], ["OPEN:What is your name?", "hello", "QUIT"],
            "ServerQuestion", null, "hello\n", Quit + "\n"),
        Server("Auto", "a padded question", [Pad("What is your name?", 500), Garble("hello", 500), Garble(Quit, 500)],
            ["OPEN:What is your name?", "hello", "QUIT"], "ServerQuestion", null, Pad("hello", 256), Pad(Quit, 256)),
        Server("Auto", "a prompt", ["Enter your handle: ", "hi"], ["OPEN:Enter your handle: ", "hi"], "ServerQuestion", null, "hello\n", Quit + "\n"),
        Server("Auto", "a message", ["Demo> hi", "Demo> fine"], ["hi", "fine"], "Raw", "Demo", "HostA> hello\n", Quit + "\n"),
        Server("Auto", "a greeting", ["Welcome to the chat\n", "bob: hi\n"], ["Welcome to the chat", "bob: hi"], "Line", null, "HostA> hello\n", Quit + "\n"),
        Server("Auto", "a room's word", ["\u0000\u000e{\"msg\":\"HELLO\"}".Replace("\u000e", "\u000f")], ["{\"msg\":\"HELLO\"}"], "Length16", null, "HostA> hello\n", Quit + "\n"),
    ];

    /// <summary>As either end, told the dialect.</summary>
    public static TheoryData<DialectVector> Told =>
    [
        Server("Line", "lines", ["HostA> hi\n", @"HostA> \quit" + "\n"], ["hi", "QUIT"], "Line", "HostA", "HostA> hello\n", Quit + "\n"),
        Server("Raw", "raw", ["chatserve> hi", "chatserve> fine", Quit], ["hi", "fine", "QUIT"], "Raw", "chatserve", "HostA> hello", Quit),
        Server("FixedLengthLine", "padded", ["hi", "fine", Quit], ["hi", "fine", "QUIT"], "FixedLengthLine", null, Pad("HostA>hello\n", 511), Pad(Quit + "\n", 511)),
        Server("HandleExchange", "its handle", ["Bob", "hi", "fine"], ["OPEN:Bob", "hi", "fine"], "HandleExchange", "Bob", "hello", Quit),
        Server("HandleExchange", "our handle back", ["HostA", "hi"], ["OPEN:HostA", "hi"], "HandleExchange", null, "hello", Quit),
        Server("HandleExchange", "a greeting", ["Welcome, Chris!", "hi"], ["OPEN:Welcome, Chris!", "hi"], "HandleExchange", null, "hello", Quit),
        Server("HandleExchange", "its handle, padded, and prefixed messages", [Pad("Bob", 500), "Bob> hi", "Bob> fine"], ["OPEN:Bob", "hi", "fine"],
            "HandleExchange", "Bob", "hello", Quit),
        Server("HandleExchangeFixedLength", "padded", ["Bob", "hi"], ["OPEN:Bob", "hi"], "HandleExchangeFixedLength", "Bob", Pad("hello", 1024), Pad(Quit, 1024)),
        Server("HandleExchangeDelimited", "marks", ["Bob", "hi@@@", "fine@@@", Quit + "@@@"], ["OPEN:Bob", "hi", "fine", "QUIT"],
            "HandleExchangeDelimited", "Bob", "hello\n@@@", Quit + "\n@@@"),
        Server("ServerHandle", "its handle", ["Kabir", "hi", Quit], ["OPEN:Kabir", "hi", "QUIT"], "ServerHandle", "Kabir", "hello", Quit),
        Server("ServerQuestion", "question", ["What is your name?\n", "hi\n", Quit + "\n"], ["OPEN:What is your name?", "hi", "QUIT"],
            "ServerQuestion", null, Pad("hello\n", 256), Pad(Quit + "\n", 256)),
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
        Named("ServerQuestion", [Pad("Chris\n", 256), Pad("test\n", 256), Pad(Quit + "\n", 256)], ["OPEN:Chris", "test", "QUIT"], "Chris", "hello\n", Quit + "\n"),
        Named("ServerQuestion", ["Chris\n", "test\n"], ["OPEN:Chris", "test"], "Chris", "hello\n", Quit + "\n"),
        Named("FixedLengthLine", [Pad("Chris>test\n", 511), Garble(Quit + "\n", 511)], ["test", "QUIT"], "Chris", "hello", Quit),
        Named("PortGreeting", [Port42861, Pad("Chris> test", 513)], ["OPEN:42861", "test"], "Chris", "HostA> hello", Quit),
        Named("HandleExchangeDelimited", ["Chris", "test\n@@@"], ["OPEN:Chris", "test"], "Chris", "hello@@@", Quit + "@@@"),
    ];

    [Theory]
    [MemberData(nameof(ToldNothingAsServer))]
    [MemberData(nameof(ToldNothingAsClient))]
    [MemberData(nameof(Told))]
    public void It_is_understood_and_answered_in_kind_however_the_bytes_are_split(DialectVector vector)
    {
        Check(vector, send => [send]);
        Check(vector, send => [.. send.Select(b => new[] { b })]);
        for (var at = 1; at < vector.Sends.Max(s => s.Length); at++)
            Check(vector, send => at < send.Length ? [send[..at], send[at..]] : [send]);
    }

    [Fact]
    public void One_word_and_the_peers_close_are_a_message()
    {
        var reader = new DialectDecoder(ChatDialect.Auto, ChatSide.Client, "HostA", Port);
        DialectPeer.Feed(reader, "hello"u8);
        reader.Complete();
        Assert.Equal(["hello"], DialectPeer.Read(reader));
    }

    [Fact]
    public void An_answer_to_what_we_said_is_no_opening()
    {
        var reader = new DialectDecoder(ChatDialect.Auto, ChatSide.Server, "Chris", Port) { HasSent = true };
        DialectPeer.Feed(reader, "fine"u8);
        Assert.Empty(DialectPeer.Read(reader));
        DialectPeer.Pause(reader);
        Assert.Equal(["fine"], DialectPeer.Read(reader));
    }

    private static void Check(DialectVector vector, Func<byte[], byte[][]> split)
    {
        var reader = new DialectDecoder(ChatDialect.Get(vector.Dialect), vector.Peer, "HostA", Port);
        var heard = new List<string>();
        foreach (var send in vector.Sends)
        {
            foreach (var piece in split(Bytes(send)))
            {
                DialectPeer.Feed(reader, piece);
                heard.AddRange(DialectPeer.Read(reader));
            }
            DialectPeer.Pause(reader);
            heard.AddRange(DialectPeer.Read(reader));
        }
        Assert.Equal(vector.Heard, heard);
        if (vector.Found.Length > 0)
            Assert.Equal(vector.Found, reader.Dialect.Name);
        Assert.Equal(vector.Handle, reader.Handle);
        if (vector.Found.Length == 0)
            return;
        var writer = new DialectEncoder(reader.Dialect, vector.Peer == ChatSide.Client ? ChatSide.Server : ChatSide.Client, "HostA", Port);
        Assert.Equal(vector.Hello, Text(writer.EncodeMessage("hello")));
        Assert.Equal(vector.Quit, Text(writer.EncodeQuit()));
    }

    private static DialectVector Client(
        string name, string[] sends, string[] heard, string? found, string hello, string quit, string? handle = "Chris") =>
        new(name, "Auto", ChatSide.Client, sends, heard, found ?? "", handle, hello, quit);

    private static DialectVector Server(
        string dialect, string name, string[] sends, string[] heard, string found, string? handle, string hello, string quit) =>
        new($"{dialect}: {name}", dialect, ChatSide.Server, sends, heard, found, handle, hello, quit);

    private static DialectVector Named(string dialect, string[] sends, string[] heard, string? handle, string hello, string quit) =>
        new($"server {dialect}", dialect, ChatSide.Client, sends, heard, dialect, handle, hello, quit);
}
