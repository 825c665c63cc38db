using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using PSPairChat.Dialects;
using Xunit;

namespace PSPairChat.Unit;

/// <summary>Decoding of the dialect Line.</summary>
public sealed class DialectDecoderTests
{
    public static TheoryData<string, string?, string[]> Conversations => new()
    {
        { "Chris> test\n", "Chris", ["test"] },
        { "Chris> a\nChris> b\nChris> c\n", "Chris", ["a", "b", "c"] },
        { "Chris> test\r\nChris> more\r\n", "Chris", ["test", "more"] },
        { "hello\nagain\n", null, ["hello", "again"] },
        { "Chris>   spaces kept  \n", "Chris", ["  spaces kept  "] },
        { "Chris> a\nBob> b\nbare\n", "Chris", ["a", "Bob> b", "bare"] },
        { "Chris> a\nChris> Chris> b\n", "Chris", ["a", "Chris> b"] },
        { "hi there> x\nhi there> y\n", null, ["hi there> x", "hi there> y"] },
        { "5 > 3\n", null, ["5 > 3"] },
        { "> quoted\n", null, ["> quoted"] },
        { "Chris> \n\n", "Chris", ["", ""] },
        { "Jörg> Grüße 👍\n", "Jörg", ["Grüße 👍"] },
        { "Chris> one\0garbage\nChris> two\n", "Chris", ["one", "two"] },
        { "Chris> one\n\0\0\0\0Chris> two\n\0\0", "Chris", ["one", "two"] },
        { "Chris> hi\n\\quit\n", "Chris", ["hi", "QUIT"] },
        { "Chris> hi\nChris> \\quit\n", "Chris", ["hi", "QUIT"] },
        { "\\quit\r\n", null, ["QUIT"] },
        { "/quit\n", null, ["QUIT"] },
        { "SIGQUIT\n", null, ["QUIT"] },
        { "bye\n", null, ["bye"] },
        { "Chris> bye\nbye\n", "Chris", ["bye", "QUIT"] },
        { "Chris> /quit\nChris> SIGQUIT\nChris> \\quit now\n", "Chris", ["/quit", "SIGQUIT", "\\quit now"] },
        { "Chris> last words", "Chris", ["last words"] },
        { "\\quit", null, ["QUIT"] },
    };

    [Theory]
    [MemberData(nameof(Conversations))]
    public void Messages_do_not_depend_on_how_the_bytes_are_split(string sent, string? handle, string[] expected)
    {
        var bytes = Encoding.UTF8.GetBytes(sent);
        for (var at = 0; at <= bytes.Length; at++)
            Check([bytes[..at], bytes[at..]]);
        Check([.. bytes.Select(b => new[] { b })]);

        void Check(byte[][] pieces)
        {
            var decoder = new DialectDecoder(ChatDialect.Get("Line"), ChatSide.Client);
            Assert.Equal(expected, Read(decoder, pieces));
            Assert.Equal(handle, decoder.Handle);
            Assert.True(decoder.IsEmpty || expected[^1] == "QUIT");
        }
    }

    [Theory]
    [InlineData("", 'x')]
    [InlineData("hello\n", '\0')]
    [InlineData("hello\nx", 'x')]
    public void Bytes_without_an_end_are_too_long_and_occupy_no_large_object(string start, char filler)
    {
        const int Maximum = FrameDecoder.MaxFrameBytes + 16 * 1024;
        var decoder = new DialectDecoder(ChatDialect.Auto, ChatSide.Client);
        Feed(decoder, Encoding.UTF8.GetBytes(start));
        while (!ReadTo(DialectItemKind.TooLong))
        {
            Assert.InRange(decoder.Buffered, 0, Maximum);
            Feed(decoder, Encoding.UTF8.GetBytes(new string(filler, 4000)));
        }
        // The runtime counts a large object among the oldest ones from the beginning.
        Assert.InRange(GC.GetGeneration(decoder.GetBuffer().Array!), 0, 1);

        bool ReadTo(DialectItemKind kind)
        {
            while (decoder.TryPeek(out var item))
            {
                if (item.Kind == kind)
                    return true;
                decoder.TryRead(out _);
            }
            return false;
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(1000)]
    [InlineData(int.MaxValue)]
    public void Thousand_lines_are_decoded_whole_or_in_pieces(int pieceLength)
    {
        var expected = Enumerable.Range(0, 1000).Select(i => $"message {i} {new string('x', i % 50)}").ToArray();
        var bytes = Encoding.UTF8.GetBytes(string.Concat(expected.Select(m => $"Chris> {m}\n")));
        Assert.Equal(expected, Read(new DialectDecoder(ChatDialect.Get("Line"), ChatSide.Client), bytes.Chunk(Math.Min(pieceLength, bytes.Length)).ToArray()));
    }

    [Fact]
    public void Line_of_64_KiB_is_decoded_and_a_longer_one_is_too_long()
    {
        var line = new string('x', FrameDecoder.MaxFrameBytes - 1);
        Assert.Equal([line], Read(new DialectDecoder(ChatDialect.Get("Line"), ChatSide.Client), [Encoding.ASCII.GetBytes(line + "\n")]));
        Assert.Equal(["TOO LONG"], Read(new DialectDecoder(ChatDialect.Get("Line"), ChatSide.Client), [Encoding.ASCII.GetBytes(line + "xx")]));
    }

    [Fact]
    public void TryPeek_does_not_remove_the_item()
    {
        var decoder = new DialectDecoder(ChatDialect.Get("Line"), ChatSide.Client);
        Feed(decoder, "Chris> test\n"u8.ToArray());
        Assert.True(decoder.TryPeek(out var peeked));
        Assert.False(decoder.IsEmpty);
        Assert.True(decoder.TryRead(out var read));
        Assert.Equal((peeked.Text, "test"), (read.Text, read.Text));
        Assert.False(decoder.TryRead(out _));
    }

    [Fact]
    public void Encoded_messages_are_decoded_to_the_same_texts()
    {
        var encoder = new DialectEncoder(ChatDialect.Get("Line"), ChatSide.Client, "Chris", 0);
        var decoder = new DialectDecoder(ChatDialect.Get("Line"), ChatSide.Client);
        string[] texts = ["test", " ", "Chris> test", "a\tb", "👍 ü", new('x', 500)];
        foreach (var text in texts)
        {
            var frame = encoder.EncodeMessage(text);
            Assert.Equal([text], Read(decoder, [frame.ToArray()]));
        }
        Assert.Equal(["QUIT"], Read(decoder, [encoder.EncodeQuit().ToArray()]));
        Assert.Equal("Chris", decoder.Handle);
    }

    [Theory]
    [InlineData("Line", "Chris> a\nChris> b\nChris> c", 2)]
    [InlineData("Line", "Chris> a\n\\quit\nChris> b\n", 1)]
    [InlineData("Line", "", 0)]
    [InlineData("ServerHandle", "hello", 0)]
    [InlineData("Length32", "\0\0\0\u0001a\0\0\0\u0001b", 2)]
    [InlineData("Length32", "\0\0\0\u0001a\u0001\0\0\0", 1)]
    public void Messages_are_counted_up_to_a_quit_command_and_remain_unread(string dialect, string sent, int expected)
    {
        var decoder = new DialectDecoder(ChatDialect.Get(dialect), ChatSide.Client);
        Feed(decoder, DialectVector.Bytes(sent));
        Assert.Equal(expected, decoder.CountMessages());
        Assert.Equal(expected, decoder.CountMessages());
        Assert.Equal(sent.Length, decoder.Buffered);
        if (expected > 0)
        {
            Assert.True(decoder.TryRead(out _));
            Assert.Equal(expected - 1, decoder.CountMessages());
        }
    }

    [Fact]
    public void Greeting_is_not_counted_as_a_message()
    {
        var decoder = new DialectDecoder(ChatDialect.Get("HandleExchangeLine"), ChatSide.Client);
        Feed(decoder, "Chris"u8.ToArray());
        decoder.OnIdle();
        Assert.Equal(0, decoder.CountMessages());
        Assert.Equal(["GREETING:Chris"], DialectPeer.Read(decoder));
        Feed(decoder, "hi\n"u8.ToArray());
        Assert.Equal(1, decoder.CountMessages());
    }

    [Fact]
    public void Every_line_of_a_service_is_a_message()
    {
        var service = BuiltInDialects.LineService;
        var encoder = new DialectEncoder(service, ChatSide.Client, "Chris", 1);
        Assert.Equal("hi\r\n", DialectVector.Text(encoder.EncodeMessage("hi")));
        Assert.Equal(0, encoder.EncodeQuit().Count);
        var decoder = new DialectDecoder(service, ChatSide.Server);
        Feed(decoder, "ready\r\n\r\n\\quit\r\nbye\r\n"u8.ToArray());
        Assert.Equal(["ready", "", "\\quit", "bye"], DialectPeer.Read(decoder));
    }

    [Theory]
    [InlineData("Line", "hello", false)]
    [InlineData("Delimited", "hello", false)]
    [InlineData("NullTerminated", "hello", false)]
    [InlineData("Length32", "\0\0\0\u0005he", false)]
    [InlineData("Raw", "hello", true)]
    [InlineData("Line", "\\quit", true)]
    [InlineData("Auto", "hello", true)]
    [InlineData("Auto", "hello\n", false)]
    [InlineData("HandleExchange", "Chris", true)]
    public void Pause_is_needed_only_where_it_can_end_a_message(string dialect, string sent, bool needsIdle)
    {
        var decoder = new DialectDecoder(ChatDialect.Get(dialect), ChatSide.Client);
        Feed(decoder, DialectVector.Bytes(sent));
        DialectPeer.Read(decoder);
        Assert.Equal(needsIdle, decoder.NeedsIdle);
    }

    [Theory]
    [InlineData("\\quit", "QUIT")]
    [InlineData("Welcome", "GREETING:Welcome")]
    public void Quit_command_instead_of_a_greeting_ends_the_conversation(string sent, string expected)
    {
        var decoder = new DialectDecoder(ChatDialect.Get("HandleExchange"), ChatSide.Server);
        Feed(decoder, DialectVector.Bytes(sent));
        decoder.OnIdle();
        Assert.Equal([expected], DialectPeer.Read(decoder));
    }

    [Fact]
    public void First_message_without_an_end_is_too_long_above_64_KiB()
    {
        var decoder = new DialectDecoder(ChatDialect.Auto, ChatSide.Client);
        Feed(decoder, Encoding.ASCII.GetBytes(new string('x', FrameDecoder.MaxFrameBytes)));
        Assert.Empty(DialectPeer.Read(decoder));
        Feed(decoder, "x"u8.ToArray());
        Assert.Equal(["TOO LONG"], DialectPeer.Read(decoder));
    }

    [Theory]
    [InlineData("@@@", "@@@", "Delimited", "\n@@@")]
    [InlineData("\0", "", "NullTerminated", "\n\0")]
    [InlineData("\0\0\0", "", "Raw", "")]
    public void Bytes_after_the_first_line_correct_the_detected_framing(string sent, string confirmation, string dialect, string terminator)
    {
        var decoder = new DialectDecoder(ChatDialect.Auto, ChatSide.Client);
        Feed(decoder, "Chris> hi\n"u8.ToArray());
        Assert.Equal(["hi"], DialectPeer.Read(decoder));
        Assert.Equal("Line", decoder.Dialect.Name);

        Feed(decoder, DialectVector.Bytes(sent[..1]));
        Assert.False(decoder.TryRead(out _));
        Assert.True(decoder.NeedsIdle);
        Feed(decoder, DialectVector.Bytes(sent[1..]));
        if (confirmation.Length == 0)
            decoder.OnIdle();
        Assert.True(decoder.TryRead(out var item));
        Assert.Equal(DialectItemKind.Detected, item.Kind);
        Assert.Equal((dialect, terminator), (decoder.Dialect.Name, decoder.Dialect.Client.Terminator));

        Feed(decoder, DialectVector.Bytes("Chris> there" + terminator));
        decoder.OnIdle();
        Assert.Equal(["there"], DialectPeer.Read(decoder));
    }

    private static void Feed(DialectDecoder decoder, byte[] bytes)
    {
        for (var offset = 0; offset < bytes.Length;)
        {
            var space = decoder.GetBuffer();
            Assert.True(space.Count > 0);
            var count = Math.Min(space.Count, bytes.Length - offset);
            Buffer.BlockCopy(bytes, offset, space.Array!, space.Offset, count);
            decoder.Advance(count);
            offset += count;
        }
    }

    private static string[] Read(DialectDecoder decoder, byte[][] pieces)
    {
        var read = new List<string>();
        foreach (var piece in pieces)
        {
            Feed(decoder, piece);
            if (Drain())
                return [.. read];
        }
        decoder.Complete();
        Drain();
        return [.. read];

        // Returns whether no more items can follow.
        bool Drain()
        {
            while (decoder.TryRead(out var item))
            {
                read.Add(item.Kind switch { DialectItemKind.Message => item.Text, DialectItemKind.Quit => "QUIT", _ => "TOO LONG" });
                if (item.Kind != DialectItemKind.Message)
                    return true;
            }
            return false;
        }
    }
}
