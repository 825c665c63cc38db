using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using PSPairChat.Backplane;
using PSPairChat.Rooms;
using Xunit;

namespace PSPairChat.Unit;

/// <summary>The rules of the backplane that need no Redis server.</summary>
public sealed class BackplaneRuleTests
{
    [Theory]
    [InlineData("redis://localhost", "redis://localhost:6379", null, null, 0)]
    [InlineData("redis://:secret@10.0.0.1:7000/5", "redis://10.0.0.1:7000/5", null, "secret", 5)]
    [InlineData("rediss://user:p%40ss%2F@host/", "rediss://host:6379", "user", "p@ss/", 0)]
    [InlineData("redis://[::1]:6380/1", "redis://[::1]:6380/1", null, null, 1)]
    public void A_URL_contains_host_port_password_and_database(string text, string displayed, string? user, string? password, int database)
    {
        var uri = RedisUri.Parse(text);
        Assert.Equal((displayed, user, password, database), (uri.ToString(), uri.User, uri.Password, uri.Database));
        Assert.Equal(text.StartsWith("rediss", StringComparison.Ordinal), uri.IsSecure);
    }

    [Theory]
    [InlineData("localhost:6379")]
    [InlineData("http://localhost")]
    [InlineData("redis://")]
    [InlineData("redis://secret@localhost")]
    [InlineData("redis://:secret@localhost/one")]
    [InlineData("redis://:secret@localhost/0?timeout=1")]
    [InlineData("redis://:secret@localhost:70000")]
    public void An_invalid_URL_is_an_error_without_the_password(string text)
    {
        var error = Assert.Throws<ChatException>(() => RedisUri.Parse(text));
        Assert.Equal(ChatErrorReason.BackplaneInvalid, error.Reason);
        Assert.DoesNotContain("secret", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Replies_of_all_types_are_read_in_any_pieces()
    {
        var bytes = Encoding.UTF8.GetBytes("+OK\r\n-ERR bad\r\n:-12\r\n$5\r\nh\r\nïx\r\n$-1\r\n*-1\r\n*2\r\n:1\r\n*1\r\n$0\r\n\r\n".Replace("$5\r\nh\r\nïx", "$6\r\nh\r\nïx", StringComparison.Ordinal));
        foreach (var pieceLength in new[] { 1, 2, 7, bytes.Length })
        {
            var reader = new RespReader(new PieceStream(bytes, pieceLength));
            Assert.Equal("OK", reader.Read().AsText());
            var error = reader.Read();
            Assert.Equal((true, "ERR bad"), (error.IsError, error.Text));
            Assert.Equal("ERR bad", Assert.Throws<RedisException>(() => error.AsText()).Message);
            Assert.Equal(-12, reader.Read().Integer);
            Assert.Equal("h\r\nïx", reader.Read().AsText());
            Assert.Null(reader.Read().Text);
            Assert.Empty(reader.Read().AsArray());
            var array = reader.Read().AsArray();
            Assert.Equal(1, array[0].Integer);
            Assert.Equal("", array[1].AsArray()[0].AsText());
            Assert.Throws<EndOfStreamException>(reader.Read);
        }
    }

    [Theory]
    [InlineData("%1\r\n")]
    [InlineData("HTTP/1.1 400 Bad Request\r\n")]
    [InlineData("\r\n")]
    [InlineData("+OK\n")]
    [InlineData("$-2\r\n")]
    [InlineData("$x\r\n")]
    [InlineData("$2\r\nabcd")]
    [InlineData("$2000\r\n")]
    [InlineData("*1000\r\n")]
    [InlineData("*9223372036854775807\r\n")]
    [InlineData("*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n:1\r\n")]
    public void Replies_that_are_not_valid_or_too_large_are_refused(string text)
    {
        var reader = new RespReader(new MemoryStream(Encoding.ASCII.GetBytes(text)), maxReplyBytes: 1000);
        Assert.Throws<RedisException>(reader.Read);
    }

    [Fact]
    public void A_reply_of_many_strings_is_limited_as_a_whole()
    {
        var text = "*9\r\n" + string.Concat(Enumerable.Repeat("$200\r\n" + new string('x', 200) + "\r\n", 9));
        Assert.Throws<RedisException>(new RespReader(new MemoryStream(Encoding.ASCII.GetBytes(text)), maxReplyBytes: 1000).Read);
        Assert.Equal(9, new RespReader(new MemoryStream(Encoding.ASCII.GetBytes(text)), maxReplyBytes: 2000).Read().AsArray().Length);
    }

    [Fact]
    public void Commands_are_encoded_with_lengths_in_bytes()
    {
        using var stream = new MemoryStream();
        var commands = new RespCommands().Add("SET", "é", "a\r\nb").Add("PING");
        commands.WriteTo(stream);
        Assert.Equal(2, commands.Count);
        Assert.Equal("*3\r\n$3\r\nSET\r\n$2\r\né\r\n$4\r\na\r\nb\r\n*1\r\n$4\r\nPING\r\n", Encoding.UTF8.GetString(stream.ToArray()));
    }

    [Fact]
    public void Entries_stay_in_the_outbox_until_they_come_back_and_are_sent_again_under_the_same_numbers()
    {
        var outbox = new Outbox(10, 10_000);
        for (var i = 0; i < 3; i++)
            Assert.True(outbox.TryAdd(CreateMessage($"{i}")));
        Assert.Equal([1, 2, 3], outbox.TakeBatch().Select(e => e.Number));
        Assert.Empty(outbox.TakeBatch());
        Assert.Equal("1", outbox.Remove(2)!.Entry.Text);
        Assert.Null(outbox.Remove(2));
        outbox.TryAdd(CreateMessage("3"));
        outbox.Resend();
        Assert.Equal(["1 0", "3 2", "4 3"], outbox.TakeBatch().Select(e => $"{e.Number} {e.Entry.Text}"));
    }

    [Fact]
    public void An_outbox_is_limited_in_entries_and_bytes_except_for_entries_that_must_not_be_lost()
    {
        var outbox = new Outbox(2, 1_000);
        Assert.True(outbox.TryAdd(CreateMessage("a")));
        Assert.False(outbox.TryAdd(CreateMessage(new string('x', 1000))));
        Assert.True(outbox.TryAdd(CreateMessage("b")));
        Assert.False(outbox.TryAdd(CreateMessage("c")));
        outbox.Add(CreateMessage("d"));
        Assert.Equal(3, outbox.Count);
        outbox.Remove(1);
        outbox.Remove(2);
        Assert.True(outbox.TryAdd(CreateMessage("e")));
    }

    [Fact]
    public void Only_an_entry_that_was_never_sent_can_be_withdrawn()
    {
        var outbox = new Outbox(10, 10_000);
        object sent = new(), waiting = new();
        outbox.Add(CreateMessage("a", sent));
        outbox.TakeBatch();
        outbox.Add(CreateMessage("b", waiting));
        outbox.Resend();
        Assert.False(outbox.TryWithdraw(sent));
        Assert.True(outbox.TryWithdraw(waiting));
        Assert.False(outbox.TryWithdraw(waiting));
        Assert.Equal(["a"], outbox.TakeBatch().Select(e => e.Entry.Text));
    }

    [Fact]
    public void A_restarted_outbox_sends_all_entries_again_after_the_new_ones()
    {
        var outbox = new Outbox(10, 10_000);
        outbox.Add(CreateMessage("a"));
        outbox.TakeBatch();
        outbox.Add(CreateMessage("b"));
        outbox.Restart([CreateMessage("first")]);
        Assert.Equal(["3 first", "4 a", "5 b"], outbox.TakeBatch().Select(e => $"{e.Number} {e.Entry.Text}"));
    }

    [Fact]
    public void Each_entry_of_a_server_is_accepted_once()
    {
        var filter = new OriginFilter();
        filter.Set("known", 5);
        Assert.False(filter.TryAccept("known", 5));
        Assert.True(filter.TryAccept("known", 7));
        Assert.False(filter.TryAccept("known", 6));
        Assert.True(filter.TryAccept("other", 1));
        Assert.False(filter.TryAccept("other", 1));
    }

    [Fact]
    public void A_server_is_lost_when_its_lease_has_not_changed_for_a_time_that_the_observer_has_watched()
    {
        var leases = new ServerLeases(3000, 1500);
        var values = new Dictionary<string, string> { ["a"] = "1", ["b"] = "1" };
        for (var now = 0; now < 3000; now += 500)
        {
            values["a"] = $"{now}";
            Assert.Empty(leases.Observe(now, values));
        }
        Assert.Equal(["b"], leases.Observe(3000, values));
        values["b"] = "2";
        Assert.Empty(leases.Observe(3500, values));
        values.Remove("b");
        Assert.DoesNotContain("b", leases.Observe(4000, values));
    }

    [Fact]
    public void An_observer_that_had_no_answer_for_a_time_starts_to_watch_anew()
    {
        var leases = new ServerLeases(3000, 1500);
        var values = new Dictionary<string, string> { ["a"] = "1" };
        for (var now = 0; now < 3000; now += 500)
            Assert.Empty(leases.Observe(now, values));
        for (var now = 10_000; now < 13_000; now += 500)
            Assert.Empty(leases.Observe(now, values));
        Assert.Equal(["a"], leases.Observe(13_000, values));
    }

    [Fact]
    public void The_status_changes_with_the_first_lost_and_the_last_restored_connection()
    {
        var status = new ConnectionStatus();
        Assert.Null(status.SetReader(true));
        Assert.False(status.SetReader(false));
        Assert.Null(status.SetWriter(false));
        Assert.Null(status.SetReader(true));
        Assert.False(status.IsConnected);
        Assert.True(status.SetWriter(true));
    }

    [Theory]
    [InlineData("M\nserver\n7\nAnn\nid\n\nhello\nthere", true)]
    [InlineData("M\nserver\nseven\nAnn\nid\n\nhello", false)]
    [InlineData("MM\nserver\n7\nAnn\nid\n\nhello", false)]
    [InlineData("hello", false)]
    public void An_entry_of_the_log_is_parsed_or_omitted(string value, bool isValid)
    {
        var entry = LogEntry.Parse(3, value);
        Assert.Equal(isValid ? new LogEntry(3, 'M', "server", 7, "Ann", "id", "", "hello\nthere") : null, entry);
    }

    private static PendingEntry CreateMessage(string text, object? origin = null) =>
        new(LogEntry.Message, new RoomEntry(RoomEntryKind.Message, null, "Ann", text) { Origin = origin }, 0);

    /// <summary>A stream that returns its bytes in pieces.</summary>
    private sealed class PieceStream(byte[] bytes, int pieceLength) : MemoryStream(bytes)
    {
        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(count, pieceLength));
    }
}
