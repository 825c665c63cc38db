using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Xunit;
using Xunit.Abstractions;

namespace PSPairChat.Unit;

/// <summary>
/// Three servers in processes of their own that carry one room, while a server and Redis are killed. The members of the secure servers continue at the other one;
/// those of the first server are plain connections. The environment variable PAIRCHAT_BACKPLANE_MESSAGES sets the number of messages; with 60000, 300 members take
/// part.
/// </summary>
public sealed class BackplaneProcessTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);

    private static readonly int MessageCount =
        int.Parse(Environment.GetEnvironmentVariable("PAIRCHAT_BACKPLANE_MESSAGES") is { Length: > 0 } value ? value : "2000", CultureInfo.InvariantCulture);

    [NeedsToolFact("redis-server")]
    public void All_members_receive_all_messages_once_and_in_one_order_while_servers_are_killed()
    {
        var isFull = MessageCount >= 60_000;
        int listenerCount = isFull ? 280 : 24, speakerCount = isFull ? 20 : 5;
        using var redis = RedisServer.Start("--appendonly yes");
        var servers = Enumerable.Range(0, 3).Select(i => BackplaneServer.Start(redis, i, i == 0 ? "" : "--secure --allow-anonymous --resume")).ToList();
        var ports = servers.ConvertAll(server => server.Port);
        var members = new List<RecordingMember>();
        try
        {
            var listeners = Enumerable.Range(0, listenerCount).Select(i => Join("L", i, ports)).ToList();
            var speakers = Enumerable.Range(0, speakerCount).Select(i => Join("S", i, ports)).ToList();
            members.AddRange(listeners.Concat(speakers));
            var canonical = listeners[0];
            var clock = Stopwatch.StartNew();
            using var canFinish = new ManualResetEventSlim();
            var speaking = Task.Run(() => Speak(speakers, canFinish));

            WaitForCount(canonical, MessageCount / 4, speaking);
            KillAndRestart(redis, clock);
            WaitForCount(canonical, MessageCount / 2, speaking);
            output.WriteLine($"{clock.Elapsed}: kill -9 of a server");
            servers[2].Process.Kill();
            WaitForCount(canonical, MessageCount * 3 / 4, speaking);
            canFinish.Set();
            KillAndRestart(redis, clock);

            Assert.True(speaking.Wait(5 * Timeout));
            foreach (var listener in listeners)
                WaitForCount(listener, MessageCount);
            foreach (var speaker in speakers)
                WaitForCount(speaker, MessageCount - MessageCount / speakerCount);
            output.WriteLine($"{clock.Elapsed}: done");

            var order = canonical.GetMessages();
            Assert.Equal(MessageCount, order.Distinct().Count());
            Assert.Equal(MessageCount, order.Length);
            Assert.All(members, m => Assert.Equal(0, m.RefusedCount));
            foreach (var speaker in speakers)
                Assert.Equal(Enumerable.Range(0, MessageCount / speakerCount), order.Where(m => IsFrom(m, speaker)).Select(m => int.Parse(m[(m.IndexOf(' ') + 1)..], CultureInfo.InvariantCulture)));
            foreach (var listener in listeners)
                Assert.Equal(order, listener.GetMessages());
            foreach (var speaker in speakers)
                Assert.Equal(order.Where(m => !IsFrom(m, speaker)), speaker.GetMessages());
            Assert.All(members.OfType<ContinuingMember>(), m => Assert.False(m.Completion.IsCompleted, $"{m.Handle} has left."));
        }
        finally
        {
            members.ForEach(m => m.Dispose());
            servers.ForEach(s => s.Dispose());
        }
    }

    [NeedsToolFact("redis-server")]
    public void The_nicknames_of_a_killed_server_are_free_within_five_seconds_and_its_members_leave_once()
    {
        using var redis = RedisServer.Start();
        using var room = RoomSession.Start("lobby", 0, new ChatOptions { Handle = "host" }, new RoomOptions { Backplane = redis.Url }, System.Net.IPAddress.Loopback);
        using var other = RoomSession.Start("lobby", 0, new ChatOptions { Handle = "other" }, new RoomOptions { Backplane = redis.Url }, System.Net.IPAddress.Loopback);
        var server = BackplaneServer.Start(redis, 2);
        using var ann = RoomTestClient.Join(room, "Ann");
        using var bob = BackplaneMember.JoinAsync("Bob", server.Port, Timeout).GetAwaiter().GetResult();
        Assert.Equal("* Bob has joined.", ann.Read());
        var clock = Stopwatch.StartNew();
        server.Dispose();
        Assert.StartsWith("* Bob has left: ", ann.Read(), StringComparison.Ordinal);
        output.WriteLine($"Bob has left after {clock.Elapsed}");
        Assert.InRange(clock.Elapsed, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5));
        using var next = RoomTestClient.Join(other, "Bob");
        next.Send("hello");
        Assert.Equal(["* Bob has joined."], ann.ReadUntil("Bob> hello"));
    }

    [NeedsToolFact("redis-server")]
    public void A_server_that_was_suspended_returns_with_its_members()
    {
        using var redis = RedisServer.Start();
        using var room = RoomSession.Start("lobby", 0, new ChatOptions { Handle = "host" }, new RoomOptions { Backplane = redis.Url }, System.Net.IPAddress.Loopback);
        using var server = BackplaneServer.Start(redis, 2);
        using var ann = RoomTestClient.Join(room, "Ann");
        using var bob = RoomTestClient.Join("Bob", server.Port);
        using var eve = RoomTestClient.Join("Eve", server.Port);
        Assert.Equal("* Bob has joined.", ann.Read());
        Assert.Equal("* Eve has joined.", ann.Read());
        ConsoleProgram.Signal(server.Process, "STOP");
        var lines = new[] { ann.Read()!, ann.Read()! };
        Assert.All(lines, line => Assert.Contains(" has left: ", line, StringComparison.Ordinal));
        using var next = RoomTestClient.Join(room, "Eve");
        Assert.Equal("* Eve has joined.", ann.Read());
        bob.Send("I am back");
        ConsoleProgram.Signal(server.Process, "CONT");
        Assert.Equal(["* Bob has joined."], ann.ReadUntil("Bob> I am back"));
        Assert.Equal(["Ann", "Bob", "Eve"], room.Members.Select(m => m.Handle));
        Assert.StartsWith("BYE The nickname was given to another", eve.ReadLast(), StringComparison.Ordinal);
        next.Send("hello");
        bob.ReadUntil("Eve> hello");
    }

    [NeedsToolFact("redis-server")]
    public void A_server_writes_the_state_of_its_backplane_at_an_interval()
    {
        using var redis = RedisServer.Start();
        using var server = ConsoleProgram.Start($"serve 0 --bind 127.0.0.1 --room lobby --handle host --metrics-interval 1 --backplane {redis.Url}", input: null);
        try
        {
            Assert.Contains("Listening on", server.StandardError.ReadLine(), StringComparison.Ordinal);
            Assert.Equal($"Backplane {redis.Url}: connected, position 1, lag 0, waiting 0, members 0, servers 1.", server.StandardError.ReadLine());
        }
        finally
        {
            server.Kill();
        }
    }

    private static RecordingMember Join(string prefix, int number, List<int> ports)
    {
        var handle = $"{prefix}{(char)('a' + number / 26)}{(char)('a' + number % 26)}x";
        return (number % 3) switch
        {
            0 => BackplaneMember.JoinAsync(handle, ports[0], Timeout).GetAwaiter().GetResult(),
            1 => new ContinuingMember(handle, ports[1], ports[2]),
            _ => new ContinuingMember(handle, ports[2], ports[1]),
        };
    }

    // Numbers the messages of each speaker, at a limited rate. The last quarter waits for an event.
    private static void Speak(List<RecordingMember> speakers, ManualResetEventSlim canFinish)
    {
        var clock = Stopwatch.StartNew();
        for (var i = 0; i < MessageCount / speakers.Count; i++)
        {
            if (i >= MessageCount / speakers.Count * 3 / 4)
                canFinish.Wait();
            foreach (var speaker in speakers)
                speaker.Send($"{i}");
            var ahead = TimeSpan.FromSeconds((i + 1) * speakers.Count / (MessageCount >= 60_000 ? 2500.0 : 600.0)) - clock.Elapsed;
            if (ahead > TimeSpan.Zero)
                Thread.Sleep(ahead);
        }
    }

    private void KillAndRestart(RedisServer redis, Stopwatch clock)
    {
        output.WriteLine($"{clock.Elapsed}: kill -9 of Redis");
        redis.Kill();
        redis.Restart();
        output.WriteLine($"{clock.Elapsed}: Redis is back");
    }

    private static void WaitForCount(RecordingMember member, int count, Task? speaking = null)
    {
        Assert.True(SpinWait.SpinUntil(() => member.Count >= count || speaking is { IsFaulted: true }, 3 * Timeout), $"{member.Handle} has received {member.Count} of {count} messages.");
        if (speaking is { IsFaulted: true })
            speaking.GetAwaiter().GetResult();
    }

    private static bool IsFrom(string message, RecordingMember speaker) => message.StartsWith(speaker.Handle + "> ", StringComparison.Ordinal);
}
