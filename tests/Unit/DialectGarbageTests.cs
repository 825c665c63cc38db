using System;
using System.Globalization;
using System.Linq;
using PSPairChat.Dialects;
using Xunit;

namespace PSPairChat.Unit;

/// <summary>A peer that sends anything at all. PSPAIRCHAT_GARBAGE_BYTES makes it send more than a test run has time for.</summary>
public sealed class DialectGarbageTests
{
    private static readonly int BytesEach = int.Parse(Environment.GetEnvironmentVariable("PSPAIRCHAT_GARBAGE_BYTES") ?? "100000", CultureInfo.InvariantCulture);

    // Bytes that mean something to some dialect come more often than chance has it.
    private static readonly byte[][] Words =
    [
        "Chris> "u8.ToArray(), "test"u8.ToArray(), "\n"u8.ToArray(), "\r\n"u8.ToArray(), "\0"u8.ToArray(), new byte[300], "@@@"u8.ToArray(), "||"u8.ToArray(),
        "012"u8.ToArray(), "5xx"u8.ToArray(), "42861"u8.ToArray(), [0, 0, 0, 9], [0, 0, 1, 0], [0, 7, (byte)'{'], "}"u8.ToArray(), ": "u8.ToArray(), "-> "u8.ToArray(),
        [0xFF], [0xC3], [0xF0, 0x9F], "\\quit"u8.ToArray(), "name?"u8.ToArray(), Enumerable.Repeat((byte)'x', 5000).ToArray(),
    ];

    public static TheoryData<string, ChatSide> Readers
    {
        get
        {
            var readers = new TheoryData<string, ChatSide>();
            foreach (var dialect in ChatDialect.BuiltIn)
            {
                readers.Add(dialect.Name, ChatSide.Client);
                readers.Add(dialect.Name, ChatSide.Server);
            }
            return readers;
        }
    }

    [Theory]
    [MemberData(nameof(Readers))]
    public void Garbage_is_read_without_a_fault_an_endless_loop_or_growth(string dialect, ChatSide peer)
    {
        var random = new Random(20261120 + dialect.Length + (int)peer);
        var left = BytesEach;
        while (left > 0)
            left -= Talk(random, new DialectDecoder(ChatDialect.Get(dialect), peer, "HostA", 42861), left);
    }

    private static int Talk(Random random, DialectDecoder reader, int most)
    {
        var fed = 0;
        var buffer = new byte[6000];
        reader.HasSent = random.Next(2) == 0;
        while (fed < most)
        {
            var piece = Piece(random, buffer);
            DialectPeer.Feed(reader, piece);
            fed += piece.Length;
            if (Drain(reader) || random.Next(200) == 0)
                break;
            if (random.Next(4) == 0 && reader.NeedsIdle)
            {
                var before = reader.Buffered;
                reader.OnIdle();
                if (Drain(reader))
                    break;
                // Whatever was waited for has come: nobody waits twice for one silence.
                Assert.True(!reader.NeedsIdle || reader.Buffered < before, "The reader waits for a silence that it has had.");
            }
            Assert.InRange(reader.Buffered, 0, FrameDecoder.MaxFrameBytes + buffer.Length);
        }
        reader.Complete();
        Drain(reader);
        return fed;
    }

    private static ReadOnlySpan<byte> Piece(Random random, byte[] buffer)
    {
        if (random.Next(3) > 0)
            return Words[random.Next(Words.Length)];
        var piece = buffer.AsSpan(0, random.Next(1, 40));
        random.NextBytes(piece);
        return piece;
    }

    // Whether nothing can follow.
    private static bool Drain(DialectDecoder reader)
    {
        // A piece has fewer things to say than bytes, and a few are held back.
        for (var items = 0; items < FrameDecoder.MaxFrameBytes * 2; items++)
        {
            if (!reader.TryRead(out var item))
                return false;
            Assert.NotNull(item.Text);
            Assert.NotNull(new DialectEncoder(reader.Dialect, ChatSide.Server, "HostA", 1).EncodeQuit().Array);
            if (item.Kind is DialectItemKind.TooLong or DialectItemKind.Quit)
                return true;
        }
        throw new InvalidOperationException("The reader has something to say for ever.");
    }
}
