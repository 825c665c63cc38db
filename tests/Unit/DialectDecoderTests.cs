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
