using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Threading;
using System.Threading.Tasks;
using PSPairChat.Security;
using Xunit;

namespace PSPairChat.Unit;

/// <summary>Rooms that several servers carry over a real Redis server.</summary>
public sealed class BackplaneTests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(20);

    [NeedsToolFact("redis-server")]
    public void Members_of_all_servers_share_messages_nicknames_and_presence()
    {
        using var redis = RedisServer.Start();
        using var first = Open(redis, "host");
        using var second = Open(redis, "other");
        using var ann = RoomTestClient.Join(first, "Ann");
        using var bob = RoomTestClient.Connect(second);
        bob.Send("ann");
        Assert.Equal("RETRY The handle 'ann' is taken.", bob.Read());
        bob.Send("Host");
        Assert.Equal("RETRY The handle 'Host' is taken.", bob.Read());
        bob.Send("Аnn");
        Assert.StartsWith("RETRY Invalid handle", bob.Read(), StringComparison.Ordinal);
        bob.Send("Bob");
        Assert.StartsWith("READY Bob", bob.Read(), StringComparison.Ordinal);
        Assert.Equal("* Members: other, host, Ann, Bob", bob.Read());
        Assert.Equal("* Bob has joined.", ann.Read());
        ann.Send("hello");
        bob.Send("hi Ann");
        Assert.Equal("Ann> hello", bob.Read());
        Assert.Equal("Bob> hi Ann", ann.Read());
        Assert.Equal(["Ann> hello", "Bob> hi Ann"], Receive(first, 2).Order());
        Assert.Equal(["Ann> hello", "Bob> hi Ann"], Receive(second, 2).Order());
        second.Send("welcome");
        Assert.Equal("other> welcome", ann.Read());
        Assert.Equal("other> welcome", bob.Read());
        Assert.Equal(["other> welcome"], Receive(first, 1));
        Assert.Equal(["Ann 1 " + GetName(first), "Bob 1 " + GetName(second)], first.Members.Select(m => $"{m.Handle} {m.MessageCount} {m.Server}"));
        Assert.Equal(first.Members.Select(m => m.ToString()), second.Members.Select(m => m.ToString()));
        bob.Send("BYE");
        Assert.Equal("* Bob has left.", ann.Read());
        using var next = RoomTestClient.Join(first, "BOB");
    }

    [NeedsToolFact("redis-server")]
    public void A_private_message_reaches_its_recipient_at_any_server_and_does_not_stay_in_the_log()
    {
        using var redis = RedisServer.Start();
        using var first = Open(redis, "host");
        using var second = Open(redis, "other", new RoomOptions { HistoryCount = 10 });
        using var ann = RoomTestClient.Join(first, "Ann");
        using var bob = RoomTestClient.Join(second, "Bob");
        Assert.Equal("* Bob has joined.", ann.Read());
        ann.Send("/msg bob secret one");
        Assert.Equal("[private] Ann> secret one", bob.Read());
        bob.Send("/msg OTHER secret two");
        Assert.Equal("secret two", second.Receive(Timeout)!.Text);
        bob.Send("/msg host secret three");
        Assert.Equal("secret three", first.Receive(Timeout)!.Text);
        second.Send("secret four", "Ann");
        Assert.Equal("[private] other> secret four", ann.Read());
        ann.Send("/msg nobody hello");
        Assert.Equal("* There is no member named 'nobody' in lobby.", ann.Read());
        ann.Send("public");
        Assert.Equal("Ann> public", bob.Read());
        using var eve = RoomTestClient.Join(second, "Eve");
        Assert.Equal("[history] Ann> public", eve.Read());
        Assert.True(SpinWait.SpinUntil(() => !GetLog(redis).Any(e => e.Contains("secret one") || e.Contains("secret four")), Timeout));
    }

    [NeedsToolFact("redis-server")]
    public void A_private_message_stays_in_the_log_when_a_host_disconnects_the_members_and_is_deleted_when_the_room_closes()
    {
        using var redis = RedisServer.Start();
        using var first = Open(redis, "host");
        using var second = Open(redis, "other");
        using var ann = RoomTestClient.Join(first, "Ann");
        ann.Send("/msg host secret");
        Assert.Equal("secret", first.Receive(Timeout)!.Text);
        first.Disconnect();
        first.Send("public");
        Assert.Equal("public", second.Receive(Timeout)!.Text);
        Assert.Contains(GetLog(redis), e => e.Contains("secret"));
        first.Dispose();
        Assert.DoesNotContain(GetLog(redis), e => e.Contains("secret"));
    }

    [NeedsToolFact("redis-server")]
    public void A_member_that_is_reconnecting_stays_and_is_announced_at_all_servers()
    {
        using var redis = RedisServer.Start();
        var now = 0L;
        var options = new RoomOptions { Clock = () => Environment.TickCount64 + Interlocked.Read(ref now), Backplane = redis.Url };
        using var first = RoomSession.Start("lobby", 0, new ChatOptions { Handle = "host", SecureServer = new SecureServerOptions() }, options, IPAddress.Loopback);
        using var second = Open(redis, "other");
        using var relay = new CuttingRelay(first.Port);
        var invite = InviteUri.Create("127.0.0.1", relay.Port, null, null, first.Invites.Create().Token).ToString();
        using var bob = RoomTestClient.Join(second, "Bob");
        using var ann = RoomMemberSession.Connect(
            "127.0.0.1", relay.Port, "lobby", new ChatOptions { Handle = "Ann", SecureClient = new SecureClientOptions { Invite = invite } }, timeout: Timeout);
        Assert.Equal("* Ann has joined.", bob.Read());
        relay.IsDown = true;
        relay.Cut();
        Assert.True(SpinWait.SpinUntil(() => ann.State == ChatSessionState.Reconnecting, Timeout));
        bob.Send("/msg Ann hello");
        Interlocked.Add(ref now, 5_500);
        Assert.Equal("* Ann is reconnecting.", bob.Read());
        using var other = RoomTestClient.Connect(second);
        other.Send("Ann");
        Assert.Equal("RETRY The handle 'Ann' is taken.", other.Read());
        relay.IsDown = false;
        Assert.Equal("* Ann is back.", bob.Read());
        Assert.Equal("hello", ann.Receive(Timeout)!.Text);
    }

    [NeedsToolFact("redis-server")]
    public void A_host_removes_members_of_any_server()
    {
        using var redis = RedisServer.Start();
        using var first = Open(redis, "host");
        using var second = Open(redis, "other");
        using var ann = RoomTestClient.Join(first, "Ann");
        using var bob = RoomTestClient.Join(second, "Bob");
        Assert.Equal("* Bob has joined.", ann.Read());
        first.Remove("bob", "too loud");
        Assert.Equal("BYE You were removed by host (too loud).", bob.Read());
        Assert.Null(bob.Read());
        Assert.Equal("* Bob has left: removed by host (too loud)", ann.Read());
        Assert.Equal(ChatErrorReason.MemberNotFound, Assert.Throws<ChatException>(() => first.Remove("bob")).Reason);
    }

    [NeedsToolFact("redis-server")]
    public void The_maximum_number_of_members_is_that_of_the_whole_room()
    {
        using var redis = RedisServer.Start();
        var options = new RoomOptions { MaxMembers = 2 };
        using var first = Open(redis, "host", options);
        using var second = Open(redis, "other", options);
        using var ann = RoomTestClient.Join(first, "Ann");
        using var bob = RoomTestClient.Join(second, "Bob");
        Assert.Equal("* Bob has joined.", ann.Read());
        using var eve = new RoomTestClient(first.Port);
        Assert.Equal("FULL The room lobby is full (2 of 2 members).", eve.Read());
        bob.Send("BYE");
        Assert.Equal("* Bob has left.", ann.Read());
        using var next = RoomTestClient.Join(first, "Eve");
    }

    [NeedsToolFact("redis-server")]
    public void A_server_that_starts_later_has_the_members_and_the_history()
    {
        using var redis = RedisServer.Start();
        using var first = Open(redis, "host");
        using var ann = RoomTestClient.Join(first, "Ann");
        for (var i = 0; i < 5; i++)
            first.Send($"message {i}");
        using var second = Open(redis, "other", new RoomOptions { HistoryCount = 3 });
        Assert.Equal("Ann", Assert.Single(second.Members).Handle);
        using var bob = RoomTestClient.Connect(second);
        bob.Send("ANN");
        Assert.Equal("RETRY The handle 'ANN' is taken.", bob.Read());
        bob.Register("Bob");
        Assert.Equal(["[history] host> message 2", "[history] host> message 3", "[history] host> message 4"], bob.Read(3));
        Assert.Equal("host> message 0", ann.Read(1)[0]);
    }

    [NeedsToolFact("redis-server")]
    public void A_server_that_stops_releases_its_nicknames()
    {
        using var redis = RedisServer.Start();
        using var first = Open(redis, "host");
        var second = Open(redis, "other");
        using var ann = RoomTestClient.Join(first, "Ann");
        using var bob = RoomTestClient.Join(second, "Bob");
        Assert.Equal("* Bob has joined.", ann.Read());
        second.Dispose();
        Assert.StartsWith("* Bob has left: ", ann.Read(), StringComparison.Ordinal);
        using var next = RoomTestClient.Join(first, "Bob");
        Assert.Equal([GetName(first)], first.Backplane!.Servers.Take(1));
    }

    [NeedsToolFact("redis-server")]
    public void Messages_wait_while_Redis_is_down_and_are_delivered_once_and_in_order()
    {
        using var redis = RedisServer.Start("--appendonly yes");
        using var first = Open(redis, "host");
        using var second = Open(redis, "other");
        using var ann = RoomTestClient.Join(first, "Ann");
        using var bob = RoomTestClient.Join(second, "Bob");
        Assert.Equal("* Bob has joined.", ann.Read());
        ann.Send("before");
        Assert.Equal("Ann> before", bob.Read());
        redis.Kill();
        ReadUntil(ann, "* The connection to the other servers of the room is lost. Messages are sent when it is restored.");
        ReadUntil(bob, "* The connection to the other servers of the room is lost. Messages are sent when it is restored.");
        Assert.False(first.Backplane!.IsConnected);
        Assert.Contains(first.DequeueNotices(ChatNoticeKind.Warning), w => w.StartsWith("The connection to the other servers of the room is lost. Messages are sent when it is restored. ", StringComparison.Ordinal));
        for (var i = 0; i < 8; i++)
            ann.Send($"meanwhile {i}");
        redis.Restart();
        ReadUntil(ann, "* The connection to the other servers of the room is restored.");
        var lines = bob.Read(9).Where(l => !l.StartsWith("* The connection", StringComparison.Ordinal)).ToList();
        while (lines.Count < 8)
            lines.Add(bob.Read()!);
        Assert.Equal(Enumerable.Range(0, 8).Select(i => $"Ann> meanwhile {i}"), lines);
        bob.Send("after");
        Assert.Equal("Bob> after", ann.Read());
        Assert.Equal(2, first.Members.Count);
    }

    [NeedsToolFact("redis-server")]
    public void A_room_whose_log_was_emptied_goes_on_with_a_notice() => EmptyLog(redis => redis.Execute("FLUSHALL"));

    [NeedsToolFact("redis-server")]
    public void A_room_goes_on_when_Redis_is_restarted_without_its_data() => EmptyLog(redis =>
    {
        redis.Kill();
        redis.Restart();
    });

    [NeedsToolFact("redis-server")]
    public void Entries_that_Redis_has_lost_are_not_delivered_again_and_those_that_follow_are_delivered_once()
    {
        using var redis = RedisServer.Start();
        using var first = Open(redis, "host");
        using var second = Open(redis, "other");
        using var ann = RoomTestClient.Join(first, "Ann");
        for (var i = 0; i < 20; i++)
            second.Send($"before {i}");
        redis.Execute("SAVE");
        for (var i = 0; i < 5; i++)
            first.Send($"lost {i}");
        ReadUntil(ann, "host> lost 4");
        // The state of a replica that takes over without the last entries.
        redis.Kill();
        redis.Restart();
        for (var i = 0; i < 10; i++)
            second.Send($"after {i}");
        first.Send("end");
        var lines = ann.ReadUntil("host> end");
        Assert.Equal(Enumerable.Range(0, 10).Select(i => $"other> after {i}"), lines.Where(l => l[0] != '*'));
        Assert.Equal("Ann", Assert.Single(second.Members).Handle);
    }

    [NeedsToolFact("redis-server")]
    public void Members_stay_while_Redis_does_not_respond()
    {
        using var redis = RedisServer.Start();
        using var first = Open(redis, "host");
        using var second = Open(redis, "other");
        using var ann = RoomTestClient.Join(first, "Ann");
        using var bob = RoomTestClient.Join(second, "Bob");
        Assert.Equal("* Bob has joined.", ann.Read());
        redis.Signal("STOP");
        ann.Send("hello");
        ReadUntil(bob, "* The connection to the other servers of the room is lost. Messages are sent when it is restored.");
        redis.Signal("CONT");
        bob.ReadUntil("Ann> hello");
        bob.Send("hi");
        Assert.DoesNotContain(ann.ReadUntil("Bob> hi"), line => line.Contains(" has left", StringComparison.Ordinal));
        Assert.Equal(["Ann", "Bob"], first.Members.Select(m => m.Handle));
    }

    [NeedsToolFact("redis-server")]
    public void A_member_is_notified_of_each_message_for_which_there_is_no_space_while_Redis_does_not_respond()
    {
        // About 16 MiB may wait. From 500 messages on, the room slows each speaker.
        const int SpeakerCount = 20, Count = 120, MaxLength = 4000;
        using var redis = RedisServer.Start();
        using var room = RoomSession.Start("lobby", 0, new ChatOptions { Handle = "host", MaxMessageLength = MaxLength },
            new RoomOptions { Backplane = redis.Url, MaxMessagesPerSecond = 0 }, IPAddress.Loopback);
        using var bob = RoomTestClient.Join(room, "Bob");
        var speakers = Enumerable.Range(0, SpeakerCount).Select(i => RoomTestClient.Join(room, $"S{(char)('a' + i)}")).ToList();
        redis.Signal("STOP");
        foreach (var speaker in speakers)
        {
            for (var i = 0; i < Count; i++)
                speaker.Send($"{i} {new string('x', MaxLength - 10)}");
            speaker.Send(new string('x', MaxLength + 1));
        }
        var accepted = speakers.ConvertAll(speaker => Count - speaker.ReadUntil($"* Message not sent: it has {MaxLength + 1} characters, but the maximum is {MaxLength}.")
            .Count(line => line == "* Message not sent: too many messages wait for the connection to the other servers."));
        speakers.ForEach(speaker => speaker.Dispose());
        // A member that does not read for 200 ms is not waited for: a busy thread pool must not delay it.
        var reading = Task.Factory.StartNew(() => bob.ReadUntil("host> end"), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        redis.Signal("CONT");
        Assert.True(SpinWait.SpinUntil(() => room.Backplane!.Waiting == 0, Timeout));
        room.Send("end");
        var received = reading.GetAwaiter().GetResult().Where(line => line[0] == 'S').Select(line => line.Split(' ')).ToLookup(words => words[0][..^1], words => words[1]);
        for (var i = 0; i < SpeakerCount; i++)
            Assert.Equal(Enumerable.Range(0, accepted[i]).Select(number => $"{number}"), received[$"S{(char)('a' + i)}"]);
        Assert.InRange(accepted.Sum(), 16 * 1024 * 1024 / (2 * MaxLength + 64) - 1, SpeakerCount * Count - 1);
    }

    [NeedsToolFact("redis-server")]
    public void The_log_has_about_as_many_entries_as_its_limit()
    {
        using var redis = RedisServer.Start();
        using var room = Open(redis, "host", new RoomOptions { HistoryLimit = 200, HistoryCount = 5 });
        for (var i = 0; i < 1000; i++)
            room.Send($"{i}");
        // Redis removes whole nodes of 100 entries.
        Assert.InRange(GetLog(redis).Count, 200, 400);
        using var next = Open(redis, "next", new RoomOptions { HistoryCount = 5 });
        using var ann = RoomTestClient.Connect(next);
        ann.Register("Ann");
        Assert.Equal(Enumerable.Range(995, 5).Select(i => $"[history] host> {i}"), ann.Read(5));
    }

    [NeedsToolFact("redis-server")]
    public void A_connection_with_TLS_requires_the_fingerprint_or_a_trusted_certificate()
    {
        using var redis = RedisServer.Start();
        var fingerprint = redis.EnableTls(out var port);
        var url = $"rediss://127.0.0.1:{port}";
        foreach (var other in new[] { null, "SHA256:" + new string('A', 43) })
        {
            Assert.Equal(ChatErrorReason.BackplaneFailed,
                Assert.Throws<ChatException>(() => Open(url, "host", new RoomOptions { BackplaneFingerprint = other })).Reason);
        }
        Assert.Equal(ChatErrorReason.FingerprintInvalid,
            Assert.Throws<ChatException>(() => Open(url, "host", new RoomOptions { BackplaneFingerprint = "none" })).Reason);
        using var first = Open(url, "host", new RoomOptions { BackplaneFingerprint = fingerprint });
        using var second = Open(redis, "other");
        using var ann = RoomTestClient.Join(first, "Ann");
        second.Send("hello");
        Assert.Equal("other> hello", ann.Read());
    }

    private static void EmptyLog(Action<RedisServer> empty)
    {
        using var redis = RedisServer.Start();
        using var first = Open(redis, "host");
        using var second = Open(redis, "other");
        using var ann = RoomTestClient.Join(first, "Ann");
        using var bob = RoomTestClient.Join(second, "Bob");
        Assert.Equal("* Bob has joined.", ann.Read());
        for (var i = 0; i < 8; i++)
            first.Send($"message {i}");
        empty(redis);
        const string Notice = "* The log of the room in Redis was emptied. The room continues with a new one.";
        bob.Send("I am here");
        var lines = new List<string>();
        while (!lines.Contains(Notice) || !lines.Contains("Bob> I am here"))
            lines.Add(ann.Read()!);
        ann.Send("me too");
        ReadUntil(bob, "Ann> me too");
        Assert.Equal(["Ann", "Bob"], second.Members.Select(m => m.Handle));
        Assert.DoesNotContain(lines, l => l.Contains(" has left", StringComparison.Ordinal) || l.Contains(" has joined", StringComparison.Ordinal));
        Assert.Equal(["Ann", "Bob"], first.Members.Select(m => m.Handle));
        using var eve = RoomTestClient.Connect(first);
        eve.Send("BOB");
        Assert.Equal("RETRY The handle 'BOB' is taken.", eve.Read());
    }

    [NeedsToolFact("redis-server")]
    public void A_room_whose_Redis_is_full_goes_on_when_there_is_memory_again()
    {
        using var redis = RedisServer.Start();
        using var first = Open(redis, "host");
        using var ann = RoomTestClient.Join(first, "Ann");
        redis.Execute("CONFIG", "SET", "maxmemory", "1");
        ReadUntil(ann, "* The connection to the other servers of the room is lost. Messages are sent when it is restored.");
        var error = Assert.Throws<ChatException>(() => first.Send("full", new CancellationTokenSource(TimeSpan.FromMinutes(1)).Token));
        Assert.Equal(ChatErrorReason.SendTimedOut, error.Reason);
        redis.Execute("CONFIG", "SET", "maxmemory", "0");
        ReadUntil(ann, "host> full");
        first.Send("next");
        Assert.Equal(["host> next"], ann.ReadUntil("host> next").Append("host> next").Where(l => l[0] != '*'));
    }

    [NeedsToolFact("redis-server")]
    public void A_wrong_password_or_an_unreachable_server_is_an_error()
    {
        using var redis = RedisServer.Start("--requirepass secret");
        foreach (var url in new[] { redis.Url, redis.Url.Replace("//", "//:wrong@", StringComparison.Ordinal), "redis://127.0.0.1:1" })
        {
            var error = Assert.Throws<ChatException>(() => Open(url, "host"));
            Assert.Equal(ChatErrorReason.BackplaneFailed, error.Reason);
            Assert.DoesNotContain("wrong@", error.Message, StringComparison.Ordinal);
        }
        using var room = Open(redis.Url.Replace("//", "//:secret@", StringComparison.Ordinal) + "/3", "host");
        Assert.True(room.Backplane!.IsConnected);
        Assert.DoesNotContain("secret", room.Backplane.Url, StringComparison.Ordinal);
    }

    private static RoomSession Open(RedisServer redis, string host, RoomOptions? options = null) => Open(redis.Url, host, options);

    private static RoomSession Open(string url, string host, RoomOptions? options = null) => RoomSession.Start(
        "lobby", 0, new ChatOptions { Handle = host }, (options ?? new RoomOptions()) with { Backplane = url }, IPAddress.Loopback);

    private static string GetName(RoomSession room) => $"{room.HostName}:{room.Port}";

    private static string[] Receive(RoomSession room, int count)
    {
        var messages = new string[count];
        for (var i = 0; i < count; i++)
            messages[i] = room.Receive(Timeout)!.ToString();
        return messages;
    }

    private static List<string> GetLog(RedisServer redis) =>
        redis.Execute("XRANGE", "pairchat:{lobby}:log", "-", "+").Items!.Select(e => e.Items![1].Items![1].Text!).ToList();

    private static void ReadUntil(RoomTestClient client, string line) => client.ReadUntil(line);
}
