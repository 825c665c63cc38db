using System;
using System.Collections.Generic;
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
    public void A_limit_for_unregistered_connections_must_be_positive(int total, int perAddress) => Assert.Throws<ArgumentOutOfRangeException>(
        () => Open(new RoomOptions { MaxUnregisteredConnections = total, MaxUnregisteredConnectionsPerAddress = perAddress }));

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

    private RoomSession Open(RoomOptions? options = null) => Open(options, IPAddress.Loopback);

    private RoomSession Open(RoomOptions? options, IPAddress? bindAddress) =>
        RoomSession.Start("lobby", 0, new ChatOptions { Handle = "host" }, CreateOptions(options ?? new RoomOptions()), bindAddress);

    private RoomOptions CreateOptions(RoomOptions options) => options with { Clock = () => Interlocked.Read(ref _now) };

    private RoomTestClient Connect(RoomSession room, IPAddress? address = null) => Keep(RoomTestClient.Connect(room, address));

    private RoomTestClient Join(RoomSession room, string handle) => Keep(RoomTestClient.Join(room, handle));

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
