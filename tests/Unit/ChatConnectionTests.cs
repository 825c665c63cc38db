using System;
using System.Linq;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using PSPairChat.Connections;
using PSPairChat.Sessions;
using Xunit;

namespace PSPairChat.Unit;

/// <summary>The use of one transport by several threads, for the conversation of a pair and for a member of a room.</summary>
public sealed class ChatConnectionTests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(20);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Dispose_while_another_thread_receives_leaves_the_transport_to_that_thread(bool inRoom)
    {
        var (session, transport, _) = Open(inRoom);
        transport.HoldReceives();
        var receiving = InBackground(() => session.TryReceive(null, waitOnOwnTurn: true));
        transport.WaitForReceive();
        session.Dispose();
        transport.ContinueReceives();
        Assert.Equal(ReceiveOutcome.Ended, (await receiving.WaitAsync(Timeout)).Outcome);
        Assert.Empty(transport.Violations);
        Assert.True(transport.IsDisposed);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Dispose_without_other_threads_disposes_of_the_transport(bool inRoom)
    {
        var (session, transport, _) = Open(inRoom);
        session.Dispose();
        Assert.True(transport.IsDisposed);
        session.Refresh();
        session.Disconnect();
        Assert.Empty(transport.Violations);
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task Close_at_any_moment_uses_the_transport_as_permitted_and_is_reported_once(bool inRoom, bool peerCloses)
    {
        for (var round = 0; round < 8; round++)
        {
            var (session, transport, peer) = Open(inRoom);
            Task[] tasks =
            [
                InBackground(() => RepeatUntilClosed(() => session.Receive(Timeout))),
                InBackground(() => RepeatUntilClosed(() => session.Receive(Timeout))),
                InBackground(() => RepeatUntilClosed(() => session.Send("x"))),
                InBackground(() => RepeatUntilClosed(() => session.Send("y"))),
                InBackground(() =>
                {
                    while (session.State != ChatSessionState.Closed)
                        session.Refresh();
                }),
                InBackground(() =>
                {
                    try
                    {
                        while (true)
                            Send(peer, "Bob> z\n");
                    }
                    catch (ConnectionLostException)
                    {
                        // The session or the test has closed the connection.
                    }
                }),
            ];
            await Task.Delay(2 * round);
            if (peerCloses)
                peer.Dispose();
            else
                session.Dispose();
            await Task.WhenAll(tasks).WaitAsync(Timeout);
            Assert.Empty(transport.Violations);
            Assert.True(transport.IsDisposed);
            Assert.Single(session.DequeueNotices(), n => n.Change == PresenceChange.Departure);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Properties_do_not_use_the_transport_and_add_no_notices(bool inRoom)
    {
        var (session, transport, peer) = Open(inRoom);
        peer.Dispose();
        var (calls, notices) = (transport.Calls, session.GetTranscript().Length);
        Assert.Equal(ChatSessionState.Connected, session.State);
        Assert.NotNull(session.Peer);
        Assert.Null(session.CloseReason);
        _ = (session.Turn, session.MessagesSent, session.MessagesReceived, (session as RoomMemberSession)?.Members);
        Assert.Equal((calls, notices), (transport.Calls, session.GetTranscript().Length));
        session.Refresh();
        Assert.Equal(ChatSessionState.Closed, session.State);
        Assert.Equal(notices, session.GetTranscript().Length);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Refresh_detects_a_close_after_unread_messages_only_when_these_are_read(bool inRoom)
    {
        var (session, _, peer) = Open(inRoom);
        Send(peer, "Bob> one\nBob> two\n");
        peer.ShutdownSend();
        session.Refresh();
        Assert.Equal((ChatSessionState.Connected, 0L), (session.State, session.MessagesReceived));
        Assert.Equal(ChatErrorReason.PeerQuit, Assert.Throws<ChatException>(() => session.Send("x")).Reason);
        Assert.Equal("one", session.Receive(Timeout)!.Text);
        Assert.Equal("two", session.Receive(Timeout)!.Text);
        session.Refresh();
        Assert.Equal((ChatSessionState.Closed, ChatCloseReason.PeerQuit), (session.State, session.CloseReason));
        Assert.Null(session.Receive(Timeout));
        Assert.Equal(ChatErrorReason.SessionClosed, Assert.Throws<ChatException>(() => session.Receive(Timeout)).Reason);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Refresh_does_not_buffer_what_a_peer_sends_without_limit(bool inRoom)
    {
        var (session, transport, peer) = Open(inRoom);
        var line = "Bob> " + new string('x', 500) + "\n";
        var flood = string.Concat(Enumerable.Repeat(line, 8000));
        Send(peer, flood);
        for (var i = 0; i < 100; i++)
            session.Refresh();
        Assert.InRange(transport.BytesReceived, 1, 512 * 1024);
        for (var i = 0; i < 8000; i++)
            Assert.Equal(500, session.Receive(Timeout)!.Text.Length);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Send_over_a_lost_connection_is_an_error_that_loses_nothing_received_before(bool inRoom)
    {
        var (session, transport, peer) = Open(inRoom);
        transport.BeforeSend = () =>
        {
            Send(peer, "Bob> late\n");
            peer.ShutdownSend();
            throw new ConnectionLostException(isTimeout: false, cause: null);
        };
        Assert.Equal(ChatErrorReason.PeerDisconnected, Assert.Throws<ChatException>(() => session.Send("x")).Reason);
        Assert.Equal("late", session.Receive(Timeout)!.Text);
        Assert.Equal(ChatErrorReason.PeerDisconnected, Assert.Throws<ChatException>(() => session.Receive(Timeout)).Reason);
        Assert.Equal((ChatCloseReason.PeerDisconnected, ChatSessionState.Closed), (session.CloseReason, session.State));
        Assert.Equal(["Connection to " + session.CurrentPeer + " lost.", "Connection to " + session.CurrentPeer + " lost: The connection is closed."],
            session.DequeueNotices().TakeLast(2).Select(n => n.Text));
    }

    [Theory]
    [InlineData(false, false, ChatCloseReason.PeerDisconnected)]
    [InlineData(false, true, ChatCloseReason.TimedOut)]
    [InlineData(true, false, ChatCloseReason.PeerDisconnected)]
    [InlineData(true, true, ChatCloseReason.TimedOut)]
    public void CloseReason_of_a_peer_that_stopped_responding_is_TimedOut(bool inRoom, bool isTimeout, ChatCloseReason expected)
    {
        var (session, transport, _) = Open(inRoom);
        transport.BeforeReceive = () => throw new ConnectionLostException(isTimeout, cause: null);
        Assert.Equal(ChatErrorReason.PeerDisconnected, Assert.Throws<ChatException>(() => session.TryReceive(Timeout, true).GetMessageOrThrow(Timeout)).Reason);
        Assert.Equal(expected, session.CloseReason);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Sequence_numbers_of_two_threads_are_unique_and_in_the_order_of_the_transcript(int senders)
    {
        const int Count = 2000;
        var (session, _, peer) = Open(inRoom: false);
        Send(peer, string.Concat(Enumerable.Repeat("Bob> z\n", Count)));
        var sending = Enumerable.Range(0, senders).Select(_ => InBackground(() =>
        {
            for (var i = 0; i < Count; i++)
                session.Send("x");
        }));
        var receiving = InBackground(() =>
        {
            for (var i = 0; i < Count; i++)
                Assert.NotNull(session.Receive(Timeout));
        });
        await Task.WhenAll([.. sending, receiving]).WaitAsync(Timeout);
        var messages = session.GetTranscript().Where(e => e.Sequence is not null).Select(e => e.Sequence!.Value);
        Assert.Equal(Enumerable.Range(1, Count * (senders + 1)).Select(i => (long)i), messages);
    }

    [Fact]
    public void Notices_that_nothing_reads_are_limited_to_the_latest_1000()
    {
        var (session, _, _) = Open(inRoom: false);
        for (var i = 0; i < 1500; i++)
            session.AddNotice(ChatNoticeKind.Lifecycle, $"{i}");
        Assert.Equal(Enumerable.Range(500, 1000).Select(i => $"{i}"), session.DequeueNotices().Select(n => n.Text));
    }

    [Fact]
    public void Joining_a_room_over_a_connection_that_is_lost_while_the_nickname_is_sent_fails()
    {
        var (own, peer) = InMemoryConnection.CreatePair();
        Send(peer, "HELLO lobby: Enter a nickname.\n");
        var transport = new MonitoredConnection(own)
        {
            BeforeSend = () =>
            {
                peer.ShutdownSend();
                throw new ConnectionLostException(isTimeout: false, cause: null);
            },
        };
        Assert.Equal(ChatErrorReason.ConnectFailed, Assert.Throws<ChatException>(() => Join(transport)).Reason);
        Assert.True(transport.IsDisposed);
    }

    private static (ChatSession Session, MonitoredConnection Transport, InMemoryConnection Peer) Open(bool inRoom)
    {
        var (own, peer) = InMemoryConnection.CreatePair();
        var transport = new MonitoredConnection(own);
        if (!inRoom)
            return (ClientSession.FromConnection(transport, CreateOptions()), transport, peer);
        Send(peer, "HELLO lobby: Enter a nickname.\nREADY Ann: Welcome.\n* Members: host\n");
        return (Join(transport), transport, peer);
    }

    private static RoomMemberSession Join(TransportConnection transport) => RoomMemberSession.FromConnection(
        transport, "memory", 0, "lobby", CreateOptions(), RoomDialect.Text, Deadline.After(Timeout), CancellationToken.None);

    private static ChatOptions CreateOptions() => new() { Handle = "Ann", TurnOrder = TurnOrder.Free };

    private static void Send(TransportConnection connection, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        connection.Send(bytes, 0, bytes.Length);
    }

    private static void RepeatUntilClosed(Func<ChatMessage?> action)
    {
        try
        {
            while (action() is not null)
            {
                // Until the conversation ends.
            }
        }
        catch (ChatException e) when (e.Reason is ChatErrorReason.SessionClosed or ChatErrorReason.PeerQuit or ChatErrorReason.PeerDisconnected)
        {
            // The conversation has ended.
        }
    }

    private static Task InBackground(Action action) =>
        Task.Factory.StartNew(action, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private static Task<T> InBackground<T>(Func<T> function) =>
        Task.Factory.StartNew(function, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
}
