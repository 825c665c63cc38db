using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;
using PSPairChat.Dialects;
using PSPairChat.Scripting;
using PSPairChat.Transcripts;
using Xunit;

namespace PSPairChat.Unit;

/// <summary>
/// Random input for everything that reads what others wrote. CONTRIBUTING.md describes how to run it longer.
/// </summary>
public sealed class FuzzTests
{
    private const int BytesEach = 20_000;
    private const double Seconds = 1.5;

    // Bytes with a meaning in some dialect, mixed with random bytes.
    private static readonly byte[][] FrameParts =
    [
        "Chris> "u8.ToArray(), "test"u8.ToArray(), "\n"u8.ToArray(), "\r\n"u8.ToArray(), "\0"u8.ToArray(), new byte[300], "@@@"u8.ToArray(), "||"u8.ToArray(),
        "012"u8.ToArray(), "5xx"u8.ToArray(), "42861"u8.ToArray(), [0, 0, 0, 9], [0, 0, 1, 0], [0, 7, (byte)'{'], "}"u8.ToArray(), ": "u8.ToArray(), "-> "u8.ToArray(),
        [0xFF], [0xC3], [0xF0, 0x9F], "\\quit"u8.ToArray(), "name?"u8.ToArray(), Enumerable.Repeat((byte)'x', 5000).ToArray(),
    ];

    private static readonly string[] ScriptParts =
    [
        "Chris> ", "HostA> ", "\n", "\n:label\n", " -> label", " | HostA> ", "    ", "# ", "`", "`u{1b}", "`u{", "{days}", "{", "}", "*", "?", "[a-c]", "[", "]",
        "/", "/^in (?<days>\\d+) days$/", "/(a|b)+?/", "(", ")", "(?:", "(?<days>", "(?i)", "(?x)#", "\\", "\\p{Lu}", "\\d", "\\b", "\\x41", "\\cA", "{999}", "{2,}",
        "+", "|", "^", "$", ".", "[^a-z-[aeiou]]", "\\quit", " ", "\t", "\r", "ü", "👍", "\ud83d", "\0", "ok", "12", ">", "-", ":", new('(', 200), new('a', 2000),
    ];

    private static readonly string[] TextParts =
    [
        "hello", " ", "\t", "\n", "\u001b[31m", "\u0085", "\u009b", "\u2028", "\u202E", "\u200D", "\u200C", "\uFE0F", "\uFE0E", "\u0301", "\u0E49", "ب", "क", "👍", "👨‍👩‍👧",
        "\ud83d", "\udc4d", "\u00AD", "\uFEFF", "\u3164", "\U000E0041", "\"", "\\", "{", "}", "\uffff", "\0", "日本",
    ];

    [Fact]
    public void Frames_of_random_bytes_cause_no_exception_no_endless_loop_and_no_unlimited_buffer() => FuzzRun.Repeat(random =>
    {
        var dialect = random.Next(3) == 0 ? ChatDialect.Auto : ChatDialect.BuiltIn[random.Next(ChatDialect.BuiltIn.Count)];
        var decoder = new DialectDecoder(dialect, (ChatSide)random.Next(2), "HostA", 42861) { HasSent = random.Next(2) == 0 };
        var buffer = new byte[6000];
        for (var fed = 0; fed < BytesEach;)
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
                Assert.True(!decoder.NeedsIdle || decoder.Buffered < before, "The decoder waits for an idle connection although it is idle.");
            }
            Assert.InRange(decoder.Buffered, 0, FrameDecoder.MaxFrameBytes + buffer.Length);
        }
        decoder.Complete();
        Drain(decoder);
    }, Seconds);

    [Fact]
    public void Transcript_with_random_changes_is_read_or_rejected() => FuzzRun.Repeat(random =>
    {
        var entries = Enumerable.Range(1, random.Next(1, 8)).Select(i => new ChatTranscriptEntry(
            new DateTime(random.NextInt64(DateTime.MaxValue.Ticks), DateTimeKind.Utc), i, CreateText(random), CreateText(random), random.Next(2) == 0, null)).ToArray();
        var bytes = entries.SelectMany(e => Encoding.UTF8.GetBytes(TranscriptJson.Write(e))).ToList();
        Assert.Equal(entries, TranscriptReader.Read(new MemoryStream([.. bytes]), number => Assert.Fail($"Line {number} was skipped.")));

        for (var changes = random.Next(1, 10); changes > 0 && bytes.Count > 0; changes--)
            Change(random, bytes);
        try
        {
            var skipped = 0;
            var read = TranscriptReader.Read(new MemoryStream([.. bytes]), _ => skipped++).Count();
            Assert.InRange(read + skipped, 0, bytes.Count(b => b == '\n') + 1);
        }
        catch (InvalidDataException)
        {
            // The changes made the UTF-8 of an entry invalid.
        }
    }, Seconds);

    [Fact]
    public void Script_of_random_parts_runs_or_is_rejected_with_line_and_column() => FuzzRun.Repeat(random =>
    {
        var text = string.Concat(Enumerable.Range(0, random.Next(1, 40)).Select(_ => ScriptParts[random.Next(ScriptParts.Length)]));
        try
        {
            // Most random lines have no speaker.
            var script = ChatScript.Parse(random.Next(2) == 0 ? text : "Chris> " + text.Replace("\n", "\nChris> ", StringComparison.Ordinal));
            var variables = new VariableScope(new Dictionary<string, string> { ["days"] = CreateText(random) });
            foreach (var branch in script.Steps.SelectMany(s => s.Branches))
            {
                branch.Pattern.Match(CreateText(random), variables);
                if (!branch.IsQuit)
                    Assert.NotNull(branch.Pattern.Match(branch.Pattern.Expand(variables), variables));
            }
        }
        catch (ChatException e) when (e.Reason is ChatErrorReason.ScriptInvalid or ChatErrorReason.ExpectationFailed)
        {
            Assert.True(e.Reason == ChatErrorReason.ExpectationFailed || e.Message.StartsWith("Line ", StringComparison.Ordinal), e.Message);
        }
    }, Seconds);

    [Fact]
    public void Any_text_becomes_a_script_line_that_sends_it() => FuzzRun.Repeat(random =>
    {
        var text = CreateText(random).Replace("\n", "", StringComparison.Ordinal);
        var line = ScriptText.FormatLine("Chris", text);
        Assert.Equal(DisplayText.Sanitize(line), line);
        if (text != "\\quit")
            Assert.Equal(text, ChatScript.Parse(line).Steps.Single().Branches.Single().Pattern.Expand(new VariableScope([])));
    }, Seconds);

    [Fact]
    public void Sanitized_text_has_no_control_characters_and_does_not_change_when_it_is_sanitized_again() => FuzzRun.Repeat(random =>
    {
        var safe = DisplayText.Sanitize(CreateText(random));
        Assert.DoesNotContain(safe, c => char.IsControl(c) || char.GetUnicodeCategory(c) is UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
        Assert.Equal(safe, Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(safe)));
        Assert.Equal(safe, DisplayText.Sanitize(safe));
    }, Seconds);

    private static ReadOnlySpan<byte> CreatePiece(Random random, byte[] buffer)
    {
        if (random.Next(3) > 0)
            return FrameParts[random.Next(FrameParts.Length)];
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

    private static string CreateText(Random random)
    {
        var text = string.Concat(Enumerable.Range(0, random.Next(20)).Select(_ => random.Next(4) == 0
            ? new Rune(random.Next(0xD800)).ToString()
            : TextParts[random.Next(TextParts.Length)]));
        // As text that was received: without unpaired surrogates.
        return Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
    }

    private static void Change(Random random, List<byte> bytes)
    {
        var index = random.Next(bytes.Count);
        switch (random.Next(3))
        {
            case 0:
                bytes[index] = (byte)random.Next(256);
                break;
            case 1:
                bytes.RemoveRange(index, Math.Min(bytes.Count - index, random.Next(1, 20)));
                break;
            default:
                bytes.InsertRange(index, bytes.Skip(random.Next(bytes.Count)).Take(20).ToArray());
                break;
        }
    }
}
