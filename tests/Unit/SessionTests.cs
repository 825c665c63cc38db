using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Xunit;

namespace PSPairChat.Unit;

public class SessionTests : IDisposable
{
    /// <summary>Gets how the sessions connect.</summary>
    private protected virtual TestTransport Transport => TestTransport.Tcp;

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(20);
    private readonly List<ChatSession> _sessions = [];

    public void Dispose()
    {
        GC.SuppressFinalize(this);
        foreach (var session in _sessions)
            session.Dispose();
    }

    [Fact]
    public void Ends_of_a_pair_take_turns_and_learn_the_handle_of_the_peer()
    {
        var (server, client) = ConnectPair();
        Assert.Equal((ChatTurn.Mine, ChatTurn.Theirs), (client.Turn, server.Turn));
        var sent = client.Send("test")!;
        Assert.Equal(("Chris", "test", true, 1L), (sent.From, sent.Text, sent.IsMine, sent.Sequence));
        var received = server.Receive(Timeout)!;
        Assert.Equal(("Chris", "test", false, "Chris> test"), (received.From, received.Text, received.IsMine, received.ToString()));
        Assert.Equal("Chris", server.Peer!.Handle);
        Assert.Equal((ChatTurn.Theirs, ChatTurn.Mine), (client.Turn, server.Turn));
        AssertThrows(ChatErrorReason.NotYourTurn, () => client.Send("again"));
        server.Send("hello");
        Assert.Equal("hello", client.Receive(Timeout)!.Text);
        Assert.Equal((1L, 1L, 1L, 1L), (client.MessagesSent, client.MessagesReceived, server.MessagesSent, server.MessagesReceived));
        Assert.Equal("HostA", client.Peer!.Handle);
    }

    [Fact]
    public void Receive_on_own_turn_with_nothing_unread_throws_YourTurn()
    {
        var (_, client) = ConnectPair();
        AssertThrows(ChatErrorReason.YourTurn, () => client.Receive());
        Assert.Equal(ReceiveOutcome.TimedOut, client.TryReceive(TimeSpan.FromMilliseconds(20), waitOnOwnTurn: true).Outcome);
    }

    [Theory]
    [InlineData("x")]
    [InlineData("\U0001F600")]
    public void Message_of_the_maximum_length_is_received(string character)
    {
        var server = Transport.StartServer(0, new ChatOptions { Handle = "HostA", MaxMessageLength = ChatOptions.MessageLengthLimit });
        _sessions.Add(server);
        var client = TestTransport.Connect(
            "127.0.0.1", server.Port, new ChatOptions { Handle = "Chris", MaxMessageLength = ChatOptions.MessageLengthLimit });
        _sessions.Add(client);
        var text = string.Concat(Enumerable.Repeat(character, ChatOptions.MessageLengthLimit));
        var sending = Task.Run(() => client.Send(text));
        Assert.Equal(text, server.Receive(Timeout)!.Text);
        Assert.NotNull(sending.Result);
        var options = new ChatOptions { Handle = "Chris", MaxMessageLength = ChatOptions.MessageLengthLimit + 1 };
        Assert.Contains("16000", Assert.Throws<ArgumentOutOfRangeException>(() => Transport.StartServer(0, options)).Message);
    }

    [Fact]
    public void Receive_that_times_out_throws_and_the_session_stays_open()
    {
        var (server, client) = ConnectPair();
        client.Send("test");
        AssertThrows(ChatErrorReason.ReceiveTimedOut, () => client.Receive(TimeSpan.FromMilliseconds(120)));
        server.Receive(Timeout);
        server.Send("late");
        Assert.Equal("late", client.Receive(Timeout)!.Text);
    }

    [Fact]
    public void Receive_that_is_canceled_returns_at_once_and_the_session_stays_open()
    {
        var (server, client) = ConnectPair();
        client.Send("test");
        using var stop = new CancellationTokenSource(100);
        var watch = Stopwatch.StartNew();
        Assert.ThrowsAny<OperationCanceledException>(() => client.Receive(null, stop.Token));
        Assert.InRange(watch.ElapsedMilliseconds, 90, 5000);
        server.Receive(Timeout);
        server.Send("on");
        Assert.Equal("on", client.Receive(Timeout)!.Text);
        using var stopServer = new CancellationTokenSource(100);
        Assert.ThrowsAny<OperationCanceledException>(() => server.Receive(null, stopServer.Token));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Quit_from_either_end_closes_the_conversation_and_the_server_accepts_the_next_client(bool clientQuits)
    {
        var (server, client) = ConnectPair();
        client.Send("hi");
        server.Receive(Timeout);
        ChatSession quitter = clientQuits ? client : server, other = clientQuits ? server : client;
        Assert.Null(quitter.Send("\\quit"));
        Assert.Null(other.Receive(Timeout));
        Assert.Equal((clientQuits ? ChatCloseReason.LocalQuit : ChatCloseReason.PeerQuit, clientQuits ? ChatCloseReason.PeerQuit : ChatCloseReason.LocalQuit),
            (client.CloseReason, server.CloseReason));
        Assert.Equal((ChatSessionState.Closed, ChatSessionState.Listening), (client.State, server.State));
        AssertThrows(ChatErrorReason.SessionClosed, () => client.Send("more"));
        AssertThrows(ChatErrorReason.SessionClosed, () => client.Receive());
        AssertThrows(ChatErrorReason.NoPeer, () => server.Send("more"));
        ExchangeMessages(server, Connect(server.Port, "Bob"));
    }

    [Fact]
    public void Server_serves_a_hundred_clients_one_after_another()
    {
        var server = StartServer();
        for (var i = 0; i < 100; i++)
        {
            var client = Connect(server.Port, "C" + i);
            ExchangeMessages(server, client);
            client.Disconnect();
            Assert.Null(server.Receive(Timeout));
        }
    }

    [Fact]
    public void Client_that_connects_during_a_conversation_is_accepted_next()
    {
        var server = StartServer();
        var first = Connect(server.Port, "Ann");
        var second = Connect(server.Port, "Bob");
        second.Send("me too");
        ExchangeMessages(server, first);
        first.Disconnect();
        Assert.Null(server.Receive(Timeout));
        Assert.Equal("Bob> me too", server.Receive(Timeout)!.ToString());
    }

    [Fact]
    public void Complete_messages_are_delivered_before_the_end()
    {
        var (server, client) = ConnectPair(TurnOrder.Free);
        client.Send("one");
        client.Send("two");
        client.Disconnect();
        Assert.Equal(["one", "two"], new[] { server.Receive(Timeout)!.Text, server.Receive(Timeout)!.Text });
        Assert.Null(server.Receive(Timeout));
    }

    [Fact]
    public void Send_to_a_peer_that_has_left_throws_and_loses_no_unread_message()
    {
        var server = StartServer();
        using var raw = new RawPeer(server.Port);
        raw.Send("Chris> one\nChris> two\n\\quit\n");
        Assert.Equal("one", server.Receive(Timeout)!.Text);
        raw.Dispose();
        WaitFor(() => GetErrorReason(() => server.Send("answer")) == ChatErrorReason.PeerQuit);
        Assert.Equal("two", server.Receive(Timeout)!.Text);
        Assert.Null(server.Receive(Timeout));
        Assert.Equal(ChatSessionState.Listening, server.State);
    }

    [Fact]
    public void End_of_a_conversation_is_reported_exactly_once()
    {
        var (server, client) = ConnectPair();
        ExchangeMessages(server, client);
        client.Disconnect();
        WaitForState(server, ChatSessionState.Listening);
        Assert.Null(server.Receive(Timeout));
        AssertThrows(ChatErrorReason.ReceiveTimedOut, () => server.Receive(TimeSpan.FromMilliseconds(50)));
    }

    [Fact]
    public void Client_whose_server_has_left_is_closed_after_a_refresh_and_then_receives_the_end()
    {
        var (server, client) = ConnectPair();
        server.Disconnect();
        server.Dispose();
        // The connection is closed once the server has accepted it.
        WaitForState(client, ChatSessionState.Closed);
        Assert.Null(client.Receive(Timeout));
        AssertThrows(ChatErrorReason.SessionClosed, () => client.Receive());
    }

    [Fact]
    public void Quit_out_of_turn_closes_the_conversation()
    {
        var (server, client) = ConnectPair();
        server.Send("\\quit");
        Assert.Null(server.Peer);
        AssertThrows(ChatErrorReason.PeerQuit, () => SendAfterClose(client));
    }

    [Fact]
    public void Free_turn_order_lets_both_ends_send_at_any_time()
    {
        var (server, client) = ConnectPair(TurnOrder.Free);
        server.Send("a");
        server.Send("b");
        client.Send("c");
        Assert.Equal("ab", client.Receive(Timeout)!.Text + client.Receive(Timeout)!.Text);
        Assert.Equal("c", server.Receive(Timeout)!.Text);
    }

    [Fact]
    public void Send_at_a_server_without_a_client_throws()
    {
        var server = StartServer();
        AssertThrows(ChatErrorReason.NotYourTurn, () => server.Send("x"));
        Assert.Null(server.Peer);
        var freeServer = StartServer(new ChatOptions { Handle = "HostA", TurnOrder = TurnOrder.Free });
        AssertThrows(ChatErrorReason.NoPeer, () => freeServer.Send("x"));
    }

    [Fact]
    public void Send_of_an_invalid_message_throws_and_sends_nothing()
    {
        var (server, client) = ConnectPair();
        AssertThrows(ChatErrorReason.MessageEmpty, () => client.Send(""));
        AssertThrows(ChatErrorReason.MessageTooLong, () => client.Send(new string('x', 501)));
        AssertThrows(ChatErrorReason.MessageInvalid, () => client.Send("a\nb"));
        client.Send(new string('x', 500));
        Assert.Equal(500, server.Receive(Timeout)!.Text.Length);
    }

    [Theory]
    [InlineData("Chris B")]
    [InlineData("01234567890")]
    [InlineData("")]
    public void Invalid_handle_throws_before_anything_is_opened(string handle)
    {
        AssertThrows(ChatErrorReason.HandleInvalid, () => Transport.StartServer(0, new ChatOptions { Handle = handle }));
        AssertThrows(ChatErrorReason.HandleInvalid, () => TestTransport.Connect("127.0.0.1", 1, new ChatOptions { Handle = handle }));
    }

    [Fact]
    public void Person_with_a_bare_connection_can_chat()
    {
        var server = StartServer();
        using var person = new RawPeer(server.Port);
        person.Send("hello\r\n");
        var received = server.Receive(Timeout)!;
        Assert.Equal(("hello", "127.0.0.1"), (received.Text, received.From));
        server.Send("welcome");
        Assert.Equal("HostA> welcome\n", person.ReceiveText("HostA> welcome\n".Length));
        person.Send("a > b and c>d\n");
        Assert.Equal("a > b and c>d", server.Receive(Timeout)!.Text);
        person.Send("\\quit\r\n");
        Assert.Null(server.Receive(Timeout));
    }

    [Fact]
    public void Reset_within_a_line_is_an_error_that_loses_no_complete_message()
    {
        var server = StartServer();
        using (var peer = new RawPeer(server.Port))
        {
            peer.Send("Chris> one\nChris> tw");
            Assert.Equal("one", server.Receive(Timeout)!.Text);
            peer.Reset();
        }
        AssertThrows(ChatErrorReason.PeerDisconnected, () => server.Receive(Timeout));
        Assert.Equal((ChatCloseReason.PeerDisconnected, ChatSessionState.Listening), (server.CloseReason, server.State));
        ExchangeMessages(server, Connect(server.Port, "Bob"));
    }

    [Fact]
    public void Invalid_bytes_are_received_as_replacement_characters()
    {
        var server = StartServer();
        using var raw = new RawPeer(server.Port);
        raw.Send([.. "Chris> a"u8, 0xFF, 0xC3, .. "b\n"u8]);
        Assert.Equal("a\uFFFD\uFFFDb", server.Receive(Timeout)!.Text);
    }

    [Fact]
    public async Task Line_without_an_end_closes_the_conversation_and_memory_stays_flat()
    {
        var server = StartServer();
        using var raw = new RawPeer(server.Port);
        var flood = InBackground(() => raw.Flood(64 * 1024 * 1024));
        var before = GC.GetAllocatedBytesForCurrentThread();
        AssertThrows(ChatErrorReason.LineTooLong, () => server.Receive(Timeout));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1024 * 1024);
        Assert.Equal((ChatCloseReason.ProtocolError, ChatSessionState.Listening), (server.CloseReason, server.State));
        await flood.WaitAsync(Timeout);
        ExchangeMessages(server, Connect(server.Port, "Bob"));
    }

    [Fact]
    public void Received_line_may_be_longer_than_the_limit_for_sending()
    {
        var server = StartServer();
        using var raw = new RawPeer(server.Port);
        raw.Send("Chris> " + new string('x', 60_000) + "\n");
        Assert.Equal(60_000, server.Receive(Timeout)!.Text.Length);
    }

    [Fact]
    public async Task Two_threads_that_receive_share_the_messages_and_lose_none()
    {
        var (server, client) = ConnectPair(TurnOrder.Free);
        const int Messages = 2000;
        var received = new List<string>();
        var readers = Enumerable.Range(0, 2).Select(_ => InBackground(() =>
        {
            while (server.Receive(Timeout) is { } message)
            {
                lock (received)
                    received.Add(message.Text);
            }
        })).ToArray();
        var writers = Enumerable.Range(0, 2).Select(w => InBackground(() =>
        {
            for (var i = 0; i < Messages; i++)
                client.Send($"{w}:{i}");
        })).ToArray();
        await Task.WhenAll(writers).WaitAsync(Timeout);
        client.Disconnect();
        await Task.WhenAny(readers).WaitAsync(Timeout);
        server.Dispose();
        await Task.WhenAll(readers.Select(r => r.ContinueWith(_ => { }, TaskScheduler.Default))).WaitAsync(Timeout);
        Assert.Equal(2 * Messages, received.Distinct().Count());
        Assert.Equal(2 * Messages, received.Count);
    }

    [Fact]
    public async Task Dispose_ends_every_wait_and_can_be_repeated()
    {
        var (server, client) = ConnectPair();
        client.Send("x");
        server.Receive(Timeout);
        using var begun = new CountdownEvent(2);
        var waits = new ChatSession[] { client, server }.Select(session => InBackground(() =>
        {
            begun.Signal();
            // The session is closed before the wait or during the wait.
            Assert.True(GetErrorReason(() => Assert.Equal(ReceiveOutcome.Ended, session.TryReceive(null, waitOnOwnTurn: true).Outcome)) is null or ChatErrorReason.SessionClosed);
        })).ToArray();
        Assert.True(begun.Wait(Timeout));
        client.Dispose();
        client.Dispose();
        server.Dispose();
        server.Dispose();
        await Task.WhenAll(waits).WaitAsync(Timeout);
        Assert.Equal((ChatSessionState.Closed, ChatSessionState.Closed), (client.State, server.State));
        Assert.Equal((ChatCloseReason.Stopped, ChatCloseReason.Stopped), (client.CloseReason, server.CloseReason));
    }

    [Fact]
    public async Task Dispose_at_any_moment_ends_a_busy_conversation()
    {
        for (var i = 0; i < 30; i++)
        {
            var (server, client) = ConnectPair(TurnOrder.Free);
            var busy = new ChatSession[] { server, client }.SelectMany(s => new[]
            {
                InBackground(() => RepeatUntilClosed(() => s.Send("x"))),
                InBackground(() => RepeatUntilClosed(() => s.Receive(Timeout))),
            }).ToArray();
            await Task.Delay(i);
            (i % 2 == 0 ? (ChatSession)server : client).Dispose();
            (i % 2 == 0 ? (ChatSession)client : server).Dispose();
            await Task.WhenAll(busy).WaitAsync(Timeout);
        }
    }

    [Fact]
    public async Task Dispose_of_a_server_informs_the_connected_client()
    {
        var (server, client) = ConnectPair();
        ExchangeMessages(server, client);
        var waiting = InBackground(() => client.TryReceive(Timeout, waitOnOwnTurn: true));
        server.Dispose();
        var result = await waiting.WaitAsync(Timeout);
        Assert.Equal(ReceiveOutcome.Ended, result.Outcome);
        Assert.Null(result.Error);
        AssertThrows(ChatErrorReason.ConnectFailed, () => Connect(server.Port, "Bob"));
    }

    [Fact]
    public void Notices_report_connections_and_departures_in_order()
    {
        var (server, client) = ConnectPair();
        ExchangeMessages(server, client);
        client.Disconnect();
        server.Receive(Timeout);
        Assert.Equal([$"Listening on {server.HostName}:{server.Port}.", $"Established connection with {client.LocalEndPoint}",
            "Chris speaks the dialect Line: the first message ends with a line feed and has a handle and '> ' before the text.", "Chris has left."], server.DequeueNoticeTexts().Where(n => !n.StartsWith("Encrypted", StringComparison.Ordinal)));
        Assert.Equal([$"Connected to 127.0.0.1:{server.Port}.",
            "HostA speaks the dialect Line: the first message ends with a line feed and has a handle and '> ' before the text.", "Disconnected."], client.DequeueNoticeTexts());
    }

    [Fact]
    public void Peer_that_closes_without_quit_has_left_and_its_unterminated_line_is_delivered()
    {
        var server = StartServer();
        using (var raw = new RawPeer(server.Port))
            raw.Send("hello and goodbye");
        Assert.Equal("hello and goodbye", server.Receive(Timeout)!.Text);
        Assert.Null(server.Receive(Timeout));
        Assert.Equal(ChatCloseReason.PeerQuit, server.CloseReason);
    }

    [Fact]
    public void Disconnect_with_unread_data_does_not_reset_the_connection()
    {
        var server = StartServer();
        using var raw = new RawPeer(server.Port);
        raw.Send("Chris> one\nChris> two\nChris> three\n");
        server.Receive(Timeout);
        server.Disconnect();
        // After a reset, this would throw.
        Assert.Equal("\\quit\n", raw.ReceiveToEnd());
    }

    private ServerSession StartServer(ChatOptions? options = null)
    {
        var server = Transport.StartServer(0, options ?? new ChatOptions { Handle = "HostA" }, IPAddress.Loopback);
        _sessions.Add(server);
        return server;
    }

    private ClientSession Connect(int port, string handle, TurnOrder order = TurnOrder.Alternate)
    {
        var client = TestTransport.Connect("127.0.0.1", port, new ChatOptions { Handle = handle, TurnOrder = order });
        _sessions.Add(client);
        return client;
    }

    private (ServerSession Server, ClientSession Client) ConnectPair(TurnOrder order = TurnOrder.Alternate)
    {
        var server = StartServer(new ChatOptions { Handle = "HostA", TurnOrder = order });
        var client = Connect(server.Port, "Chris", order);
        WaitFor(() => server.Peer is not null);
        return (server, client);
    }

    private static void ExchangeMessages(ServerSession server, ClientSession client)
    {
        client.Send("ping from " + client.Handle);
        Assert.Equal("ping from " + client.Handle, server.Receive(Timeout)!.Text);
        server.Send("pong");
        Assert.Equal("pong", client.Receive(Timeout)!.Text);
    }

    // On a dedicated thread: the accept needs the threads of the pool.
    private static Task InBackground(Action action) =>
        Task.Factory.StartNew(action, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private static Task<T> InBackground<T>(Func<T> function) =>
        Task.Factory.StartNew(function, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private static void SendAfterClose(ClientSession client)
    {
        // Before the close, the error would be NotYourTurn.
        WaitForState(client, ChatSessionState.Closed);
        client.Send("x");
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
        catch (ChatException e) when (e.Reason is ChatErrorReason.SessionClosed or ChatErrorReason.PeerQuit or ChatErrorReason.PeerDisconnected or ChatErrorReason.NoPeer)
        {
            // The conversation has ended.
        }
    }

    private static ChatErrorReason? GetErrorReason(Action action)
    {
        try
        {
            action();
            return null;
        }
        catch (ChatException e)
        {
            return e.Reason;
        }
    }

    private static void AssertThrows(ChatErrorReason reason, Action action) => Assert.Equal(reason, Assert.Throws<ChatException>(action).Reason);

    private static void AssertThrows(ChatErrorReason reason, Func<object?> action) => AssertThrows(reason, () => { action(); });

    private static void WaitForState(ChatSession session, ChatSessionState state) => WaitFor(() =>
    {
        session.Refresh();
        return session.State == state;
    });

    private static void WaitFor(Func<bool> condition) => Assert.True(SpinWait.SpinUntil(condition, Timeout));

    /// <summary>A bare socket.</summary>
    private sealed class RawPeer : IDisposable
    {
        private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, ReceiveTimeout = 20_000 };

        private readonly Stream _stream;

        public RawPeer(int port)
        {
            _socket.Connect(IPAddress.Loopback, port);
            _stream = TestTransport.OpenStream(_socket);
        }

        public void Send(string text) => Send(Encoding.UTF8.GetBytes(text));

        public void Send(byte[] bytes) => _stream.Write(bytes);

        public string ReceiveText(int count)
        {
            var bytes = new byte[count];
            for (var got = 0; got < count;)
                got += _stream.Read(bytes, got, count - got) is var n and > 0 ? n : throw new EndOfStreamException();
            return Encoding.UTF8.GetString(bytes);
        }

        public string ReceiveToEnd()
        {
            var text = new StringBuilder();
            var bytes = new byte[1000];
            while (_stream.Read(bytes) is var n and > 0)
                text.Append(Encoding.UTF8.GetString(bytes, 0, n));
            return text.ToString();
        }

        public void Flood(int count)
        {
            var bytes = new byte[64 * 1024];
            Array.Fill(bytes, (byte)'x');
            try
            {
                for (; count > 0; count -= bytes.Length)
                    _stream.Write(bytes);
            }
            catch (IOException)
            {
                // The server closes the connection.
            }
        }

        public void Reset()
        {
            _socket.LingerState = new LingerOption(true, 0);
            _socket.Dispose();
        }

        public void Dispose()
        {
            try
            {
                if (_socket.Connected)
                    (_stream as SslStream)?.ShutdownAsync().GetAwaiter().GetResult();
            }
            catch (IOException)
            {
                // The server has closed the connection.
            }
            _socket.Dispose();
        }
    }
}
