using System;
using System.Globalization;
using System.Linq;
using PSPairChat.Dialects;
using Xunit;

namespace PSPairChat.Unit;

/// <summary>Decoding of random bytes. The environment variable PSPAIRCHAT_GARBAGE_BYTES sets the number of bytes for each dialect.</summary>
public sealed class DialectGarbageTests
{
    private static readonly int BytesEach = int.Parse(Environment.GetEnvironmentVariable("PSPAIRCHAT_GARBAGE_BYTES") ?? "100000", CultureInfo.InvariantCulture);

    // Bytes with a meaning in some dialect, mixed with random bytes.
    private static readonly byte[][] Words =
    [
        "Chris> "u8.ToArray(), "test"u8.ToArray(), "\n"u8.ToArray(), "\r\n"u8.ToArray(), "\0"u8.ToArray(), new byte[300], "@@@"u8.ToArray(), "||"u8.ToArray(),
        "012"u8.ToArray(), "5xx"u8.ToArray(), "42861"u8.ToArray(), [0, 0, 0, 9], [0, 0, 1, 0], [0, 7, (byte)'{'], "}"u8.ToArray(), ": "u8.ToArray(), "-> "u8.ToArray(),
        [0xFF], [0xC3], [0xF0, 0x9F], "\\quit"u8.ToArray(), "name?"u8.ToArray(), Enumerable.Repeat((byte)'x', 5000).ToArray(),
    ];

    public static TheoryData<string, ChatSide> Decoders
    {
        get
        {
            var decoders = new TheoryData<string, ChatSide>();
            foreach (var dialect in ChatDialect.BuiltIn)
            {
                decoders.Add(dialect.Name, ChatSide.Client);
                decoders.Add(dialect.Name, ChatSide.Server);
            }
            return decoders;
        }
    }

    [Theory]
    [MemberData(nameof(Decoders))]
    public void Random_bytes_cause_no_exception_no_endless_loop_and_no_unlimited_buffer(string dialect, ChatSide peer)
    {
        var random = new Random(20261120 + dialect.Length + (int)peer);
        var remaining = BytesEach;
        while (remaining > 0)
            remaining -= Decode(random, new DialectDecoder(ChatDialect.Get(dialect), peer, "HostA", 42861), remaining);
    }

    private static int Decode(Random random, DialectDecoder decoder, int maxBytes)
    {
        var fed = 0;
        var buffer = new byte[6000];
        decoder.HasSent = random.Next(2) == 0;
        while (fed < maxBytes)
        {
            var piece = CreatePiece(random, buffer);
            DialectPeer.Feed(decoder, piece);
            fed += piece.Length;
            if (Drain(decoder) || random.Next(200) == 0)
                break;
            if (random.Next(4) == 0 && decoder.NeedsIdle)
            {
                var before = decoder.Buffered;
                decoder.OnIdle();
                if (Drain(decoder))
                    break;
                // The decoder must not wait again for the same pause.
                Assert.True(!decoder.NeedsIdle || decoder.Buffered < before, "The decoder waits for an idle connection although it is idle.");
            }
            Assert.InRange(decoder.Buffered, 0, FrameDecoder.MaxFrameBytes + buffer.Length);
        }
        decoder.Complete();
        Drain(decoder);
        return fed;
    }

    private static ReadOnlySpan<byte> CreatePiece(Random random, byte[] buffer)
    {
        if (random.Next(3) > 0)
            return Words[random.Next(Words.Length)];
        var piece = buffer.AsSpan(0, random.Next(1, 40));
        random.NextBytes(piece);
        return piece;
    }

    // Returns whether no more items can follow.
    private static bool Drain(DialectDecoder decoder)
    {
        // There are fewer items than bytes, and a few are held back.
        for (var items = 0; items < FrameDecoder.MaxFrameBytes * 2; items++)
        {
            if (!decoder.TryRead(out var item))
                return false;
            Assert.NotNull(item.Text);
            Assert.NotNull(new DialectEncoder(decoder.Dialect, ChatSide.Server, "HostA", 1).EncodeQuit().Array);
            if (item.Kind is DialectItemKind.TooLong or DialectItemKind.Quit)
                return true;
        }
        throw new InvalidOperationException("The decoder returns items without end.");
    }
}
