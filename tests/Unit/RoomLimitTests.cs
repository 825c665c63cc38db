using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Xunit;

namespace PSPairChat.Unit;

/// <summary>The limits of a room, on a clock that the tests set.</summary>
public sealed class RoomLimitTests : IDisposable
{
    private static readonly TimeSpan WaitTimeout = TimeSpan.FromSeconds(60);

    private const int BackloggedBytes = 32 * 1024;

    private readonly List<IDisposable> _clients = [];
    private long _now = 1_000_000;

    public void Dispose() => _clients.ForEach(client => client.Dispose());

    [Fact]
    public void A_thousand_clients_that_connect_at_once_from_one_address_all_join()
    {
        const int Count = 1000;
        using var room = Open();
        var clients = Enumerable.Range(0, Count).Select(i => JoinAsync(room, GetNickname(i))).ToArray();
        Assert.True(Task.WaitAll(clients, WaitTimeout));
        Assert.Equal(Count, room.Members.Count);
    }

    [Fact]
    public void Two_thousand_silent_connections_lock_nobody_out()
    {
        const int Count = 2000;
        using var room = Open();
        var ann = Keep(RoomTestClient.Join(room, "Ann"));
        var silent = Enumerable.Range(0, Count).Select(_ => Keep(new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp))).ToArray();
        var connecting = Array.ConvertAll(silent, socket => socket.ConnectAsync(IPAddress.Loopback, room.Port));
        var bob = JoinAsync(room, "Bob");
        while (!bob.IsCompleted)
        {
            ann.Send("still here");
            Assert.Equal("Ann> still here", room.Receive(WaitTimeout)!.ToString());
            Interlocked.Add(ref _now, 1001);
            Task.WaitAny([bob], 20);
        }
        Assert.True(bob.IsCompletedSuccessfully);
        Assert.Equal("* Bob has joined.", ann.Read());
        Assert.True(Task.WaitAll(connecting, WaitTimeout));
        room.Dispose();
        var received = silent.Select(ReadToEnd).ToArray();
        Assert.All(received, text => Assert.DoesNotContain("FULL", text, StringComparison.Ordinal));
        Assert.Contains(received, text => text.EndsWith("BYE Too many connections have no nickname.\n", StringComparison.Ordinal));
        while (room.TryDequeueNotice(out var notice))
            Assert.DoesNotContain("full", notice.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void At_the_limit_a_new_connection_waits_until_another_registers()
    {
        using var room = Open(new RoomOptions { MaxUnregisteredConnections = 2 });
        var first = Connect(room);
        var second = Connect(room);
        var third = Keep(new RoomTestClient(room.Port));
        Assert.False(third.Socket.Poll(TimeSpan.FromMilliseconds(200), SelectMode.SelectRead));
        first.Register("First");
        Assert.StartsWith("HELLO ", third.Read(), StringComparison.Ordinal);
        second.Register("Second");
        third.Register("Third");
    }

    [Fact]
    public void Connections_that_wait_at_the_limit_are_admitted_one_after_another()
    {
        using var room = Open(new RoomOptions { MaxUnregisteredConnections = 1 });
        var previous = Connect(room);
        var waiting = Enumerable.Range(0, 3).Select(_ => Keep(new RoomTestClient(room.Port))).ToArray();
        for (var i = 0; i < waiting.Length; i++)
        {
            Assert.False(waiting[i].Socket.Poll(TimeSpan.FromMilliseconds(100), SelectMode.SelectRead));
            previous.Register(GetNickname(i));
            Assert.StartsWith("HELLO ", waiting[i].Read(), StringComparison.Ordinal);
            previous = waiting[i];
        }
    }

    [Fact]
    public void At_the_limit_the_connection_that_was_silent_longest_is_disconnected()
    {
        using var room = Open(new RoomOptions { MaxUnregisteredConnections = 3 });
        var first = Connect(room);
        var second = Connect(room);
        Interlocked.Increment(ref _now);
        var third = Connect(room);
        Interlocked.Add(ref _now, 1000);
        first.Send("not a nickname");
        Assert.StartsWith("RETRY ", first.Read(), StringComparison.Ordinal);
        var fourth = Connect(room);
        Assert.Equal("BYE Too many connections have no nickname.", second.Read());
        Assert.Null(second.Read());
        first.Register("First");
        third.Register("Third");
        fourth.Register("Fourth");
    }

    [Fact]
    public void The_limit_for_one_address_does_not_affect_another()
    {
        using var room = Open(new RoomOptions { MaxUnregisteredConnectionsPerAddress = 1 }, bindAddress: null);
        var first = Connect(room);
        var other = Connect(room, IPAddress.IPv6Loopback);
        var second = Keep(new RoomTestClient(room.Port));
        Assert.False(second.Socket.Poll(TimeSpan.FromMilliseconds(200), SelectMode.SelectRead));
        first.Send("BYE");
        Assert.Null(first.Read());
        Assert.StartsWith("HELLO ", second.Read(), StringComparison.Ordinal);
        other.Register("Other");
    }

    [Fact]
    public void A_room_closes_while_a_connection_waits()
    {
        var room = Open(new RoomOptions { MaxUnregisteredConnections = 1 });
        var first = Connect(room);
        var second = Keep(new RoomTestClient(room.Port));
        Assert.False(second.Socket.Poll(TimeSpan.FromMilliseconds(200), SelectMode.SelectRead));
        Assert.True(Task.Run(room.Dispose).Wait(WaitTimeout));
        Assert.Equal("BYE The room is closed.", first.Read());
        Assert.Null(second.Read());
    }

    [Theory]
    [InlineData(0, 64)]
    [InlineData(256, 0)]
    public void A_limit_for_unregistered_connections_must_be_positive(int total, int perAddress) => Assert.StartsWith(
        "The maximum number of connections without a nickname", Assert.Throws<ArgumentOutOfRangeException>(
            () => Open(new RoomOptions { MaxUnregisteredConnections = total, MaxUnregisteredConnectionsPerAddress = perAddress })).Message, StringComparison.Ordinal);

    [Fact]
    public void A_list_of_members_counts_towards_the_message_rate()
    {
        using var room = Open(new RoomOptions { MaxMessagesPerSecond = 5 });
        var ann = Join(room, "Ann");
        var bob = Join(room, "Bob");
        ann.Read();
        ann.Send(string.Join('\n', Enumerable.Repeat("/who", 20)));
        // A burst of 10, of which the nickname is one.
        Assert.All(ann.Read(9), line => Assert.Equal("* Members: host, Ann, Bob", line));
        bob.Send("hello");
        Assert.Equal("Bob> hello", ann.Read());
        Interlocked.Add(ref _now, 200);
        Assert.Equal("* Members: host, Ann, Bob", ann.Read());
        bob.Send("hello again");
        Assert.Equal("Bob> hello again", ann.Read());
    }

    [Fact]
    public void A_member_that_requests_many_long_lists_of_members_is_not_disconnected()
    {
        const int Requests = 30;
        var options = new ChatOptions { Handle = "host", MaxHandleLength = 4000, MaxMessageLength = 4000 };
        using var room = RoomSession.Start("lobby", 0, options, new RoomOptions { MaxMessagesPerSecond = 0 }, IPAddress.Loopback);
        foreach (var letter in "abcdefg")
            Join(room, new string(letter, 4000));
        var ann = Join(room, "Ann");
        ann.Socket.ReceiveBufferSize = 64 * 1024;
        ann.Send(string.Join('\n', Enumerable.Repeat("/who", Requests)));
        WaitUntil(() => room.Members.Any(m => m.QueuedBytes > 0));
        var lists = ann.Read(Requests);
        Assert.All(lists, line => Assert.InRange(line.Length, 28_000, 33_000));
        Assert.Equal(8, room.Members.Count);
    }

    [Fact]
    public void A_connection_without_a_nickname_is_closed_after_ten_seconds()
    {
        using var room = Open();
        var first = Connect(room);
        Interlocked.Add(ref _now, 5000);
        var second = Connect(room);
        Interlocked.Add(ref _now, 5001);
        Assert.Equal("BYE Registration timed out: no nickname within 10 seconds.", first.Read());
        Assert.Null(first.Read());
        second.Register("Second");
    }

    [Fact]
    public void A_member_that_receives_nothing_is_disconnected_after_five_seconds()
    {
        using var room = Open(messageLength: 4000);
        var ann = Join(room, "Ann");
        var eve = JoinSlow(room, "Eve");
        FillQueue(room, "Eve");
        Interlocked.Add(ref _now, 3000);
        var kim = JoinSlow(room, "Kim");
        FillQueue(room, "Kim");
        Interlocked.Add(ref _now, 2001);
        ann.ReadUntil("* Eve has left: send timed out");
        Assert.Equal(["Ann", "Kim"], room.Members.Select(m => m.Handle));
        Interlocked.Add(ref _now, 3000);
        ann.ReadUntil("* Kim has left: send timed out");
        kim.ReadToReset();
        eve.ReadToReset();
    }

    [Fact]
    public void A_member_is_disconnected_when_more_than_64_KiB_wait_for_it()
    {
        const int MaxQueueBytes = 64 * 1024, MessageBytes = 4007;       // host> and a line feed
        using var room = Open(messageLength: 4000);
        var ann = Join(room, "Ann");
        JoinSlow(room, "Eve");
        Assert.Equal("* Eve has joined.", ann.Read());
        var text = new string('x', 4000);
        var queued = 0;
        while (room.Members.SingleOrDefault(m => m.Handle == "Eve") is { } eve)
        {
            // A member that is about to be removed has no queue any more.
            queued = Math.Max(queued, eve.QueuedBytes);
            room.Send(text);
            while (ann.Read() is { } line && !line.EndsWith(text, StringComparison.Ordinal))
                Assert.Equal("* Eve has left: send queue full", line);
        }
        Assert.InRange(queued, MaxQueueBytes - MessageBytes + 1, MaxQueueBytes);
    }

    [Fact]
    public void The_host_pauses_20_ms_before_each_message_while_a_member_is_backlogged()
    {
        const int Count = 5;
        using var room = Open(messageLength: 4000);
        JoinSlow(room, "Eve");
        FillQueue(room, "Eve");
        // The room notices the backlog when it next writes to Eve.
        Assert.True(SpinWait.SpinUntil(() => Measure(() => room.Send("x")) >= 15, WaitTimeout));
        Assert.InRange(Measure(() => Enumerable.Repeat("x", Count).ToList().ForEach(text => room.Send(text))), Count * 20 - 10, long.MaxValue);
        using var stop = new CancellationTokenSource();
        stop.Cancel();
        Assert.Throws<OperationCanceledException>(() => room.Send("x", stop.Token));
    }

    [Fact]
    public void A_member_pauses_after_each_message_while_another_is_backlogged()
    {
        using var room = Open(messageLength: 4000);
        var ann = Join(room, "Ann");
        var bob = Join(room, "Bob");
        JoinSlow(room, "Eve");
        FillQueue(room, "Eve");
        ann.Send("one\ntwo");
        Assert.Equal("Ann> one", room.Receive(WaitTimeout)!.ToString());
        bob.Send("hello");
        Assert.Equal("Bob> hello", room.Receive(WaitTimeout)!.ToString());
        Interlocked.Add(ref _now, 20);
        Assert.Equal("Ann> two", room.Receive(WaitTimeout)!.ToString());
    }

    [Fact]
    public void A_backlogged_member_that_receives_nothing_slows_nobody_after_200_ms()
    {
        using var room = Open(messageLength: 4000);
        var ann = Join(room, "Ann");
        JoinSlow(room, "Eve");
        FillQueue(room, "Eve");
        Interlocked.Add(ref _now, 201);
        room.Send("x");
        ann.Send("one\ntwo");
        Assert.Equal("Ann> one", room.Receive(WaitTimeout)!.ToString());
        Assert.Equal("Ann> two", room.Receive(WaitTimeout)!.ToString());
    }

    [Fact]
    public void Many_short_messages_at_once_do_not_fill_the_queue_of_a_member_that_reads()
    {
        const int Count = 30_000;
        using var room = Open(new RoomOptions { MaxMessagesPerSecond = 0 });
        var ann = Join(room, "Ann");
        var eve = Join(room, "abcdefghij");
        Assert.Equal("* abcdefghij has joined.", ann.Read());
        var reading = Task.Factory.StartNew(() => ann.Read(Count), TaskCreationOptions.LongRunning);
        // Each message takes two bytes here and 14 bytes there.
        eve.Send(string.Concat(Enumerable.Repeat("x\n", Count)));
        Assert.All(reading.Result, line => Assert.Equal("abcdefghij> x", line));
    }

    [Fact]
    public void Closing_a_room_sends_a_member_what_is_queued_for_it()
    {
        var room = Open(messageLength: 4000);
        var eve = JoinSlow(room, "Eve");
        var sent = 0;
        for (; GetQueuedBytes(room, "Eve") <= BackloggedBytes; sent++)
            room.Send(sent.ToString(CultureInfo.InvariantCulture).PadRight(4000, 'x'));
        var closing = Task.Run(room.Dispose);
        for (var i = 0; i < sent; i++)
            Assert.StartsWith($"host> {i}x", eve.Read(), StringComparison.Ordinal);
        Assert.Equal("BYE The room is closed.", eve.Read());
        Assert.Null(eve.Read());
        Assert.True(closing.Wait(WaitTimeout));
    }

    [Fact]
    public void A_member_that_leaves_receives_everything_although_it_has_sent_more()
    {
        using var room = Open(new RoomOptions { MaxMessagesPerSecond = 5 }, messageLength: 4000);
        var ann = Join(room, "Ann");
        var bob = JoinSlow(room, "Bob");
        ann.Read();
        // The limit keeps BYE waiting, and what follows it remains unread: a close would reset the connection and lose what the member has not received yet.
        bob.Send(string.Join('\n', Enumerable.Range(0, 9)) + "\nBYE\n" + new string('x', 60_000));
        Assert.Equal(Enumerable.Range(0, 9).Select(i => $"Bob> {i}"), ann.Read(9));
        var sent = 0;
        for (; GetQueuedBytes(room, "Bob") == 0; sent++)
            room.Send(sent.ToString(CultureInfo.InvariantCulture).PadRight(4000, 'x'), "Bob");
        Interlocked.Add(ref _now, 200);
        Assert.Equal("* Bob has left.", ann.Read());
        for (var i = 0; i < sent; i++)
            Assert.StartsWith($"[private] host> {i}x", bob.Read(), StringComparison.Ordinal);
        Assert.Null(bob.Read());
    }

    private RoomSession Open(RoomOptions? options = null, int messageLength = 500) => Open(options, IPAddress.Loopback, messageLength);

    private RoomSession Open(RoomOptions? options, IPAddress? bindAddress, int messageLength = 500) => RoomSession.Start("lobby", 0,
        new ChatOptions { Handle = "host", MaxMessageLength = messageLength },
        (options ?? new RoomOptions()) with { Clock = () => Interlocked.Read(ref _now) }, bindAddress);

    private RoomTestClient Connect(RoomSession room, IPAddress? address = null) => Keep(RoomTestClient.Connect(room, address));

    private RoomTestClient Join(RoomSession room, string handle) => Keep(RoomTestClient.Join(room, handle));

    // A member that reads nothing until a test does, and whose system accepts little for it.
    private RoomTestClient JoinSlow(RoomSession room, string handle)
    {
        var client = Join(room, handle);
        client.Socket.ReceiveBufferSize = 16 * 1024;
        return client;
    }

    // Sends to a member that does not read until it is backlogged.
    private static void FillQueue(RoomSession room, string handle)
    {
        while (GetQueuedBytes(room, handle) <= BackloggedBytes)
            room.Send(new string('x', 4000), handle);
    }

    private static long Measure(Action action)
    {
        var clock = Stopwatch.StartNew();
        action();
        return clock.ElapsedMilliseconds;
    }

    private static int GetQueuedBytes(RoomSession room, string handle) => room.Members.Single(m => m.Handle == handle).QueuedBytes;

    private T Keep<T>(T client)
        where T : IDisposable
    {
        lock (_clients)
            _clients.Add(client);
        return client;
    }

    private async Task JoinAsync(RoomSession room, string handle)
    {
        var socket = Keep(new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
        await socket.ConnectAsync(IPAddress.Loopback, room.Port);
        await ReadUntilAsync(socket, "HELLO ");
        await socket.SendAsync(Encoding.UTF8.GetBytes(handle + "\n"));
        await ReadUntilAsync(socket, "READY " + handle);
    }

    private static async Task ReadUntilAsync(Socket socket, string expected)
    {
        var buffer = new byte[4096];
        for (var text = ""; !text.Contains(expected, StringComparison.Ordinal);)
        {
            var count = await socket.ReceiveAsync(buffer);
            Assert.True(count > 0, $"The connection was closed after '{text}'.");
            text += Encoding.UTF8.GetString(buffer, 0, count);
        }
    }

    // What a socket received before the room closed it, in an orderly way or with a reset.
    private static string ReadToEnd(Socket socket)
    {
        var buffer = new byte[4096];
        var text = "";
        while (socket.Receive(buffer, SocketFlags.None, out _) is > 0 and var count)
            text += Encoding.UTF8.GetString(buffer, 0, count);
        return text;
    }

    private static string GetNickname(int number) => $"M{(char)('a' + number / 100)}{(char)('a' + number / 10 % 10)}{(char)('a' + number % 10)}";

    private static void WaitUntil(Func<bool> condition) => Assert.True(SpinWait.SpinUntil(condition, WaitTimeout));
}
