using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using PSPairChat.Connections;
using Xunit;

namespace PSPairChat.Unit;

public sealed class SessionTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly List<ChatSession> _sessions = [];

    public void Dispose()
    {
        foreach (var session in _sessions)
            session.Dispose();
    }

    [Fact]
    public void A_pair_alternates_and_each_end_knows_the_other()
    {
        var (server, client) = Pair();
        Assert.Equal((ChatTurn.Mine, ChatTurn.Theirs), (client.Turn, server.Turn));
        var sent = client.Send("test")!;
        Assert.Equal(("Chris", "test", true, 1L), (sent.From, sent.Text, sent.IsMine, sent.Sequence));
        var received = server.Receive(Patience)!;
        Assert.Equal(("Chris", "test", false, "Chris> test"), (received.From, received.Text, received.IsMine, received.ToString()));
        Assert.Equal("Chris", server.Peer!.Handle);
        Assert.Equal((ChatTurn.Theirs, ChatTurn.Mine), (client.Turn, server.Turn));
        Fails(ChatErrorReason.NotYourTurn, () => client.Send("again"));
        server.Send("hello");
        Assert.Equal("hello", client.Receive(Patience)!.Text);
        Assert.Equal((1L, 1L, 1L, 1L), (client.MessagesSent, client.MessagesReceived, server.MessagesSent, server.MessagesReceived));
        Assert.Equal("HostA", client.Peer!.Handle);
    }

    [Fact]
    public void Waiting_for_what_cannot_come_is_an_error()
    {
        var (_, client) = Pair();
        Fails(ChatErrorReason.YourTurn, () => client.Receive());
        Assert.Equal(ReceiveOutcome.TimedOut, client.TryReceive(TimeSpan.FromMilliseconds(20), waitOnOwnTurn: true).Outcome);
    }

    [Fact]
    public void A_time_out_is_an_error_after_which_the_session_goes_on()
    {
        var (server, client) = Pair();
        client.Send("test");
        Fails(ChatErrorReason.ReceiveTimedOut, () => client.Receive(TimeSpan.FromMilliseconds(120)));
        server.Receive(Patience);
        server.Send("late");
        Assert.Equal("late", client.Receive(Patience)!.Text);
    }

    [Fact]
    public void A_stopped_wait_comes_back_at_once_and_the_session_goes_on()
    {
        var (server, client) = Pair();
        client.Send("test");
        using var stop = new CancellationTokenSource(100);
        var watch = Stopwatch.StartNew();
        Assert.ThrowsAny<OperationCanceledException>(() => client.Receive(null, stop.Token));
        Assert.InRange(watch.ElapsedMilliseconds, 90, 5000);
        server.Receive(Patience);
        server.Send("on");
        Assert.Equal("on", client.Receive(Patience)!.Text);
        using var stopServer = new CancellationTokenSource(100);
        Assert.ThrowsAny<OperationCanceledException>(() => server.Receive(null, stopServer.Token));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Quit_from_either_end_closes_and_the_server_takes_the_next(bool clientQuits)
    {
        var (server, client) = Pair();
        client.Send("hi");
        server.Receive(Patience);
        ChatSession quitter = clientQuits ? client : server, other = clientQuits ? server : client;
        Assert.Null(quitter.Send("\\quit"));
        Assert.Null(other.Receive(Patience));
        Assert.Equal((clientQuits ? ChatCloseReason.LocalQuit : ChatCloseReason.PeerQuit, clientQuits ? ChatCloseReason.PeerQuit : ChatCloseReason.LocalQuit),
            (client.CloseReason, server.CloseReason));
        Assert.Equal((ChatSessionState.Closed, ChatSessionState.Listening), (client.State, server.State));
        Fails(ChatErrorReason.SessionClosed, () => client.Send("more"));
        Fails(ChatErrorReason.SessionClosed, () => client.Receive());
        Fails(ChatErrorReason.NoPeer, () => server.Send("more"));
        Talk(server, Connect(server.Port, "Bob"));
    }

    [Fact]
    public void A_hundred_clients_are_served_one_after_another()
    {
        var server = Serve();
        for (var i = 0; i < 100; i++)
        {
            var client = Connect(server.Port, "C" + i);
            Talk(server, client);
            client.Disconnect();
            Assert.Null(server.Receive(Patience));
        }
    }

    [Fact]
    public void Who_calls_meanwhile_waits_and_is_taken_next()
    {
        var server = Serve();
        var first = Connect(server.Port, "Ann");
        var second = Connect(server.Port, "Bob");
        second.Send("me too");
        Talk(server, first);
        first.Disconnect();
        Assert.Null(server.Receive(Patience));
        Assert.Equal("Bob> me too", server.Receive(Patience)!.ToString());
    }

    [Fact]
    public void What_was_received_whole_is_delivered_before_the_end()
    {
        var (server, client) = Pair(TurnOrder.Free);
        client.Send("one");
        client.Send("two");
        client.Disconnect();
        Assert.Equal(["one", "two"], new[] { server.Receive(Patience)!.Text, server.Receive(Patience)!.Text });
        Assert.Null(server.Receive(Patience));
    }

    [Fact]
    public void Sending_to_a_peer_who_has_left_says_so_and_loses_nothing_that_was_said()
    {
        var server = Serve();
        using var raw = new RawPeer(server.Port);
        raw.Send("Chris> one\nChris> two\n\\quit\n");
        Assert.Equal("one", server.Receive(Patience)!.Text);
        raw.Dispose();
        WaitFor(() => Reason(() => server.Send("answer")) == ChatErrorReason.PeerQuit);
        Assert.Equal("two", server.Receive(Patience)!.Text);
        Assert.Null(server.Receive(Patience));
        Assert.Equal(ChatSessionState.Listening, server.State);
    }

    [Fact]
    public void The_end_of_a_talk_is_told_once_and_never_skipped()
    {
        var (server, client) = Pair();
        Talk(server, client);
        client.Disconnect();
        WaitForState(server, ChatSessionState.Listening);
        Assert.Null(server.Receive(Patience));
        Fails(ChatErrorReason.ReceiveTimedOut, () => server.Receive(TimeSpan.FromMilliseconds(50)));
    }

    [Fact]
    public void A_client_whose_server_has_left_is_closed_before_it_has_read_so_and_then_reads_the_end()
    {
        var (server, client) = Pair();
        server.Disconnect();
        server.Dispose();
        // The server hangs up only on whom it has accepted.
        WaitForState(client, ChatSessionState.Closed);
        Assert.Null(client.Receive(Patience));
        Fails(ChatErrorReason.SessionClosed, () => client.Receive());
    }

    [Fact]
    public void Out_of_turn_a_quit_is_heard_all_the_same()
    {
        var (server, client) = Pair();
        server.Send("\\quit");
        Assert.Null(server.Peer);
        Fails(ChatErrorReason.PeerQuit, () => SendUntilRefused(client));
    }

    [Fact]
    public void In_a_free_talk_both_speak_when_they_like()
    {
        var (server, client) = Pair(TurnOrder.Free);
        server.Send("a");
        server.Send("b");
        client.Send("c");
        Assert.Equal("ab", client.Receive(Patience)!.Text + client.Receive(Patience)!.Text);
        Assert.Equal("c", server.Receive(Patience)!.Text);
    }

    [Fact]
    public void A_fresh_server_waits_for_the_client_to_begin()
    {
        var server = Serve();
        Fails(ChatErrorReason.NotYourTurn, () => server.Send("x"));
        Assert.Null(server.Peer);
        var free = Serve(new ChatOptions { Handle = "HostA", TurnOrder = TurnOrder.Free });
        Fails(ChatErrorReason.NoPeer, () => free.Send("x"));
    }

    [Fact]
    public void Bad_messages_are_refused_and_nothing_is_sent()
    {
        var (server, client) = Pair();
        Fails(ChatErrorReason.MessageEmpty, () => client.Send(""));
        Fails(ChatErrorReason.MessageTooLong, () => client.Send(new string('x', 501)));
        Fails(ChatErrorReason.MessageInvalid, () => client.Send("a\nb"));
        client.Send(new string('x', 500));
        Assert.Equal(500, server.Receive(Patience)!.Text.Length);
    }

    [Theory]
    [InlineData("Chris B")]
    [InlineData("01234567890")]
    [InlineData("")]
    public void A_bad_handle_is_refused_before_anything_is_opened(string handle)
    {
        Fails(ChatErrorReason.HandleInvalid, () => ServerSession.Start(0, new ChatOptions { Handle = handle }));
        Fails(ChatErrorReason.HandleInvalid, () => ClientSession.Connect("127.0.0.1", 1, new ChatOptions { Handle = handle }));
    }

    [Fact]
    public void A_person_without_a_client_is_understood_and_understands()
    {
        var server = Serve();
        using var person = new RawPeer(server.Port);
        person.Send("hello\r\n");
        var heard = server.Receive(Patience)!;
        Assert.Equal(("hello", "127.0.0.1"), (heard.Text, heard.From));
        server.Send("welcome");
        Assert.Equal("HostA> welcome\n", person.ReceiveText("HostA> welcome\n".Length));
        person.Send("a > b and c>d\n");
        Assert.Equal("a > b and c>d", server.Receive(Patience)!.Text);
        person.Send("\\quit\r\n");
        Assert.Null(server.Receive(Patience));
    }

    [Fact]
    public void A_reset_in_the_middle_of_a_line_is_an_error_that_loses_nothing_before_it()
    {
        var server = Serve();
        using (var rude = new RawPeer(server.Port))
        {
            rude.Send("Chris> one\nChris> tw");
            Assert.Equal("one", server.Receive(Patience)!.Text);
            rude.Reset();
        }
        Fails(ChatErrorReason.PeerDisconnected, () => server.Receive(Patience));
        Assert.Equal((ChatCloseReason.PeerDisconnected, ChatSessionState.Listening), (server.CloseReason, server.State));
        Talk(server, Connect(server.Port, "Bob"));
    }

    [Fact]
    public void What_came_before_a_send_broke_is_delivered_before_the_end()
    {
        var client = ClientSession.FromConnection(new BreaksWhenSentTo("HostA> late\n"), "memory", 0, new ChatOptions { Handle = "Chris", TurnOrder = TurnOrder.Free });
        Fails(ChatErrorReason.PeerDisconnected, () => client.Send("x"));
        Assert.Equal("late", client.Receive(Patience)!.Text);
        Fails(ChatErrorReason.PeerDisconnected, () => client.Receive(Patience));
        Assert.Equal((ChatCloseReason.PeerDisconnected, ChatSessionState.Closed), (client.CloseReason, client.State));
    }

    [Fact]
    public void Invalid_bytes_are_text_with_replacement_characters()
    {
        var server = Serve();
        using var raw = new RawPeer(server.Port);
        raw.Send([.. "Chris> a"u8, 0xFF, 0xC3, .. "b\n"u8]);
        Assert.Equal("a\uFFFD\uFFFDb", server.Receive(Patience)!.Text);
    }

    [Fact]
    public async Task A_line_without_an_end_is_cut_off_and_memory_stays_flat()
    {
        var server = Serve();
        using var raw = new RawPeer(server.Port);
        var flood = InBackground(() => raw.Flood(64 * 1024 * 1024));
        var before = GC.GetAllocatedBytesForCurrentThread();
        Fails(ChatErrorReason.LineTooLong, () => server.Receive(Patience));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1024 * 1024);
        Assert.Equal((ChatCloseReason.ProtocolError, ChatSessionState.Listening), (server.CloseReason, server.State));
        await flood.WaitAsync(Patience);
        Talk(server, Connect(server.Port, "Bob"));
    }

    [Fact]
    public void A_received_line_may_be_longer_than_one_of_ours()
    {
        var server = Serve();
        using var raw = new RawPeer(server.Port);
        raw.Send("Chris> " + new string('x', 60_000) + "\n");
        Assert.Equal(60_000, server.Receive(Patience)!.Text.Length);
    }

    [Fact]
    public async Task Two_threads_that_receive_share_what_comes_and_lose_nothing()
    {
        var (server, client) = Pair(TurnOrder.Free);
        const int Messages = 2000;
        var heard = new List<string>();
        var readers = Enumerable.Range(0, 2).Select(_ => InBackground(() =>
        {
            while (server.Receive(Patience) is { } message)
            {
                lock (heard)
                    heard.Add(message.Text);
            }
        })).ToArray();
        var writers = Enumerable.Range(0, 2).Select(w => InBackground(() =>
        {
            for (var i = 0; i < Messages; i++)
                client.Send($"{w}:{i}");
        })).ToArray();
        await Task.WhenAll(writers).WaitAsync(Patience);
        client.Disconnect();
        await Task.WhenAny(readers).WaitAsync(Patience);
        server.Dispose();
        await Task.WhenAll(readers.Select(r => r.ContinueWith(_ => { }, TaskScheduler.Default))).WaitAsync(Patience);
        Assert.Equal(2 * Messages, heard.Distinct().Count());
        Assert.Equal(2 * Messages, heard.Count);
    }

    [Fact]
    public async Task Dispose_ends_every_wait_and_may_be_repeated()
    {
        var (server, client) = Pair();
        client.Send("x");
        server.Receive(Patience);
        using var begun = new CountdownEvent(2);
        var waits = new ChatSession[] { client, server }.Select(session => InBackground(() =>
        {
            begun.Signal();
            // Closed before the wait began, or ended in it.
            Assert.True(Reason(() => Assert.Equal(ReceiveOutcome.Ended, session.TryReceive(null, waitOnOwnTurn: true).Outcome)) is null or ChatErrorReason.SessionClosed);
        })).ToArray();
        Assert.True(begun.Wait(Patience));
        client.Dispose();
        client.Dispose();
        server.Dispose();
        server.Dispose();
        await Task.WhenAll(waits).WaitAsync(Patience);
        Assert.Equal((ChatSessionState.Closed, ChatSessionState.Closed), (client.State, server.State));
        Assert.Equal((ChatCloseReason.Stopped, ChatCloseReason.Stopped), (client.CloseReason, server.CloseReason));
    }

    [Fact]
    public async Task Dispose_at_any_moment_ends_a_busy_talk()
    {
        for (var i = 0; i < 30; i++)
        {
            var (server, client) = Pair(TurnOrder.Free);
            var busy = new ChatSession[] { server, client }.SelectMany(s => new[]
            {
                InBackground(() => UntilRefused(() => s.Send("x"))),
                InBackground(() => UntilRefused(() => s.Receive(Patience))),
            }).ToArray();
            await Task.Delay(i);
            (i % 2 == 0 ? (ChatSession)server : client).Dispose();
            (i % 2 == 0 ? (ChatSession)client : server).Dispose();
            await Task.WhenAll(busy).WaitAsync(Patience);
        }
    }

    [Fact]
    public async Task Stopping_the_server_tells_whoever_is_connected()
    {
        var (server, client) = Pair();
        Talk(server, client);
        var waiting = InBackground(() => client.TryReceive(Patience, waitOnOwnTurn: true));
        server.Dispose();
        var result = await waiting.WaitAsync(Patience);
        Assert.Equal(ReceiveOutcome.Ended, result.Outcome);
        Assert.Null(result.Error);
        Fails(ChatErrorReason.ConnectFailed, () => Connect(server.Port, "Bob"));
    }

    [Fact]
    public void Starting_and_stopping_a_hundred_times_on_one_port_never_fails_and_leaks_nothing()
    {
        var port = 0;
        void Cycle()
        {
            var server = ServerSession.Start(port, new ChatOptions { Handle = "HostA" });
            port = server.Port;
            var client = ClientSession.Connect("127.0.0.1", port, new ChatOptions { Handle = "Chris" });
            Talk(server, client);
            server.Dispose();
            Assert.Null(client.TryReceive(Patience, waitOnOwnTurn: true).Error);
            client.Dispose();
        }
        Cycle();
        var (handles, threads) = Held();
        for (var i = 0; i < 100; i++)
            Cycle();
        WaitFor(() => Held() is var now && now.Handles <= handles + 5 && now.Threads <= threads + 10);
    }

    [Fact]
    public void Who_came_and_who_left_is_told_in_order()
    {
        var (server, client) = Pair();
        Talk(server, client);
        client.Disconnect();
        server.Receive(Patience);
        Assert.Equal([$"Listening on {server.HostName}:{server.Port}.", $"Established connection with {client.LocalEndPoint}",
            "Chris speaks the dialect Line: the first message ends with a line feed and has a handle and '> ' before the text.", "Chris has left."], Notices(server));
        Assert.Equal([$"Connected to 127.0.0.1:{server.Port}.",
            "HostA speaks the dialect Line: the first message ends with a line feed and has a handle and '> ' before the text.", "Disconnected."], Notices(client));
    }

    [Fact]
    public void A_peer_that_closes_without_a_word_has_left_and_its_last_words_count()
    {
        var server = Serve();
        using (var raw = new RawPeer(server.Port))
            raw.Send("hello and goodbye");
        Assert.Equal("hello and goodbye", server.Receive(Patience)!.Text);
        Assert.Null(server.Receive(Patience));
        Assert.Equal(ChatCloseReason.PeerQuit, server.CloseReason);
    }

    [Fact]
    public void Closing_never_resets_the_connection_even_with_something_unread()
    {
        var server = Serve();
        using var raw = new RawPeer(server.Port);
        raw.Send("Chris> one\nChris> two\nChris> three\n");
        server.Receive(Patience);
        server.Disconnect();
        // A reset would throw here instead of giving the last word and then the end.
        Assert.Equal("\\quit\n", raw.ReceiveToEnd());
    }

    private ServerSession Serve(ChatOptions? options = null)
    {
        var server = ServerSession.Start(0, options ?? new ChatOptions { Handle = "HostA" }, IPAddress.Loopback);
        _sessions.Add(server);
        return server;
    }

    private ClientSession Connect(int port, string handle, TurnOrder order = TurnOrder.Alternate)
    {
        var client = ClientSession.Connect("127.0.0.1", port, new ChatOptions { Handle = handle, TurnOrder = order });
        _sessions.Add(client);
        return client;
    }

    private (ServerSession Server, ClientSession Client) Pair(TurnOrder order = TurnOrder.Alternate)
    {
        var server = Serve(new ChatOptions { Handle = "HostA", TurnOrder = order });
        var client = Connect(server.Port, "Chris", order);
        WaitFor(() => server.Peer is not null);
        return (server, client);
    }

    private static void Talk(ServerSession server, ClientSession client)
    {
        client.Send("ping from " + client.Handle);
        Assert.Equal("ping from " + client.Handle, server.Receive(Patience)!.Text);
        server.Send("pong");
        Assert.Equal("pong", client.Receive(Patience)!.Text);
    }

    // On threads of their own: the pool is small, and the accepting needs it.
    private static Task InBackground(Action action) =>
        Task.Factory.StartNew(action, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private static Task<T> InBackground<T>(Func<T> function) =>
        Task.Factory.StartNew(function, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private static void SendUntilRefused(ClientSession client)
    {
        // In a turn-taking talk the second message would be refused for another reason.
        WaitForState(client, ChatSessionState.Closed);
        client.Send("x");
    }

    private static void UntilRefused(Func<ChatMessage?> action)
    {
        try
        {
            while (action() is not null)
            {
                // On and on.
            }
        }
        catch (ChatException e) when (e.Reason is ChatErrorReason.SessionClosed or ChatErrorReason.PeerQuit or ChatErrorReason.PeerDisconnected or ChatErrorReason.NoPeer)
        {
            // As it must end.
        }
    }

    private static ChatErrorReason? Reason(Action action)
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

    private static void Fails(ChatErrorReason reason, Action action) => Assert.Equal(reason, Assert.Throws<ChatException>(action).Reason);

    private static void Fails(ChatErrorReason reason, Func<object?> action) => Fails(reason, () => { action(); });

    private static string[] Notices(ChatSession session)
    {
        var notices = new List<string>();
        while (session.TryDequeueNotice(out var notice))
            notices.Add(notice.Text);
        return [.. notices];
    }

    private static void WaitForState(ChatSession session, ChatSessionState state) => WaitFor(() =>
    {
        session.Refresh();
        return session.State == state;
    });

    private static void WaitFor(Func<bool> condition) => Assert.True(SpinWait.SpinUntil(condition, Patience));

    private static (int Handles, int Threads) Held()
    {
        using var process = Process.GetCurrentProcess();
        return (Directory.Exists("/proc/self/fd") ? Directory.GetFiles("/proc/self/fd").Length : process.HandleCount, process.Threads.Count);
    }

    /// <summary>A stream on which something comes in at the moment in which sending breaks it.</summary>
    private sealed class BreaksWhenSentTo(string text) : TransportConnection
    {
        private readonly Queue<byte> _unread = [];
        private bool _broken;

        public override EndPoint? LocalEndPoint => null;

        public override EndPoint? RemoteEndPoint => null;

        public override bool IsReadable => _broken;

        public override int Receive(byte[] buffer, int offset, int count, int milliseconds)
        {
            if (!_broken)
                return WouldBlock;
            var received = Math.Min(count, _unread.Count);
            for (var i = 0; i < received; i++)
                buffer[offset + i] = _unread.Dequeue();
            return received;
        }

        public override bool PollWrite(int milliseconds) => true;

        public override void Send(byte[] buffer, int offset, int count)
        {
            foreach (var b in Encoding.UTF8.GetBytes(text))
                _unread.Enqueue(b);
            _broken = true;
            throw new ConnectionLostException(isTimeout: false, cause: null);
        }

        public override void ShutdownSend()
        {
        }

        public override void Dispose()
        {
        }
    }

    /// <summary>A peer that sends what it likes.</summary>
    private sealed class RawPeer : IDisposable
    {
        private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, ReceiveTimeout = 20_000 };

        public RawPeer(int port) => _socket.Connect(IPAddress.Loopback, port);

        public void Send(string text) => Send(Encoding.UTF8.GetBytes(text));

        public void Send(byte[] bytes) => _socket.Send(bytes);

        public string ReceiveText(int count)
        {
            var bytes = new byte[count];
            for (var got = 0; got < count;)
                got += _socket.Receive(bytes, got, count - got, SocketFlags.None) is var n and > 0 ? n : throw new EndOfStreamException();
            return Encoding.UTF8.GetString(bytes);
        }

        public string ReceiveToEnd()
        {
            var text = new StringBuilder();
            var bytes = new byte[1000];
            while (_socket.Receive(bytes) is var n and > 0)
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
                    _socket.Send(bytes);
            }
            catch (SocketException)
            {
                // Cut off, as it must be.
            }
        }

        public void Reset()
        {
            _socket.LingerState = new LingerOption(true, 0);
            _socket.Dispose();
        }

        public void Dispose() => _socket.Dispose();
    }
}
