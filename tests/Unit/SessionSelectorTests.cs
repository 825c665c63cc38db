using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using PSPairChat.Connections;
using PSPairChat.Sessions;
using Xunit;

namespace PSPairChat.Unit;

public sealed class SessionSelectorTests : IDisposable
{
    private static readonly Deadline NoWait = Deadline.Passed;
    private readonly List<ChatSession> _sessions = [];
    private readonly List<Socket> _peers = [];
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public SessionSelectorTests() => _listener.Start(1000);

    public void Dispose()
    {
        foreach (var session in _sessions)
            session.Dispose();
        foreach (var peer in _peers)
            peer.Dispose();
        _listener.Dispose();
    }

    [Fact]
    public async Task Receives_all_messages_of_500_sessions_in_the_order_of_each()
    {
        const int SessionCount = 500, MessageCount = 20;
        for (var i = 0; i < SessionCount; i++)
            Connect();
        var selector = new SessionSelector(_sessions);
        var sending = Task.Run(() =>
        {
            for (var message = 0; message < MessageCount; message++)
            {
                foreach (var peer in _peers)
                    Send(peer, message.ToString(CultureInfo.InvariantCulture));
            }
        });
        var received = _sessions.ToDictionary(s => s, _ => new List<string>());
        for (var i = 0; i < SessionCount * MessageCount; i++)
        {
            var result = selector.TryReceive(null, Deadline.After(TimeSpan.FromSeconds(60)), true, default, out var session);
            Assert.Equal(ReceiveOutcome.Message, result.Outcome);
            Assert.Same(session, result.Message!.GetSession());
            received[session!].Add(result.Message.Text);
        }
        await sending;
        var expected = Enumerable.Range(0, MessageCount).Select(n => n.ToString(CultureInfo.InvariantCulture)).ToArray();
        Assert.All(received.Values, texts => Assert.Equal(expected, texts));
        Assert.Equal(ReceiveOutcome.TimedOut, selector.TryReceive(null, NoWait, true, default, out _).Outcome);
    }

    [Fact]
    public void A_session_that_sends_much_does_not_delay_the_others()
    {
        var (busy, other) = (Connect(), Connect());
        for (var i = 0; i < 100; i++)
            Send(_peers[0], "busy");
        Send(_peers[1], "other");
        var selector = new SessionSelector(_sessions);
        var first = Enumerable.Range(0, 3).Select(_ => Receive(selector)).ToArray();
        Assert.Contains(first, m => m.GetSession() == other);
        Assert.Contains(first, m => m.GetSession() == busy);
    }

    [Fact]
    public void Messages_of_servers_and_room_hosts_are_received_too()
    {
        var server = Add(ServerSession.Start(0, new ChatOptions { Handle = "HostA" }, IPAddress.Loopback));
        var room = Add(RoomSession.Start("lobby", 0, new ChatOptions { Handle = "Host" }, bindAddress: IPAddress.Loopback));
        var selector = new SessionSelector(_sessions);
        using var client = ClientSession.Connect("127.0.0.1", server.Port, new ChatOptions { Handle = "Chris" });
        using var member = RoomMemberSession.Connect("127.0.0.1", room.Port, "lobby", new ChatOptions { Handle = "Ann" });
        client.Send("to the server");
        Assert.Equal("to the server", Receive(selector).Text);
        member.Send("to the room");
        Assert.Equal("to the room", Receive(selector).Text);
    }

    [Fact]
    public void The_end_of_a_session_is_a_result_and_the_others_continue()
    {
        var (lost, other) = (Connect(), Connect());
        var selector = new SessionSelector(_sessions);
        _peers[0].Close(0);
        var result = selector.TryReceive(null, Deadline.After(TimeSpan.FromSeconds(20)), true, default, out var session);
        Assert.Equal((ReceiveOutcome.Ended, ChatErrorReason.PeerDisconnected), (result.Outcome, result.Error!.Reason));
        Assert.Same(lost, session);
        selector.Remove(session!);
        Send(_peers[1], "still here");
        Assert.Same(other, Receive(selector).GetSession());
    }

    [Fact]
    public async Task Closing_a_session_on_another_thread_ends_its_wait()
    {
        var (closed, _) = (Connect(), Connect());
        var selector = new SessionSelector(_sessions);
        ChatSession? session = null;
        var waiting = Task.Run(() => selector.TryReceive(null, Deadline.After(TimeSpan.FromSeconds(20)), true, default, out session));
        closed.Dispose();
        Assert.Equal(ReceiveOutcome.Ended, (await waiting).Outcome);
        Assert.Same(closed, session);
    }

    [Fact]
    public void Own_turn_in_every_session_is_YourTurn()
    {
        Add(ClientSession.Connect("127.0.0.1", ((IPEndPoint)_listener.LocalEndpoint).Port, new ChatOptions { Handle = "Chris" }));
        Add(ClientSession.Connect("127.0.0.1", ((IPEndPoint)_listener.LocalEndpoint).Port, new ChatOptions { Handle = "Chris" }));
        var selector = new SessionSelector(_sessions);
        Assert.Equal(ReceiveOutcome.YourTurn, selector.TryReceive(null, Deadline.Never, waitOnOwnTurn: false, default, out _).Outcome);
    }

    [Fact]
    public async Task A_wait_can_be_canceled()
    {
        Connect();
        using var stop = new CancellationTokenSource();
        var selector = new SessionSelector(_sessions);
        var waiting = Task.Run(() => selector.TryReceive(null, Deadline.Never, true, stop.Token, out _));
        await stop.CancelAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(() => waiting);
    }

    private static ChatMessage Receive(SessionSelector selector) =>
        selector.TryReceive(null, Deadline.After(TimeSpan.FromSeconds(20)), true, default, out _).Message!;

    private static void Send(Socket peer, string text) => peer.Send(Encoding.UTF8.GetBytes($"Peer> {text}\n"));

    private ClientSession Connect()
    {
        var session = Add(ClientSession.Connect(
            "127.0.0.1", ((IPEndPoint)_listener.LocalEndpoint).Port,
            new ChatOptions { Handle = "Chris", TurnOrder = TurnOrder.Free, Dialect = ChatDialect.Get("Line") }));
        _peers.Add(_listener.AcceptSocket());
        return session;
    }

    private T Add<T>(T session)
        where T : ChatSession
    {
        _sessions.Add(session);
        return session;
    }
}
