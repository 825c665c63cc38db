using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using PSPairChat.Transcripts;
using Xunit;

namespace PSPairChat.Unit;

/// <summary>The lines of transcript files, and the entries in memory.</summary>
public sealed class TranscriptFormatTests
{
    private static readonly DateTime Time = new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc).AddTicks(60);

    public static TheoryData<ChatTranscriptEntry, string> Entries => new()
    {
        { new ChatTranscriptEntry(Time, 7, "Ann", "hi", isMine: true, notice: null) { To = "Bob", IsHistory = true },
            """{"time":"2026-01-02T03:04:05.0000060Z","sequence":7,"from":"Ann","isMine":true,"to":"Bob","isPast":true,"text":"hi"}""" },
        { new ChatTranscriptEntry(Time, null, "Ann", @"\quit", isMine: false, notice: null),
            """{"time":"2026-01-02T03:04:05.0000060Z","from":"Ann","isMine":false,"text":"\\quit"}""" },
        { new ChatTranscriptEntry(Time, null, "", "Ann has left.", isMine: false, ChatNoticeKind.Presence),
            """{"time":"2026-01-02T03:04:05.0000060Z","notice":"Presence","text":"Ann has left."}""" },
        { new ChatTranscriptEntry(Time, 1, "\"", "\u001f ~\u007e\u007f\u0080\u009f\u00a0\u2027\u2028\u2029\u202a\ufffd\ufffe\uffff", isMine: false, notice: null),
            "{\"time\":\"2026-01-02T03:04:05.0000060Z\",\"sequence\":1,\"from\":\"\\\"\",\"isMine\":false,\"text\":\"\\u001f ~~\\u007f\\u0080\\u009f\u00a0\u2027\\u2028\\u2029\u202a\ufffd\\ufffe\\uffff\"}" },
    };

    [Theory]
    [MemberData(nameof(Entries))]
    public void Entry_is_one_line_of_JSON(ChatTranscriptEntry entry, string line)
    {
        Assert.Equal(line + "\n", TranscriptJson.Write(entry));
        Assert.Equal(entry, TranscriptJson.Read(line));
        Assert.Equal(DateTimeKind.Utc, TranscriptJson.Read(line)!.TimeUtc.Kind);
    }

    [Theory]
    [InlineData("{\"time\":\"2026-01-02T03:04:05.0000060Z\",\"notice\":\"Warning\"}")]
    [InlineData("{\"time\":\"2026-01-02T03:04:05.0000060Z\",\"text\":\"b\"}")]
    [InlineData("{\"from\":\"a\",\"text\":\"b\"}")]
    [InlineData("{\"time\":\"2026-01-02T03:04:05.0000060Z\",\"from\":\"a\",\"text\":\"b\"")]
    [InlineData("{\"time\":\"2026-01-02T03:04:05.0000060Z\",\"from\":\"a\",\"text\":\"b\"} x")]
    [InlineData("{\"time\":\"2026-01-02T03:04:05.0000060Z\",\"from\":\"a\",\"text\":\"b\",\"sequence\":\"x\"}")]
    [InlineData("{\"time\":\"2026-01-02 03:04:05\",\"from\":\"a\",\"text\":\"b\"}")]
    [InlineData("")]
    public void Line_without_all_properties_is_not_an_entry(string line) => Assert.Null(TranscriptJson.Read(line));

    [Theory]
    [InlineData("Chris", "hi", "Chris> hi")]
    [InlineData("Chris", "", "Chris> ")]
    [InlineData("a b", "x", "a` b> x")]
    [InlineData("a>b`", "x", "a`>b``> x")]
    [InlineData("#a#", "x", "`#a#> x")]
    [InlineData("a\u001b", "x", "a\u241b> x")]
    [InlineData("Chris", "a*b?c[d]", "Chris> a`*b`?c`[d]")]
    [InlineData("Chris", "{a} {1} {a {}", "Chris> `{a} {1} {a {}")]
    [InlineData("Chris", "/a/b", "Chris> `/a/b")]
    [InlineData("Chris", "a | b a|b | ", "Chris> a `| b a|b `|`u{20}")]
    [InlineData("Chris", "a -> b a->b - >", "Chris> a `-> b a->b - >")]
    [InlineData("Chris", "a -", "Chris> a -")]
    [InlineData("Chris", "|", "Chris> |")]
    [InlineData("Chris", "a |", "Chris> a |")]
    [InlineData("Chris", "a |b", "Chris> a |b")]
    [InlineData("Chris", "a| b", "Chris> a| b")]
    [InlineData("Chris", "| b", "Chris> | b")]
    [InlineData("Chris", "{azAZ_09}", "Chris> `{azAZ_09}")]
    [InlineData("Chris", "{a@} {a[} {a`} {a/} {a:} {a{}", "Chris> {a@} {a`[} {a``} {a/} {a:} {a{}")]
    [InlineData("Chris", "->", "Chris> ->")]
    [InlineData("Chris", "\u001b[1m", "Chris> `u{1b}`[1m")]
    [InlineData("Chris", "a \u00e9\U000E0041", "Chris> a \u00e9`u{e0041}")]
    public void Entry_of_a_message_is_a_line_of_a_script(string from, string text, string expected) =>
        Assert.Equal(expected, new ChatTranscriptEntry(Time, 1, from, text, isMine: false, notice: null).ToString());

    [Fact]
    public void Entry_that_a_script_cannot_send_or_expect_is_a_comment()
    {
        var sent = new ChatTranscriptEntry(Time, 1, "Ann", "a*", isMine: true, notice: null);
        Assert.Equal(("Ann> a`*", "Ann> a*"), (sent.ToString(), sent.ToDisplayString()));
        Assert.Equal("# [private] Ann> a*", (sent with { To = "Bob" }).ToString());
        Assert.Equal("# [history] Ann> a*", (sent with { IsHistory = true }).ToString());
        var received = new ChatTranscriptEntry(Time, 1, "Ann", "a\n", isMine: false, notice: null) { To = "Bob" };
        Assert.Equal(("Ann> a`u{a}", "[private] Ann> a\u240a"), (received.ToString(), received.ToDisplayString()));
        Assert.Equal("# x\u240a", new ChatTranscriptEntry(Time, null, "", "x\n", isMine: false, ChatNoticeKind.Warning).ToString());
        Assert.Equal(Time.ToLocalTime(), sent.Time);
        var quit = ChatTranscriptEntry.CreateQuit("Ann", isMine: true);
        Assert.Equal((@"\quit", true, null), (quit.Text, quit.IsMine, quit.Sequence));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(1000)]
    public void Lines_are_read_with_their_offsets_in_pieces_of_any_size(int bytesPerRead)
    {
        var lines = new List<(string? Text, long Offset)>();
        var reader = new ByteLineReader(new SlowStream("one\n\r\ntwo\r\n12345678\n123456789\n1234567890\nlast\r", bytesPerRead), maxLength: 8);
        while (reader.TryRead(out var line))
            lines.Add((line.Array is null ? null : Encoding.ASCII.GetString(line.Array, line.Offset, line.Count), reader.LineOffset));
        Assert.Equal([("one", 0), ("", 4), ("two", 6), ("12345678", 11), (null, 20), (null, 30), ("last", 41)], lines);
        Assert.False(reader.TryRead(out _));
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData("\n", 1)]
    [InlineData("a", 1)]
    [InlineData("a\nb", 2)]
    [InlineData("a\nb\n", 2)]
    [InlineData("123456789", 1)]
    public void Last_line_needs_no_line_break(string text, int count)
    {
        var reader = new ByteLineReader(new SlowStream(text, 4), maxLength: 8);
        for (var i = 0; i < count; i++)
            Assert.True(reader.TryRead(out _));
        Assert.False(reader.TryRead(out _));
    }

    [Fact]
    public void Lines_longer_than_the_buffer_are_read_whole_or_skipped_whole()
    {
        int[] lengths = [100_000, 5, 100_001, 6, 300_000, 7];
        var reader = new ByteLineReader(new SlowStream(string.Join('\n', lengths.Select(length => new string('x', length))), 70_000), maxLength: 100_000);
        var offset = 0L;
        foreach (var length in lengths)
        {
            Assert.True(reader.TryRead(out var line));
            Assert.Equal((length > 100_000 ? 0 : length, offset), (line.Count, reader.LineOffset));
            offset += length + 1;
        }
        Assert.False(reader.TryRead(out _));
    }

    [Fact]
    public void Memory_for_many_lines_is_that_for_one()
    {
        var reader = new ByteLineReader(new SlowStream(string.Concat(Enumerable.Repeat(new string('x', 999) + "\n", 1000)), 5000), maxLength: 1000);
        for (var i = 0; i < 1000; i++)
        {
            Assert.True(reader.TryRead(out var line));
            Assert.InRange(line.Array!.Length, 999, 16 * 1024);
        }
    }

    [Fact]
    public void Buffer_returns_the_last_entries_oldest_first()
    {
        var buffer = new TranscriptBuffer();
        Assert.Empty(buffer.GetLast(10));
        for (var i = 0; i < TranscriptBuffer.Capacity + 100; i++)
        {
            buffer.Add(CreateNotice($"{i}"));
            if (i % 997 == 0 || i is 15 or 16 or 17)
                Assert.Equal(Enumerable.Range(Math.Max(0, i - 2), Math.Min(3, i + 1)).Select(n => $"{n}"), buffer.GetLast(3).Select(e => e.Text));
        }
        Assert.Equal(Enumerable.Range(100, TranscriptBuffer.Capacity).Select(n => $"{n}"), buffer.GetLast(int.MaxValue).Select(e => e.Text));
    }

    [Fact]
    public void Buffer_keeps_as_many_characters_as_it_may()
    {
        var buffer = new TranscriptBuffer();
        for (var i = 0; i < 4; i++)
            buffer.Add(CreateNotice(new string((char)('a' + i), TranscriptBuffer.MaxCharacters / 4)));
        Assert.Equal(4, buffer.GetLast(10).Length);
        buffer.Add(CreateNotice("x"));
        Assert.Equal("bcdx", string.Concat(buffer.GetLast(10).Select(e => e.Text[0])));
        // A text that exceeds the maximum alone is kept alone.
        buffer.Add(CreateNotice(new string('y', TranscriptBuffer.MaxCharacters + 1)));
        Assert.Equal("y", string.Concat(buffer.GetLast(10).Select(e => e.Text[0])));
        buffer.Add(CreateNotice("z"));
        Assert.Equal("z", string.Concat(buffer.GetLast(10).Select(e => e.Text[0])));
    }

    private static ChatNotice CreateNotice(string text) => new(ChatNoticeKind.Lifecycle, text);

    // Returns at most a number of bytes at once, as a pipe does.
    private sealed class SlowStream(string text, int bytesPerRead) : MemoryStream(Encoding.ASCII.GetBytes(text))
    {
        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(count, bytesPerRead));
    }
}
