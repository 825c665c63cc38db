using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using PSPairChat.Dialects;
using Xunit;
using static PSPairChat.Unit.DialectVector;

namespace PSPairChat.Unit;

/// <summary>What is decoded does not depend on how the bytes were cut. Pauses matter only where a dialect is defined by them.</summary>
public sealed class DialectFramingTests
{
    private const int Conversations = 60;

    // Texts with characters that have a meaning in some dialect.
    private static readonly string[] Words =
    [
        "hello", "he said \\quit", "a> b", "5 > 3", "12x", "042", "Note: buy milk", "@", "|", "{\"msg\": 1}", "Grüße", "👍", "x", " ", "what?", "-> there",
        "bye now", "not /quit", "a@b", "1024", "you&me",
    ];

    public static TheoryData<string, ChatSide, bool> Peers
    {
        get
        {
            var peers = new TheoryData<string, ChatSide, bool>();
            foreach (var dialect in ChatDialect.BuiltIn.Where(d => d != ChatDialect.Auto))
            {
                foreach (var side in (ChatSide[])[ChatSide.Client, ChatSide.Server])
                {
                    peers.Add(dialect.Name, side, false);
                    peers.Add(dialect.Name, side, true);
                }
            }
            return peers;
        }
    }

    [Theory]
    [MemberData(nameof(Peers))]
    public void Decoded_items_do_not_depend_on_how_the_bytes_were_cut(string name, ChatSide side, bool isDetected)
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        var dialect = ChatDialect.Get(name);
        for (var i = 0; i < Conversations; i++)
        {
            var sends = CreateConversation(random, dialect, side);
            var whole = Decode(dialect, side, isDetected, sends, send => [send]);
            var bytewise = Decode(dialect, side, isDetected, sends, send => [.. send.Select(b => new[] { b })]);
            var pieces = Decode(dialect, side, isDetected, sends, send => Cut(random, send));
            var content = string.Join(" / ", sends.Select(s => Encoding.Latin1.GetString(s).Replace(new string('\0', 8), "", StringComparison.Ordinal)));
            Assert.True(whole == bytewise, $"Seed {seed}, bytes {content}:\nwhole    {whole}\nbytewise {bytewise}");
            Assert.True(whole == pieces, $"Seed {seed}, bytes {content}:\nwhole  {whole}\npieces {pieces}");
        }
    }

    // These dialects mark the end of a message; greetings end with a pause.
    [Theory]
    [InlineData("Line", ChatSide.Client)]
    [InlineData("Line", ChatSide.Server)]
    [InlineData("BareLine", ChatSide.Client)]
    [InlineData("NullTerminated", ChatSide.Client)]
    [InlineData("Delimited", ChatSide.Client)]
    [InlineData("LengthDigits", ChatSide.Client)]
    [InlineData("Length16", ChatSide.Client)]
    [InlineData("Length32", ChatSide.Client)]
    [InlineData("HandleExchangeDelimited", ChatSide.Client)]
    [InlineData("HandleExchangeLine", ChatSide.Client)]
    [InlineData("ServerQuestion", ChatSide.Server)]
    [InlineData("PortGreetingDelimited", ChatSide.Server)]
    public void Decoded_items_do_not_depend_on_pauses_within_a_message(string name, ChatSide side)
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        var dialect = ChatDialect.Get(name);
        var encoder = new DialectEncoder(dialect, side, "Chris", Port);
        for (var i = 0; i < Conversations; i++)
        {
            var texts = Enumerable.Range(0, random.Next(1, 6)).Select(_ => CreateText(random, encoder)).ToArray();
            var decoder = new DialectDecoder(dialect, side, "HostA", Port);
            var decoded = new List<string>();
            DialectPeer.Feed(decoder, encoder.EncodeGreeting());
            DialectPeer.Read(decoder);
            DialectPeer.Pause(decoder);
            DialectPeer.Read(decoder);
            foreach (var piece in Cut(random, [.. texts.SelectMany(t => encoder.EncodeMessage(t).ToArray())]))
            {
                DialectPeer.Feed(decoder, piece);
                decoded.AddRange(DialectPeer.Read(decoder));
                decoder.OnIdle();
                decoded.AddRange(DialectPeer.Read(decoder));
            }
            Assert.True(texts.SequenceEqual(decoded), $"Seed {seed}:\nsent    {string.Join(" / ", texts)}\ndecoded {string.Join(" / ", decoded)}");
        }
    }

    [Theory]
    [InlineData("Chris> he said \\quit", "he said \\quit")]
    [InlineData("Chris> he said /quit", "he said /quit")]
    [InlineData("so \\quit", "so \\quit")]
    public void Text_that_ends_like_a_quit_command_does_not_end_in_a_pause(string line, string text)
    {
        var decoder = new DialectDecoder(ChatDialect.Get("Line"), ChatSide.Client);
        DialectPeer.Feed(decoder, Bytes(line));
        Assert.Empty(DialectPeer.Read(decoder));
        DialectPeer.Pause(decoder);
        Assert.Empty(DialectPeer.Read(decoder));
        DialectPeer.Feed(decoder, "\n"u8);
        Assert.Equal([text], DialectPeer.Read(decoder));
    }

    [Fact]
    public void Delimiter_that_arrives_after_the_line_feed_of_a_greeting_is_part_of_it()
    {
        var decoder = new DialectDecoder(ChatDialect.Get("HandleExchangeDelimited"), ChatSide.Client);
        DialectPeer.Feed(decoder, "Chris\n"u8);
        Assert.Empty(DialectPeer.Read(decoder));
        DialectPeer.Feed(decoder, "@@@"u8);
        Assert.Equal(["GREETING:Chris"], DialectPeer.Read(decoder));
        DialectPeer.Feed(decoder, "test\n@@@"u8);
        Assert.Equal(["test"], DialectPeer.Read(decoder));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(int.MaxValue)]
    public void Delimiter_after_the_line_feed_of_a_server_names_the_dialect_however_it_is_cut(int pieceBytes)
    {
        var decoded = Decode(ChatDialect.Auto, ChatSide.Server, isDetected: true, [[.. "hello\n||"u8], [.. "there\n||"u8]], send => [.. send.Chunk(pieceBytes)]);
        Assert.Equal("Delimited : hello / there", decoded);
    }

    [Theory]
    [InlineData("Line", "", "\n")]
    [InlineData("NullTerminated", "", "\0")]
    [InlineData("Delimited", "", "@@@")]
    [InlineData("BareRaw", "", "")]
    [InlineData("Length32", "\0\u0001\0\0", "")]
    public void Frame_of_64_KiB_is_decoded_and_a_longer_one_is_not_however_it_is_cut(string name, string length, string terminator)
    {
        var text = new string('x', FrameDecoder.MaxFrameBytes - terminator.Length);
        Assert.Equal([text], DecodeFrame(length + text + terminator, isBytewise: false));
        Assert.Equal([text], DecodeFrame(length + text + terminator, isBytewise: true));
        length = length.Length > 0 ? "\0\u0001\0\u0001" : "";
        Assert.Equal(["TOO LONG"], DecodeFrame(length + text + "x" + terminator, isBytewise: false));
        Assert.Equal(["TOO LONG"], DecodeFrame(length + text + "x" + terminator, isBytewise: true));

        List<string> DecodeFrame(string frame, bool isBytewise)
        {
            var decoder = new DialectDecoder(ChatDialect.Get(name), ChatSide.Client);
            var decoded = new List<string>();
            foreach (var piece in Bytes(frame).Chunk(isBytewise ? 1 : frame.Length))
            {
                DialectPeer.Feed(decoder, piece);
                decoded.AddRange(DialectPeer.Read(decoder));
                if (decoded.Count > 0)
                    return decoded;
            }
            DialectPeer.Pause(decoder);
            return DialectPeer.Read(decoder);
        }
    }

    private static byte[][] CreateConversation(Random random, ChatDialect dialect, ChatSide side)
    {
        var encoder = new DialectEncoder(dialect, side, "Chris", Port);
        var sends = new List<byte[]> { encoder.EncodeGreeting() };
        for (var count = random.Next(1, 6); count > 0; count--)
            sends.Add([.. encoder.EncodeMessage(CreateText(random, encoder))]);
        if (random.Next(2) == 0)
            sends.Add([.. encoder.EncodeQuit()]);
        // Without a pause between them, two messages are one where only a pause ends a message.
        if (random.Next(3) == 0)
            sends = [.. sends.Take(1), [.. sends.Skip(1).SelectMany(s => s)]];
        return [.. sends.Where(s => s.Length > 0)];
    }

    // A text that the dialect can carry.
    private static string CreateText(Random random, DialectEncoder encoder)
    {
        while (true)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(1, 5)).Select(_ => Words[random.Next(Words.Length)])).Trim();
            try
            {
                encoder.EncodeMessage(text);
                if (text.Length > 0)
                    return text;
            }
            catch (ChatException e) when (e.Reason == ChatErrorReason.MessageInvalid)
            {
                // The text contains the delimiter.
            }
        }
    }

    private static byte[][] Cut(Random random, byte[] bytes)
    {
        var pieces = new List<byte[]>();
        for (var start = 0; start < bytes.Length;)
        {
            var end = Math.Min(bytes.Length, start + random.Next(1, random.Next(2) == 0 ? 4 : 40));
            pieces.Add(bytes[start..end]);
            start = end;
        }
        return [.. pieces];
    }

    // The connection is idle after each send.
    private static string Decode(ChatDialect dialect, ChatSide side, bool isDetected, byte[][] sends, Func<byte[], byte[][]> cut)
    {
        var decoder = new DialectDecoder(isDetected ? ChatDialect.Auto : dialect, side, "HostA", Port);
        var decoded = new List<string>();
        foreach (var send in sends)
        {
            foreach (var piece in cut(send))
            {
                DialectPeer.Feed(decoder, piece);
                decoded.AddRange(DialectPeer.Read(decoder));
            }
            DialectPeer.Pause(decoder);
            decoded.AddRange(DialectPeer.Read(decoder));
        }
        decoder.Complete();
        decoded.AddRange(DialectPeer.Read(decoder));
        return $"{decoder.Dialect.Name} {decoder.Handle}: {string.Join(" / ", decoded)}";
    }
}
