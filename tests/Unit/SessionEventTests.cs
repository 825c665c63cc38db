using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Net;
using System.Threading;
using System.Threading.Tasks;
using Xunit;

namespace PSPairChat.Unit;

public sealed class SessionEventTests : IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(20);
    private readonly List<ChatSession> _sessions = [];
    private readonly BlockingCollection<string> _events = [];

    public void Dispose()
    {
        foreach (var session in _sessions)
            session.Dispose();
        _events.Dispose();
    }

    [Fact]
    public void Events_of_a_server_are_raised_in_order_for_one_client_after_another()
    {
        var server = StartServer();
        Subscribe(server);
        foreach (var name in new[] { "Chris", "Ann" })
        {
            var client = Connect(server, name);
            client.Send("one");
            client.Send("two");
            client.Dispose();
        }
        AssertEvents("connected", "Chris: one", "Chris: two", "disconnected Chris", "connected", "Ann: one", "Ann: two", "disconnected Ann");
        server.Dispose();
        AssertEvents("closed");
    }

    [Fact]
    public void Events_of_a_client_include_the_connected_peer_and_the_lost_connection()
    {
        var server = StartServer();
        var client = Connect(server, "Chris");
        client.Send("hello");
        Assert.Equal("hello", server.Receive(Timeout)!.Text);
        Subscribe(client);
        server.Send("welcome");
        server.Dispose();
        AssertEvents("connected", "HostA: welcome", "disconnected HostA", "closed");
        Assert.Equal(ChatCloseReason.PeerQuit, client.CloseReason);
    }

    [Fact]
    public void Events_of_the_host_of_a_room_include_its_members()
    {
        var room = Add(RoomSession.Start("lobby", 0, new ChatOptions { Handle = "Host" }, bindAddress: IPAddress.Loopback));
        Subscribe(room);
        var member = Add(RoomMemberSession.Connect("127.0.0.1", room.Port, "lobby", new ChatOptions { Handle = "Ann" }));
        Subscribe(member);
        AssertEvents(["connected Ann", "connected lobby"], inOrder: false);
        member.Send("hello");
        AssertEvents("Ann: hello");
        room.Send("welcome");
        AssertEvents("Host: welcome");
        member.Dispose();
        AssertEvents(["disconnected Ann", "disconnected lobby", "closed"], inOrder: false);
    }

    [Fact]
    public void Ten_thousand_messages_are_raised_in_order()
    {
        var server = StartServer();
        var client = Connect(server, "Chris");
        var received = new List<string>();
        using var all = new ManualResetEventSlim();
        server.MessageReceived += (_, e) =>
        {
            received.Add(e.Message.Text);
            if (received.Count == 10_000)
                all.Set();
        };
        for (var i = 0; i < 10_000; i++)
            client.Send(i.ToString(CultureInfo.InvariantCulture));
        Assert.True(all.Wait(TimeSpan.FromSeconds(60)));
        Assert.Equal(Enumerable.Range(0, 10_000).Select(i => i.ToString(CultureInfo.InvariantCulture)), received);
    }

    [Fact]
    public async Task Messages_are_not_lost_while_subscribers_come_and_go()
    {
        var server = StartServer();
        var client = Connect(server, "Chris");
        var received = new List<int>();
        EventHandler<ChatMessageEventArgs> add = (_, e) => received.Add(int.Parse(e.Message.Text, CultureInfo.InvariantCulture));
        var sending = Task.Run(() =>
        {
            for (var i = 0; i < 2_000; i++)
                client.Send(i.ToString(CultureInfo.InvariantCulture));
        });
        while (!sending.IsCompleted)
        {
            server.MessageReceived += add;
            server.MessageReceived -= add;
            if (server.TryReceive(TimeSpan.FromMilliseconds(5), waitOnOwnTurn: true).Message is { } message)
                received.Add(int.Parse(message.Text, CultureInfo.InvariantCulture));
        }
        await sending;
        while (server.TryReceive(TimeSpan.FromMilliseconds(500), waitOnOwnTurn: true).Message is { } message)
            received.Add(int.Parse(message.Text, CultureInfo.InvariantCulture));
        Assert.Equal(Enumerable.Range(0, 2_000), received);
    }

    [Fact]
    public void A_message_after_the_subscriber_was_removed_remains_unread_while_the_reader_continues()
    {
        var server = StartServer();
        var client = Connect(server, "Chris");
        EventHandler<ChatMessageEventArgs> subscriber = (_, e) => _events.Add(e.Message.Text);
        server.Closed += (_, _) => { };
        for (var i = 0; i < 20; i++)
        {
            server.MessageReceived += subscriber;
            client.Send("subscribed");
            AssertEvents("subscribed");
            server.MessageReceived -= subscriber;
            client.Send("not subscribed");
            Assert.Equal("not subscribed", server.Receive(Timeout)!.Text);
        }
        Assert.Empty(_events);
    }

    [Fact]
    public void Without_a_subscriber_of_messages_they_remain_unread()
    {
        var server = StartServer();
        var client = Connect(server, "Chris");
        server.PeerConnected += (_, _) => _events.Add("connected");
        client.Closed += (_, _) => _events.Add("closed");
        AssertEvents("connected");
        client.Send("unread");
        server.Send("also unread");
        Assert.Equal("unread", server.Receive(Timeout)!.Text);
        server.Dispose();
        Assert.Equal("also unread", client.Receive(Timeout)!.Text);
        AssertEvents("closed");
    }

    [Fact]
    public void With_a_subscriber_of_messages_no_other_thread_can_receive()
    {
        var server = StartServer();
        EventHandler<ChatMessageEventArgs> subscriber = (_, e) => _events.Add(e.Message.Text);
        server.MessageReceived += subscriber;
        Assert.Equal(ChatErrorReason.EventSubscribed, Assert.Throws<ChatException>(() => server.Receive(Timeout)).Reason);
        server.MessageReceived -= subscriber;
        var client = Connect(server, "Chris");
        client.Send("hello");
        Assert.Equal("hello", server.Receive(Timeout)!.Text);
        Assert.Empty(_events);
    }

    [Fact]
    public void A_subscriber_can_reply_and_unsubscribe()
    {
        var server = StartServer();
        var client = Connect(server, "Chris");
        EventHandler<ChatMessageEventArgs>? subscriber = null;
        subscriber = (sender, e) =>
        {
            server.MessageReceived -= subscriber;
            ((ChatSession)sender!).Send("reply to " + e.Message.Text);
        };
        server.MessageReceived += subscriber;
        client.Send("one");
        Assert.Equal("reply to one", client.Receive(Timeout)!.Text);
        client.Send("two");
        Assert.Equal("two", server.TryReceive(Timeout, waitOnOwnTurn: true).Message?.Text);
    }

    [Fact]
    public void An_exception_of_a_subscriber_is_a_warning_and_the_others_are_called()
    {
        var server = StartServer();
        server.MessageReceived += (_, _) => throw new InvalidOperationException("no luck");
        server.MessageReceived += (_, e) => _events.Add(e.Message.Text);
        var client = Connect(server, "Chris");
        client.Send("one");
        client.Send("two");
        AssertEvents("one", "two");
        Assert.Contains(server.GetTranscript(), e => e.Notice == ChatNoticeKind.Warning && e.Text.EndsWith("no luck", StringComparison.Ordinal));
    }

    private void Subscribe(ChatSession session)
    {
        session.PeerConnected += (_, e) => _events.Add($"connected {e.Peer.Handle}".TrimEnd());
        session.MessageReceived += (_, e) => _events.Add($"{e.Message.From}: {e.Message.Text}");
        session.PeerDisconnected += (_, e) => _events.Add($"disconnected {e.Peer.Handle}");
        session.Closed += (_, _) => _events.Add("closed");
    }

    private void AssertEvents(params string[] expected) => AssertEvents(expected, inOrder: true);

    private void AssertEvents(string[] expected, bool inOrder)
    {
        var actual = expected.Select(_ => _events.TryTake(out var text, Timeout) ? text : "nothing").ToArray();
        // The handle of a peer is not known before its first message.
        if (inOrder)
            Assert.Equal(expected, actual.Select(e => e.StartsWith("connected", StringComparison.Ordinal) ? expected.First(x => e.StartsWith(x, StringComparison.Ordinal)) : e));
        else
            Assert.Equal(expected.Order(StringComparer.Ordinal), actual.Order(StringComparer.Ordinal));
    }

    private ServerSession StartServer() =>
        Add(ServerSession.Start(0, new ChatOptions { Handle = "HostA", TurnOrder = TurnOrder.Free }, IPAddress.Loopback));

    private ClientSession Connect(ServerSession server, string handle) =>
        Add(ClientSession.Connect("127.0.0.1", server.Port, new ChatOptions { Handle = handle, TurnOrder = TurnOrder.Free }));

    private T Add<T>(T session)
        where T : ChatSession
    {
        _sessions.Add(session);
        return session;
    }
}
