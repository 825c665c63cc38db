using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using PSPairChat.Connections;
using PSPairChat.Security;
using Xunit;
using Xunit.Abstractions;

namespace PSPairChat.Unit;

/// <summary>Members of a room that continue their session at another server that carries the room.</summary>
public sealed class BackplaneContinuationTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);

    [NeedsToolFact("redis-server")]
    public void A_member_continues_at_another_server_and_the_others_see_nothing()
    {
        using var redis = RedisServer.Start();
        using var first = OpenSecure(redis, "host");
        using var second = OpenSecure(redis, "other");
        using var third = OpenPlain(redis, "plain");
        using var bob = RoomTestClient.Join(third, "Bob");
        using var relay = new CuttingRelay(first.Port);
        using var ann = Join(first, relay, "Ann");
        Assert.Equal("* Ann has joined.", bob.Read());
        bob.Send("one");
        Assert.Equal("one", ann.Receive(Timeout)!.Text);
        ann.Send("two");
        Assert.Equal("Ann> two", bob.Read());
        for (var i = 0; i < 4; i++)
        {
            relay.IsDown = true;
            relay.Cut();
            bob.Send($"missed {i}");
            bob.Send($"/msg Ann secret {i}");
            var sending = Task.Run(() => ann.Send($"sent {i}"));
            relay.ServerPort = i % 2 == 0 ? second.Port : first.Port;
            relay.IsDown = false;
            Assert.Equal($"missed {i}", ann.Receive(Timeout)!.Text);
            Assert.Equal($"secret {i}", ann.Receive(Timeout)!.Text);
            Assert.Equal($"Ann> sent {i}", bob.Read());
            Assert.True(sending.Wait(Timeout));
            bob.Send($"live {i}");
            Assert.Equal($"live {i}", ann.Receive(Timeout)!.Text);
            ann.Send($"reply {i}");
            Assert.Equal($"Ann> reply {i}", bob.Read());
            var server = i % 2 == 0 ? second : first;
            Assert.Equal(server.HostName + ":" + server.Port, first.Members.Single(m => m.Handle == "Ann").Server);
        }
        Assert.Equal(["Ann", "Bob"], third.Members.Select(m => m.Handle));
        Assert.Equal(9, third.Members[0].MessageCount);
        Assert.Contains(ann.Members, m => m.Handle == "Bob");
    }

    [NeedsToolTheory("redis-server")]
    [InlineData(false)]
    [InlineData(true)]
    public void A_member_of_a_killed_server_continues_at_another_one_with_another_key(bool isLate)
    {
        using var redis = RedisServer.Start();
        using var room = OpenSecure(redis, "other");
        using var plain = OpenPlain(redis, "plain");
        using var bob = RoomTestClient.Join(plain, "Bob");
        var folder = Directory.CreateTempSubdirectory("pairchat-config-").FullName;
        try
        {
            using var server = BackplaneServer.Start(redis, 0, "--secure --allow-anonymous --resume", userFolder: folder);
            using var relay = new CuttingRelay(server.Port);
            // The key is not recorded: another server may have the same port later.
            var fingerprint = UserKey.Load(Path.Combine(folder, "pairchat", "key.pfx")).Fingerprint.ToString();
            Assert.NotEqual(UserKey.Load().Fingerprint.ToString(), fingerprint);
            using var ann = Connect(relay, "Ann", new SecureClientOptions { Fingerprint = fingerprint }, new ResumeOptions { Mode = ResumeMode.Always });
            Assert.Equal("* Ann has joined.", bob.Read());
            ann.Send("one");
            Assert.Equal("Ann> one", bob.Read());
            bob.Send("two");
            Assert.Equal("two", ann.Receive(Timeout)!.Text);
            relay.IsDown = isLate;
            server.Process.Kill();
            bob.Send("three");
            if (isLate)
                Assert.StartsWith("* Ann has left: ", bob.Read(), StringComparison.Ordinal);
            relay.ServerPort = room.Port;
            relay.IsDown = false;
            Assert.Equal("three", ann.Receive(Timeout)!.Text);
            if (isLate)
                Assert.Equal("* Ann has joined.", bob.Read());
            ann.Send("four");
            Assert.Equal("Ann> four", bob.Read());
            Assert.Equal(["Ann", "Bob"], plain.Members.Select(m => m.Handle));
            Assert.Contains(ann.Members, m => m.Handle == "Bob");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [NeedsToolFact("redis-server")]
    public async Task Messages_arrive_once_and_in_one_order_through_cuts_and_changes_of_the_server()
    {
        string[] handles = ["Ann", "Bob", "Cid", "Dan", "Eve"];
        var count = Environment.GetEnvironmentVariable("PAIRCHAT_RESUME_ROOM_MESSAGES") is { Length: > 0 } value ? int.Parse(value, CultureInfo.InvariantCulture) : 150;
        var random = new Random(Environment.TickCount);
        using var redis = RedisServer.Start();
        using var first = OpenSecure(redis, "host");
        using var second = OpenSecure(redis, "other");
        var cuts = false;
        CuttingRelay? relay = null;
        using (relay = new CuttingRelay(first.Port, () =>
        {
            lock (random)
            {
                if (!Volatile.Read(ref cuts))
                    return int.MaxValue;
                relay!.ServerPort = random.Next(2) == 0 ? first.Port : second.Port;
                return random.Next(3_000, 6_000);
            }
        }))
        {
            var members = handles.Select(handle => Join(first, relay, handle)).ToArray();
            Volatile.Write(ref cuts, true);
            relay.Cut();
            var received = await Task.WhenAll(members.Select(member =>
            {
                var window = new SemaphoreSlim(20 * (handles.Length - 1));
                _ = Start(() => SendAll(member, window));
                return Start(() => ReceiveAll(member, window));
            }));
            output.WriteLine($"{handles.Length * count} messages, {relay.Cuts} cuts, {relay.Connections} connections");
            Assert.InRange(relay.Cuts, 1, int.MaxValue);
            foreach (var messages in received)
            {
                foreach (var handle in handles.Where(handle => messages.Any(m => m.From == handle)))
                    Assert.Equal(Enumerable.Range(0, count), messages.Where(m => m.From == handle).Select(m => int.Parse(m.Text, CultureInfo.InvariantCulture)));
            }
            var order = received[0].Where(m => m.From != "Bob").ToList();
            Assert.Equal(order, received[1].Where(m => m.From != "Ann"));
            Assert.Equal(order.Where(m => m.From != "Cid"), received[2].Where(m => m.From is not ("Ann" or "Bob")));
            Assert.Equal(handles, second.Members.Select(m => m.Handle));
        }

        Task<T> Start<T>(Func<T> function) => Task.Factory.StartNew(function, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

        bool SendAll(ChatSession session, SemaphoreSlim window)
        {
            for (var i = 0; i < count; i++)
            {
                for (var j = 0; j < handles.Length - 1; j++)
                    Assert.True(window.Wait(Timeout));
                session.Send($"{i}");
            }
            return true;
        }

        List<(string From, string Text)> ReceiveAll(ChatSession session, SemaphoreSlim window)
        {
            var messages = new List<(string From, string Text)>();
            while (messages.Count < (handles.Length - 1) * count)
            {
                var message = session.Receive(Timeout) ?? throw new TimeoutException($"{session.Handle} has received {messages.Count} messages.");
                messages.Add((message.From, message.Text));
                window.Release();
            }
            return messages;
        }
    }

    [NeedsToolFact("redis-server")]
    public void A_client_with_several_servers_continues_at_the_one_that_is_left()
    {
        using var redis = RedisServer.Start();
        using var second = OpenSecure(redis, "other");
        using var plain = OpenPlain(redis, "plain");
        using var bob = RoomTestClient.Join(plain, "Bob");
        using var server = BackplaneServer.Start(redis, 0, "--secure --allow-anonymous --resume");
        using var notListening = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        notListening.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        using var ann = RoomMemberSession.Connect("127.0.0.1", ((IPEndPoint)notListening.LocalEndPoint!).Port, "lobby", new ChatOptions
        {
            Handle = "Ann",
            SecureClient = new SecureClientOptions { Fingerprint = UserKey.Load().Fingerprint.ToString() },
            Resume = new ResumeOptions { Mode = ResumeMode.Always },
            OtherServers = [new DnsEndPoint("127.0.0.1", server.Port), new DnsEndPoint("localhost", second.Port)],
        }, timeout: Timeout);
        Assert.Equal(("127.0.0.1", server.Port), (ann.HostName, ann.Port));
        Assert.Equal("* Ann has joined.", bob.Read());
        server.Process.Kill();
        bob.Send("hello");
        Assert.Equal("hello", ann.Receive(Timeout)!.Text);
        ann.Send("still here");
        Assert.Equal("Ann> still here", bob.Read());
        Assert.Equal($"{second.HostName}:{second.Port}", plain.Members.Single(m => m.Handle == "Ann").Server);
    }

    [NeedsToolFact("redis-server")]
    public void A_member_whose_nickname_was_given_to_another_learns_so()
    {
        using var redis = RedisServer.Start();
        using var room = OpenSecure(redis, "other");
        using var server = BackplaneServer.Start(redis, 0, "--secure --allow-anonymous --resume");
        using var relay = new CuttingRelay(server.Port);
        using var ann = Connect(relay, "Ann", new SecureClientOptions { Fingerprint = UserKey.Load().Fingerprint.ToString() }, new ResumeOptions { Mode = ResumeMode.Always });
        using var plain = OpenPlain(redis, "plain");
        using var bob = RoomTestClient.Join(plain, "Bob");
        relay.IsDown = true;
        server.Process.Kill();
        Assert.StartsWith("* Ann has left: ", bob.Read(), StringComparison.Ordinal);
        using var next = RoomTestClient.Join(plain, "Ann");
        relay.ServerPort = room.Port;
        relay.IsDown = false;
        Assert.Null(ann.Receive(Timeout));
        Assert.Equal(ChatCloseReason.PeerQuit, ann.CloseReason);
        Assert.Contains("The handle 'Ann' is taken.", ann.DequeueNoticeTexts());
        next.Send("hello");
        bob.ReadUntil("Ann> hello");
    }

    [NeedsToolFact("redis-server")]
    public void A_member_learns_that_the_log_does_not_contain_all_messages_that_it_has_missed()
    {
        using var redis = RedisServer.Start();
        using var first = OpenSecure(redis, "host");
        using var second = RoomSession.Start("lobby", 0, new ChatOptions { Handle = "other", SecureServer = new SecureServerOptions() },
            CreateOptions(redis) with { HistoryLimit = 1 }, IPAddress.Loopback);
        using var relay = new CuttingRelay(first.Port);
        using var ann = Join(first, relay, "Ann");
        relay.IsDown = true;
        relay.Cut();
        for (var i = 0; i < 500; i++)
            second.Send($"{i}");
        relay.ServerPort = second.Port;
        relay.IsDown = false;
        var texts = new List<string>();
        while (texts.Count == 0 || texts[^1] != "499")
            texts.Add(ann.Receive(Timeout)!.Text);
        Assert.InRange(texts.Count, 1, 499);
        Assert.Equal(Enumerable.Range(500 - texts.Count, texts.Count).Select(i => $"{i}"), texts);
        Assert.True(SpinWait.SpinUntil(() => ann.DequeueNoticeTexts().Any(n => n.EndsWith(" messages were missed.", StringComparison.Ordinal)), Timeout));
        second.Send("live");
        Assert.Equal("live", ann.Receive(Timeout)!.Text);
    }

    [NeedsToolFact("redis-server")]
    public void A_thief_of_a_session_id_is_refused_at_every_server()
    {
        using var redis = RedisServer.Start();
        using var first = OpenSecure(redis, "host");
        using var second = OpenSecure(redis, "other");
        using var relay = new CuttingRelay(first.Port);
        using var ann = Join(first, relay, "Ann");
        var id = GetSessionKeys(redis).Single(key => !key.StartsWith("n:", StringComparison.Ordinal));
        var forged = ResumeToken.TryParse(Base64Url.Encode([.. Base64Url.Decode(id)!, .. new byte[16]]))!;
        foreach (var room in new[] { first, second })
        {
            var transport = TcpConnector.Connect("127.0.0.1", room.Port, Timeout, CancellationToken.None);
            var (connection, answer) = SecureConnector.Resume(transport, "127.0.0.1", room.Port, UserKey.Load().Fingerprint.ToString(), forged, default, Deadline.After(Timeout), CancellationToken.None);
            connection.Dispose();
            Assert.Null(answer);
        }
        first.Send("hello");
        Assert.Equal("hello", ann.Receive(Timeout)!.Text);
        ann.Disconnect();
        Assert.True(SpinWait.SpinUntil(() => GetSessionKeys(redis).Length == 0, Timeout));
    }

    private static string[] GetSessionKeys(RedisServer redis) => redis.Execute("HKEYS", "pairchat:{lobby}:sessions").Items!.Select(item => item.Text!).ToArray();

    private static RoomSession OpenSecure(RedisServer redis, string host) => RoomSession.Start("lobby", 0,
        new ChatOptions { Handle = host, SecureServer = new SecureServerOptions() }, CreateOptions(redis), IPAddress.Loopback);

    private static RoomSession OpenPlain(RedisServer redis, string host) =>
        RoomSession.Start("lobby", 0, new ChatOptions { Handle = host }, CreateOptions(redis), IPAddress.Loopback);

    private static RoomOptions CreateOptions(RedisServer redis) => new() { Backplane = redis.Url, MaxMessagesPerSecond = 0 };

    private static RoomMemberSession Join(RoomSession room, CuttingRelay relay, string handle) => Connect(relay, handle, new SecureClientOptions
    {
        Invite = InviteUri.Create("127.0.0.1", relay.Port, null, null, room.Invites.Create().Token).ToString(),
    });

    private static RoomMemberSession Connect(CuttingRelay relay, string handle, SecureClientOptions secure, ResumeOptions? resume = null) => RoomMemberSession.Connect(
        "127.0.0.1", relay.Port, "lobby", new ChatOptions { Handle = handle, SecureClient = secure, Resume = resume ?? new ResumeOptions() }, timeout: Timeout);
}
