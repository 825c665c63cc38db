using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using System.Threading.Tasks;
using PSPairChat.Backplane;
using PSPairChat.Connections;
using PSPairChat.Rooms;
using PSPairChat.Security;
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
    [InlineData("redis://:secret@localhost/-1")]
    [InlineData("redis://:secret@localhost:0")]
    [InlineData("redis://:secret@localhost/0#1")]
    [InlineData("redis://:secret@localhost/0?timeout=1")]
    [InlineData("redis://:secret@localhost:70000")]
    public void An_invalid_URL_is_an_error_without_the_password(string text)
    {
        var error = Assert.Throws<ChatException>(() => RedisUri.Parse(text));
        Assert.Equal(ChatErrorReason.BackplaneInvalid, error.Reason);
        Assert.DoesNotContain("secret", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_private_message_is_deleted_from_the_log_only_after_all_servers_have_read_it()
    {
        var outbox = new Outbox(10, 1024);
        var members = new BackplaneMembers(new NicknameRegistry<RoomMembership>(10, 10, "host"));
        var applier = new LogApplier(members, outbox, new RecordingReceiver(), () => "server");
        var message = new PendingEntry(LogEntry.PrivateMessage, new RoomEntry(RoomEntryKind.PrivateMessage, null, "host", "secret"), 0);
        outbox.Add(message);
        applier.Apply(new LogEntry(5, LogEntry.PrivateMessage, "server", message.Number, "host", "", LogEntry.HostPrefix + "other", "secret"));
        var now = MonotonicClock.Milliseconds;
        applier.DeleteDelivered(now + BackplaneWriter.LeaseTimeout);
        Assert.Equal(0, outbox.Count);
        applier.DeleteDelivered(now + 3 * BackplaneWriter.LeaseTimeout);
        var deletion = Assert.Single(outbox.TakeBatch());
        Assert.Equal((Outbox.Deletion, "5-0"), (deletion.Kind, deletion.Entry.Text));
    }

    [Fact]
    public void A_private_message_stays_in_the_log_while_its_recipient_is_reconnecting()
    {
        var outbox = new Outbox(10, 1024);
        var applier = new LogApplier(new BackplaneMembers(new NicknameRegistry<RoomMembership>(10, 10, "host")), outbox, new RecordingReceiver(), () => "server");
        using var connection = new ServerResumableConnection(InMemoryConnection.CreatePair().Left, new ResumeOptions(), ResumeToken.Create());
        using var member = new ResumableMemberConnection(connection, _ => { }, _ => { }, _ => { });
        applier.OnDelivered(5, new RoomMembership("Ann", "server", null, DateTime.UtcNow) { Connection = member });
        Assert.True(connection.TryDetach(out _));
        var now = MonotonicClock.Milliseconds + 10 * BackplaneWriter.LeaseTimeout;
        applier.DeleteDelivered(now);
        Assert.Equal(0, outbox.Count);
        Assert.True(connection.TryAttach(InMemoryConnection.CreatePair().Left, 0));
        applier.DeleteDelivered(now + BackplaneWriter.LeaseTimeout);
        Assert.Equal(0, outbox.Count);
        applier.DeleteDelivered(now + 2 * BackplaneWriter.LeaseTimeout);
        Assert.Equal("5-0", Assert.Single(outbox.TakeBatch()).Entry.Text);
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
    [InlineData("*4611686018427387904\r\n")]
    [InlineData("*-2\r\n")]
    [InlineData(":1x\r\n")]
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

    [Theory]
    [InlineData("http://localhost", "It must begin with redis:// or rediss://.")]
    [InlineData("redis://localhost:0", "It must contain a host, and a port from 1 through 65535 if any.")]
    [InlineData("redis://localhost/1?a", "It must end after the number of the database.")]
    [InlineData("redis://localhost/one", "The database must be a number.")]
    [InlineData("redis://user@localhost", "A colon must precede the password.")]
    public void An_invalid_URL_is_explained(string text, string rule) =>
        Assert.Equal("Invalid URL of a backplane. " + rule, Assert.Throws<ChatException>(() => RedisUri.Parse(text)).Message);

    [Fact]
    public void A_line_of_a_reply_has_at_most_4_KiB()
    {
        Assert.Equal(4093, new RespReader(CreateStream("+" + new string('x', 4093) + "\r\n")).Read().AsText().Length);
        var error = Assert.Throws<RedisException>(new RespReader(CreateStream("+" + new string('x', 5000))).Read);
        Assert.Equal("Protocol error: a line is too long.", error.Message);
    }

    [Fact]
    public void A_string_that_is_longer_than_a_read_is_whole()
    {
        var text = string.Concat(Enumerable.Range(0, 30_000).Select(i => (char)('a' + i % 26)));
        var reader = new RespReader(new PieceStream(Encoding.ASCII.GetBytes($"$30000\r\n{text}\r\n:1\r\n"), 7001));
        Assert.Equal(text, reader.Read().AsText());
        Assert.Equal(1, reader.Read().Integer);
    }

    [Theory]
    [InlineData("%1\r\n", "a reply begins with the byte 0x25.")]
    [InlineData("$2\r\nabcd", "a string has no end.")]
    [InlineData("$2\r\nab\rx", "a string has no end.")]
    [InlineData("+\r\n", "")]
    [InlineData("+OK\n", "a line has no type or no end.")]
    [InlineData("\r\n", "a line has no type or no end.")]
    [InlineData("$x\r\n", "a number is not valid.")]
    [InlineData("$-2\r\n", "a length is negative.")]
    [InlineData("$1001\r\n", "a reply is longer than 1000 bytes.")]
    [InlineData("*251\r\n", "a reply is longer than 1000 bytes.")]
    public void A_reply_that_is_not_valid_is_explained(string text, string detail)
    {
        var reader = new RespReader(CreateStream(text), maxReplyBytes: 1000);
        if (detail.Length == 0)
            Assert.Equal("", reader.Read().AsText());
        else
            Assert.Equal("Protocol error: " + detail, Assert.Throws<RedisException>(reader.Read).Message);
    }

    [Fact]
    public void A_reply_of_another_type_than_expected_is_an_error()
    {
        Assert.Equal("Protocol error: an array was expected.", Assert.Throws<RedisException>(() => RespReply.Create(1).AsArray()).Message);
        Assert.Equal("Protocol error: a string was expected.", Assert.Throws<RedisException>(() => RespReply.Create(1).AsText()).Message);
        Assert.Throws<RedisException>(() => RespReply.CreateError("NOAUTH").AsArray());
    }

    [Fact]
    public void Long_commands_are_encoded_whole()
    {
        using var stream = new MemoryStream();
        var commands = new RespCommands();
        var expected = new StringBuilder();
        foreach (var length in new[] { 0, 1, 400, 500, 511, 513, 5000 })
        {
            commands.Add(new string('\u00e9', length));
            expected.Append($"*1\r\n${2 * length}\r\n{new string('\u00e9', length)}\r\n");
        }
        commands.WriteTo(stream);
        Assert.Equal((7, expected.ToString()), (commands.Count, Encoding.UTF8.GetString(stream.ToArray())));
    }

    [Theory]
    [InlineData("17-0", 17L)]
    [InlineData("17-1", null)]
    [InlineData("x-0", null)]
    [InlineData("-1-0", null)]
    public void A_position_is_the_number_of_an_entry(string id, long? expected)
    {
        if (expected is { } position)
            Assert.Equal(position, LogEntry.ParsePosition(id));
        else
            Assert.Contains(id, Assert.Throws<RedisException>(() => LogEntry.ParsePosition(id)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_lease_contains_server_host_and_reserved_nicknames_and_changes_with_each_renewal()
    {
        var lease = new ServerLease("flip1", "Host", "server");
        var first = lease.Renew().Split('\n');
        Assert.Equal(["1", "flip1", "Host"], first.Take(3));
        Assert.Equal(lease.Reserved.Where((_, i) => i % 2 == 0), first.Skip(3));
        Assert.Equal(["Host", "server"], lease.Reserved.Where((_, i) => i % 2 == 1).Distinct());
        var second = lease.Renew();
        Assert.StartsWith("2\nflip1\n", second, StringComparison.Ordinal);
        Assert.Equal((second, "flip1", "Host"), (lease.Value, ServerLease.GetName(second), ServerLease.GetHost(second)));
        Assert.Equal(("", ""), (ServerLease.GetName("1"), ServerLease.GetHost("1\nx")));
    }

    [Fact]
    public void Other_servers_are_listed_with_the_handles_of_their_hosts_once_each()
    {
        var leases = new Dictionary<string, string> { ["own"] = "1\na\nHost", ["s2"] = "1\nb\nAnn", ["s3"] = "1\nc\nANN", ["s4"] = "1\nd\nhost" };
        var list = ServerLeaseList.Create("own", "Host", 7, leases);
        Assert.Equal(7, list.Last);
        Assert.Equal(["b", "c", "d"], list.OtherNames);
        Assert.Equal(["Ann"], list.OtherHosts);
    }

    [Fact]
    public void Claims_of_nicknames_that_wait_too_long_are_removed_from_the_outbox()
    {
        var outbox = new Outbox(10, 10_000);
        RoomMembership early = new("Ann", "", null, DateTime.UtcNow), kept = new("Bob", "", null, DateTime.UtcNow), late = new("Eve", "", null, DateTime.UtcNow);
        foreach (var (member, time) in ((RoomMembership, long)[])[(early, 1), (kept, 1), (late, 2)])
            outbox.Add(new PendingEntry(LogEntry.Joined, RoomEntry.Joined(member), time));
        outbox.Add(new PendingEntry(LogEntry.Left, RoomEntry.Left(early, "x"), 1));
        Assert.Equal([early], outbox.RemoveClaims(addedBefore: 2, member => member == kept));
        Assert.Equal([(2L, kept), (3L, late), (4L, early)], outbox.TakeBatch().Select(e => (e.Number, e.Entry.Member!)));
    }

    [Fact]
    public void A_batch_has_at_most_256_entries()
    {
        var outbox = new Outbox(1000, int.MaxValue);
        for (var i = 0; i < 300; i++)
            outbox.Add(CreateMessage("x"));
        Assert.Equal(256, outbox.TakeBatch().Count);
        Assert.Equal(257, outbox.TakeBatch()[0].Number);
    }

    [Fact]
    public void An_outbox_that_is_limited_in_bytes_has_space_again_when_entries_come_back()
    {
        var outbox = new Outbox(100, 2 * (64 + 2));
        Assert.Equal((true, true, false), (outbox.TryAdd(CreateMessage("a")), outbox.TryAdd(CreateMessage("b")), outbox.TryAdd(CreateMessage("c"))));
        outbox.Remove(1);
        Assert.Equal((true, false), (outbox.TryAdd(CreateMessage("c")), outbox.TryAdd(CreateMessage("d"))));
        outbox.Restart([]);
        Assert.False(outbox.TryAdd(CreateMessage("d")));
    }

    [Fact]
    public async Task Threads_wait_for_an_entry_or_until_none_is_left()
    {
        var outbox = new Outbox(10, 10_000);
        outbox.WaitForEmpty(60_000);
        var waits = Task.Run(() => outbox.WaitForEntry(60_000));
        outbox.Add(CreateMessage("a"));
        await waits.WaitAsync(TimeSpan.FromSeconds(30));
        outbox.WaitForEntry(60_000);
        outbox.TakeBatch();
        waits = Task.Run(() => outbox.WaitForEmpty(60_000));
        outbox.Remove(1);
        await waits.WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Theory]
    [InlineData("Ann", "flip1\n10.0.0.1:5\n1000", true)]
    [InlineData("Ann", "flip1\n10.0.0.1:5", false)]
    [InlineData("Ann", "flip1\n10.0.0.1:5\nx", false)]
    [InlineData("Ann", "flip1\n10.0.0.1:5\n253402300800000", false)]
    [InlineData("An n", "flip1\n10.0.0.1:5\n1000", false)]
    public void A_member_of_another_server_is_read_from_the_log_or_omitted(string handle, string info, bool isValid)
    {
        var member = BackplaneMembers.Create("s2.1", handle, info);
        Assert.Equal(isValid, member is not null);
        if (member is not null)
        {
            Assert.Equal(("Ann", "flip1", "10.0.0.1:5", DateTimeOffset.FromUnixTimeMilliseconds(1000).UtcDateTime, "s2.1"),
                (member.Handle, member.Server, member.RemoteEndPoint, member.ConnectedAt, member.Id));
        }
    }

    [Fact]
    public void Members_of_all_servers_are_found_by_identifier_nickname_and_server()
    {
        var members = new BackplaneMembers(new NicknameRegistry<RoomMembership>(10, 20));
        var ann = BackplaneMembers.Create("s1.1", "Ann", "a\n\n0")!;
        var bob = BackplaneMembers.Create("s2.1", "Bob", "b\n\n0")!;
        members.Set(ann);
        members.Set(bob);
        Assert.Equal((ann, bob, null), (members.Find("s1.1"), members.FindByNickname("bob"), members.Find("s3.1")));
        Assert.Equal(["s1", "s2"], members.Servers.Order());
        Assert.Equal([bob], members.GetMembersOf("s2"));
        members.SetId(bob, "s3.9");
        Assert.Equal((null, bob), (members.Find("s2.1"), members.Find("s3.9")));

        var successor = BackplaneMembers.Create("s1.2", "Ann", "a\n\n0")!;
        members.Set(successor);
        Assert.False(members.Remove(ann));
        Assert.Equal(successor, members.FindByNickname("Ann"));
        Assert.True(members.Remove(successor));
        Assert.Null(members.FindByNickname("Ann"));
        Assert.Null(members.Find("s1.2"));
    }

    [Fact]
    public void A_member_whose_server_claims_it_again_remains_reconnecting_and_one_that_has_moved_is_back()
    {
        var members = new BackplaneMembers(new NicknameRegistry<RoomMembership>(10, 10, "host"));
        var room = new RecordingReceiver();
        var applier = new LogApplier(members, new Outbox(10, 1024), room, () => "s1");
        applier.Apply(new LogEntry(1, LogEntry.Joined, "s2", 1, "Ann", "s2.token", "", "flip2\n10.0.0.1:5\n1000"));
        applier.Apply(new LogEntry(2, LogEntry.Reconnecting, "s2", 2, "Ann", "s2.token", "", ""));
        applier.Apply(new LogEntry(3, LogEntry.Joined, "s3", 1, "Ann", "s3.token", "", "flip2\n10.0.0.1:5\n1000"));
        Assert.True(members.FindByNickname("Ann")!.IsReconnecting);
        Assert.Equal([RoomEntryKind.Joined, RoomEntryKind.Reconnecting], room.Kinds);
        applier.Apply(new LogEntry(4, LogEntry.Joined, "s4", 1, "Ann", "s4.token", "", "flip3\n10.0.0.1:6\n2000"));
        Assert.False(members.FindByNickname("Ann")!.IsReconnecting);
        Assert.Equal([RoomEntryKind.Joined, RoomEntryKind.Reconnecting, RoomEntryKind.Reconnected], room.Kinds);
    }

    private static MemoryStream CreateStream(string text) => new(Encoding.ASCII.GetBytes(text));

    private static PendingEntry CreateMessage(string text, object? origin = null) =>
        new(LogEntry.Message, new RoomEntry(RoomEntryKind.Message, null, "Ann", text) { Origin = origin }, 0);

    /// <summary>A room that records the kinds of its entries.</summary>
    private sealed class RecordingReceiver : IBackplaneReceiver
    {
        public List<RoomEntryKind> Kinds { get; } = [];

        public bool IsBacklogged => false;

        public void OnEntry(in RoomEntry entry) => Kinds.Add(entry.Kind);

        public void OnHistory(string handle, string text)
        {
        }

        public void OnClaimRejected(RoomMembership member, string? reason)
        {
        }

        public void OnRecipientLeft(in RoomEntry entry)
        {
        }

        public void OnMoved(RoomMembership member)
        {
        }

        public void OnMissed(in RoomEntry entry, IReadOnlyCollection<RoomMembership> members)
        {
        }

        public void OnCaughtUp(RoomMembership member, int removedCount)
        {
        }

        public void OnStatusChanged(string text, string detail)
        {
        }
    }

    /// <summary>A stream that returns its bytes in pieces.</summary>
    private sealed class PieceStream(byte[] bytes, int pieceLength) : MemoryStream(bytes)
    {
        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(count, pieceLength));
    }
}
