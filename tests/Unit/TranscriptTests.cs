using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Text;
using System.Threading;
using PSPairChat.Connections;
using PSPairChat.Transcripts;
using Xunit;

namespace PSPairChat.Unit;

public sealed class TranscriptTests : IDisposable
{
    private readonly string _path = Path.Combine(Path.GetTempPath(), $"transcript-{Guid.NewGuid():n}.jsonl");

    public void Dispose() => File.Delete(_path);

    [Fact]
    public void GetTranscript_returns_messages_and_notices_in_order()
    {
        var (chris, host) = Pair();
        host.Send("hello");
        chris.Receive();
        chris.Send("hi");
        chris.Disconnect();
        var entries = chris.GetTranscript();
        Assert.StartsWith("# HostA speaks the dialect Line", entries[1].ToString());
        Assert.Equal(["# Connected to memory:0.", entries[1].ToString(), "HostA> hello", "Chris> hi", "# Disconnected."], entries.Select(e => e.ToString()));
        Assert.Equal([null, null, 1L, 2L, null], entries.Select(e => e.Sequence));
        Assert.Equal([ChatNoticeKind.Lifecycle, ChatNoticeKind.Lifecycle, null, null, ChatNoticeKind.Presence], entries.Select(e => e.Notice));
        Assert.Equal([false, false, false, true, false], entries.Select(e => e.IsMine));
        Assert.Equal(["Chris> hi", "# Disconnected."], chris.GetTranscript(2).Select(e => e.ToString()));
    }

    [Fact]
    public void GetTranscript_returns_the_last_10000_messages()
    {
        var (chris, _) = Pair();
        for (var i = 0; i < 10_050; i++)
            chris.AddMessage("Chris", "x", isMine: true);
        Assert.Equal(Enumerable.Range(51, 10_000).Select(i => (long?)i), chris.GetTranscript().Select(e => e.Sequence));
    }

    [Fact]
    public void GetTranscript_returns_fewer_entries_with_long_texts()
    {
        var (chris, _) = Pair();
        var text = new string('x', 64 * 1024);
        for (var i = 0; i < 300; i++)
            chris.AddMessage("HostA", text, isMine: false);
        Assert.Equal(TranscriptBuffer.MaxCharacters / text.Length, chris.GetTranscript().Length);
    }

    [Fact]
    public void File_is_read_to_the_same_entries()
    {
        string[] texts = ["plain", "\"quoted\" \\ / \u0001\u001b\u007f\u0085\u2028 \t", "👨‍👩‍👧 é ไทย \ufeff\ufffd", "\ufffe\uffff", "", new string('x', 60_000)];
        var (chris, _) = Pair(_path);
        foreach (var text in texts)
            chris.AddMessage("imaginary friend", text, isMine: false);
        chris.AddMessage("Chris", "psst", isMine: true, to: "Ann");
        chris.AddMessage("Ann", "earlier", isMine: false, isHistory: true);
        chris.Dispose();
        Assert.Equal(chris.GetTranscript(), Read());
        Assert.Equal([.. texts, "psst", "earlier"], Read().Where(e => e.Notice is null).Select(e => e.Text));
        Assert.Equal(["# [private] Chris> psst", "# [history] Ann> earlier"], Read().Where(e => e.To is not null || e.IsHistory).Select(e => e.ToString()));
        Assert.All(File.ReadAllLines(_path), line => Assert.Matches("^\\{\"time\":.*\\}$", line));
    }

    [Fact]
    public void Message_is_written_before_the_call_returns()
    {
        var (chris, host) = Pair(_path);
        for (var i = 1; i <= 100; i++)
        {
            host.Send("x");
            chris.Receive();
            Assert.Equal(i, Read().Count(e => e.Notice is null));
        }
    }

    [Fact]
    public void File_is_appended_to()
    {
        Pair(_path).Chris.Dispose();
        var first = File.ReadAllText(_path);
        Pair(_path).Chris.Dispose();
        Assert.StartsWith(first, File.ReadAllText(_path));
        Assert.Equal(4, Read().Count);
    }

    [Fact]
    public void Two_sessions_can_share_a_file()
    {
        var (one, _) = Pair(_path);
        var (two, _) = Pair(_path);
        var writers = new[] { one, two }.Select(session => new Thread(() =>
        {
            for (var i = 0; i < 500; i++)
                session.AddMessage("x", "y", isMine: true);
        })).ToArray();
        Array.ForEach(writers, w => w.Start());
        Array.ForEach(writers, w => w.Join());
        Assert.Equal(1000, Read().Count(e => e.Notice is null));
    }

    [Fact]
    public void Partial_last_line_is_skipped()
    {
        var (chris, _) = Pair(_path);
        for (var i = 0; i < 3; i++)
            chris.AddMessage("Chris", "täxt \" \u001b", isMine: true);
        chris.Dispose();
        File.AppendAllText(_path, File.ReadLines(_path).Skip(1).First().Replace("täxt", "}{}} täxt", StringComparison.Ordinal) + "\n");
        var complete = File.ReadAllBytes(_path);
        var count = Read().Count;
        var lastLine = complete.AsSpan(0, complete.Length - 1).LastIndexOf((byte)'\n') + 1;
        for (var length = lastLine; length < complete.Length - 1; length++)
        {
            File.WriteAllBytes(_path, complete[..length]);
            var skipped = new List<int>();
            Assert.Equal(count - 1, Read(skipped).Count);
            Assert.Equal(length == lastLine ? [] : [count], skipped);
        }

        // A new entry begins on a line of its own.
        Pair(_path).Chris.Dispose();
        var skippedLines = new List<int>();
        Assert.Equal(count + 1, Read(skippedLines).Count);
        Assert.Equal([count], skippedLines);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("[1]")]
    [InlineData("{}")]
    [InlineData("{\"time\":\"yesterday\",\"from\":\"a\",\"text\":\"b\"}")]
    [InlineData("{\"time\":\"2026-01-01T00:00:00.0000000Z\",\"from\":\"a\"}")]
    [InlineData("{\"time\":\"2026-01-01T00:00:00.0000000Z\",\"notice\":\"Nonsense\",\"text\":\"b\"}")]
    [InlineData("{\"time\":\"2026-01-01T00:00:00.0000000Z\",\"from\":{\"x\":1},\"text\":\"b\"}")]
    [InlineData("{\"time\":\"2026-01-01T00:00:00.0000000Z\",\"from\":\"a\",\"text\":\"b\",\"sequence\":1e99}")]
    public void Line_that_is_not_an_entry_is_skipped(string line)
    {
        File.WriteAllText(_path, line + "\n{\"time\":\"2026-01-01T00:00:00.0000000Z\",\"text\":\"b\",\"new\":1,\"from\":\"a\"}\n\n");
        var skipped = new List<int>();
        Assert.Equal("a> b", Read(skipped).Single().ToString());
        Assert.Equal([1], skipped);
    }

    [Fact]
    public void Entry_with_invalid_UTF_8_is_an_error_with_the_offset()
    {
        const string Line = "{\"time\":\"2026-01-01T00:00:00.0000000Z\",\"from\":\"a\",\"text\":\"gr\u00fc\u00dfe\"}\n";
        byte[] valid = [0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(Line)];
        byte[] latin1 = Encoding.Latin1.GetBytes(Line);
        File.WriteAllBytes(_path, [.. valid, .. latin1]);
        Assert.Contains($"Line 2: Invalid UTF-8: byte 0xFC at offset {valid.Length + Array.IndexOf(latin1, (byte)0xFC)}.",
            Assert.Throws<InvalidDataException>(() => Read()).Message);
        // A partial line may end within a character.
        File.WriteAllBytes(_path, [.. valid, .. Encoding.UTF8.GetBytes(Line)[..^6]]);
        var skipped = new List<int>();
        Assert.Equal("a> gr\u00fc\u00dfe", Read(skipped).Single().ToString());
        Assert.Equal([2], skipped);
    }

    [Fact]
    public void Lines_of_any_length_and_with_any_line_break_are_read()
    {
        var lines = new[] { 10, 20_000, 500_000, 5, 2_000_000, 3_000_000, 7, 1_500_000 }.Select(
            length => "{\"time\":\"2026-01-01T00:00:00.0000000Z\",\"from\":\"a\",\"text\":\"" + new string('x', length) + "\"}");
        File.WriteAllText(_path, string.Join("\r\n", lines));
        var skipped = new List<int>();
        Assert.Equal([10, 20_000, 500_000, 5, 7], Read(skipped).Select(e => e.Text.Length));
        Assert.Equal([5, 6, 8], skipped);
    }

    [Fact]
    public void Start_throws_if_the_file_cannot_be_opened()
    {
        var options = new ChatOptions { Handle = "Chris", TranscriptPath = Path.Combine(_path, "none", "x") };
        Assert.Equal(ChatErrorReason.TranscriptFailed, Assert.Throws<ChatException>(() => ServerSession.Start(0, options)).Reason);
    }

    [DiskFullFact]
    public void Full_disk_causes_a_warning_and_one_with_the_count_at_the_end()
    {
        var (chris, host) = Pair(DiskFullFactAttribute.Path);
        for (var i = 0; i < 5; i++)
        {
            host.Send("x");
            Assert.Equal("x", chris.Receive()!.Text);
        }
        chris.Dispose();
        var warnings = chris.DequeueNotices(ChatNoticeKind.Warning);
        Assert.Equal(2, warnings.Count);
        Assert.Contains("No space left", warnings[0]);
        Assert.Contains("The conversation continues", warnings[0]);
        // With the notices that the session is connected, about the dialect, and that it is disconnected.
        Assert.EndsWith("is incomplete. Entries not written: 8.", warnings[1]);
        Assert.Contains(chris.GetTranscript(), e => e.Notice == ChatNoticeKind.Warning);
    }

    [NeedsToolFact("mkfifo")]
    public void Disk_that_does_not_respond_does_not_block_the_conversation_and_causes_warnings()
    {
        // Writing to a pipe without a reader blocks as soon as the pipe is full.
        using (var mkfifo = Process.Start("mkfifo", _path))
            mkfifo.WaitForExit();
        var (chris, host) = Pair(_path);
        var text = new string('x', 500);
        var watch = Stopwatch.StartNew();
        for (var i = 0; i < 1000; i++)
        {
            host.Send(text);
            Assert.Equal(text, chris.Receive()!.Text);
        }
        Assert.Empty(chris.DequeueNotices(ChatNoticeKind.Warning));
        Assert.Equal(1000, chris.GetTranscript().Count(e => e.Notice is null));
        for (var i = 0; i < 12_000; i++)
            chris.AddMessage("HostA", text, isMine: false);
        Assert.Contains("The disk does not respond", Assert.Single(chris.DequeueNotices(ChatNoticeKind.Warning)));
        chris.Dispose();
        Assert.Matches("is incomplete. Entries not written: 1[23][0-9]{3}.$", Assert.Single(chris.DequeueNotices(ChatNoticeKind.Warning)));
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(30), watch.Elapsed.ToString());
    }

    [Fact]
    public void Deleted_file_causes_a_warning_and_is_created_again()
    {
        var (chris, _) = Pair(_path);
        chris.AddMessage("Chris", "before", isMine: true);
        File.Delete(_path);
        chris.AddMessage("Chris", "after", isMine: true);
        Assert.Equal(["after"], Read().Select(e => e.Text));
        Assert.Contains("was deleted or moved", Assert.Single(chris.DequeueNotices(ChatNoticeKind.Warning)));
    }

    [Fact]
    public void File_whose_directory_is_deleted_causes_warnings_and_is_written_when_the_directory_is_back()
    {
        var directory = Directory.CreateTempSubdirectory().FullName;
        try
        {
            var (chris, _) = Pair(Path.Combine(directory, "talk.jsonl"));
            Directory.Delete(directory, recursive: true);
            chris.AddMessage("Chris", "lost", isMine: true);
            chris.AddMessage("Chris", "lost, too", isMine: true);
            Assert.Contains("The conversation continues", Assert.Single(chris.DequeueNotices(ChatNoticeKind.Warning)));
            Directory.CreateDirectory(directory);
            chris.AddMessage("Chris", "written", isMine: true);
            Assert.Contains("Entries not written: 2.", Assert.Single(chris.DequeueNotices(ChatNoticeKind.Warning)));
            chris.Dispose();
            Assert.Contains("Entries not written: 2.", Assert.Single(chris.DequeueNotices(ChatNoticeKind.Warning)));
            Assert.Contains("written", File.ReadLines(Path.Combine(directory, "talk.jsonl")).First());
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    // As two processes do, the files know nothing of each other.
    [Fact]
    public void Writers_with_handles_of_their_own_do_not_overwrite_each_other()
    {
        const int Count = 2000;
        var writers = Enumerable.Range(0, 4).Select(writer => new Thread(() =>
        {
            using var file = new AppendOnlyFile(_path);
            for (var i = 0; i < Count; i++)
                file.Append(Encoding.UTF8.GetBytes($"{writer} {i} {new string('x', i % 700)}\n"));
        })).ToArray();
        Array.ForEach(writers, w => w.Start());
        Array.ForEach(writers, w => w.Join());
        var lines = File.ReadAllLines(_path).Select(line => line.Split(' ')).ToArray();
        Assert.Equal(4 * Count, lines.Length);
        foreach (var writer in lines.GroupBy(line => line[0]))
            Assert.Equal(Enumerable.Range(0, Count).Select(i => $"{i} {new string('x', i % 700)}"), writer.Select(line => line[1] + " " + line[2]));
    }

    [Fact]
    public void File_is_closed_with_the_session()
    {
        // Only Linux lists the open files of a process.
        if (!Directory.Exists("/proc/self/fd"))
            return;
        var (chris, _) = Pair(_path);
        Assert.True(IsOpen());
        chris.Dispose();
        Assert.False(IsOpen());

        bool IsOpen() => Directory.GetFiles("/proc/self/fd").Any(fd => new FileInfo(fd).LinkTarget == _path);
    }

    [NeedsToolFact("mkfifo")]
    public void Disk_that_does_not_respond_does_not_block_another_transcript()
    {
        var fifo = _path + ".fifo";
        using (var mkfifo = Process.Start("mkfifo", fifo))
            mkfifo.WaitForExit();
        var (blocked, _) = Pair(fifo);
        for (var i = 0; i < 200; i++)
            blocked.AddMessage("Chris", new string('x', 500), isMine: true);
        blocked.Dispose();
        var (chris, _) = Pair(_path);
        chris.AddMessage("Chris", "hello", isMine: true);
        chris.Dispose();
        File.Delete(fifo);
        Assert.Equal("hello", Read().Single(e => e.Notice is null).Text);
    }

    private List<ChatTranscriptEntry> Read(List<int>? skipped = null)
    {
        using var stream = new FileStream(_path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        return [.. TranscriptReader.Read(stream, line => (skipped ?? throw new InvalidDataException($"line {line}")).Add(line))];
    }

    private static (ClientSession Chris, ClientSession Host) Pair(string? path = null)
    {
        var (left, right) = InMemoryConnection.CreatePair();
        return (ClientSession.FromConnection(left, new ChatOptions { Handle = "Chris", TurnOrder = TurnOrder.Free, TranscriptPath = path }),
            ClientSession.FromConnection(right, new ChatOptions { Handle = "HostA", TurnOrder = TurnOrder.Free }));
    }
}

/// <summary>A test that needs a device that is always full.</summary>
public sealed class DiskFullFactAttribute : FactAttribute
{
    public DiskFullFactAttribute()
    {
        if (!File.Exists(Path))
            Skip = $"{Path} does not exist.";
    }

    public static string Path => "/dev/full";
}
