using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using PSPairChat.Dialects;
using Xunit;

namespace PSPairChat.Unit;

/// <summary>The line dialect, our own.</summary>
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
    public void Any_split_of_the_bytes_gives_the_same_messages(string sent, string? handle, string[] expected)
    {
        var bytes = Encoding.UTF8.GetBytes(sent);
        for (var at = 0; at <= bytes.Length; at++)
            Check([bytes[..at], bytes[at..]]);
        Check([.. bytes.Select(b => new[] { b })]);

        void Check(byte[][] pieces)
        {
            var reader = new DialectDecoder(ChatDialect.Get("Line"), ChatSide.Client);
            Assert.Equal(expected, Read(reader, pieces));
            Assert.Equal(handle, reader.Handle);
            Assert.True(reader.IsEmpty || expected[^1] == "QUIT");
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(1000)]
    [InlineData(int.MaxValue)]
    public void A_thousand_lines_at_once_or_in_pieces_are_a_thousand_messages(int piece)
    {
        var expected = Enumerable.Range(0, 1000).Select(i => $"message {i} {new string('x', i % 50)}").ToArray();
        var bytes = Encoding.UTF8.GetBytes(string.Concat(expected.Select(m => $"Chris> {m}\n")));
        Assert.Equal(expected, Read(new DialectDecoder(ChatDialect.Get("Line"), ChatSide.Client), bytes.Chunk(Math.Min(piece, bytes.Length)).ToArray()));
    }

    [Fact]
    public void A_line_of_64_KiB_is_read_and_one_more_byte_is_too_long()
    {
        var line = new string('x', FrameDecoder.MaxFrameBytes - 1);
        Assert.Equal([line], Read(new DialectDecoder(ChatDialect.Get("Line"), ChatSide.Client), [Encoding.ASCII.GetBytes(line + "\n")]));
        Assert.Equal(["TOO LONG"], Read(new DialectDecoder(ChatDialect.Get("Line"), ChatSide.Client), [Encoding.ASCII.GetBytes(line + "xx")]));
    }

    [Fact]
    public void Looking_takes_nothing_away()
    {
        var reader = new DialectDecoder(ChatDialect.Get("Line"), ChatSide.Client);
        Feed(reader, "Chris> test\n"u8.ToArray());
        Assert.True(reader.TryPeek(out var seen));
        Assert.False(reader.IsEmpty);
        Assert.True(reader.TryRead(out var read));
        Assert.Equal((seen.Text, "test"), (read.Text, read.Text));
        Assert.False(reader.TryRead(out _));
    }

    [Fact]
    public void What_is_written_is_read_back()
    {
        var writer = new DialectEncoder(ChatDialect.Get("Line"), ChatSide.Client, "Chris", 0);
        var reader = new DialectDecoder(ChatDialect.Get("Line"), ChatSide.Client);
        string[] texts = ["test", " ", "Chris> test", "a\tb", "👍 ü", new('x', 500)];
        foreach (var text in texts)
        {
            var frame = writer.EncodeMessage(text);
            Assert.Equal([text], Read(reader, [frame.ToArray()]));
        }
        Assert.Equal(["QUIT"], Read(reader, [writer.EncodeQuit().ToArray()]));
        Assert.Equal("Chris", reader.Handle);
    }

    private static void Feed(DialectDecoder reader, byte[] bytes)
    {
        for (var offset = 0; offset < bytes.Length;)
        {
            var room = reader.GetBuffer();
            Assert.True(room.Count > 0);
            var count = Math.Min(room.Count, bytes.Length - offset);
            Buffer.BlockCopy(bytes, offset, room.Array!, room.Offset, count);
            reader.Advance(count);
            offset += count;
        }
    }

    private static string[] Read(DialectDecoder reader, byte[][] pieces)
    {
        var read = new List<string>();
        foreach (var piece in pieces)
        {
            Feed(reader, piece);
            if (Drain())
                return [.. read];
        }
        reader.Complete();
        Drain();
        return [.. read];

        // Whether nothing can follow.
        bool Drain()
        {
            while (reader.TryRead(out var item))
            {
                read.Add(item.Kind switch { DialectItemKind.Message => item.Text, DialectItemKind.Quit => "QUIT", _ => "TOO LONG" });
                if (item.Kind != DialectItemKind.Message)
                    return true;
            }
            return false;
        }
    }
}
