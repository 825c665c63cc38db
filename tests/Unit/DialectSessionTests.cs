using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using Xunit;

namespace PSPairChat.Unit;

/// <summary>Sessions in several dialects, with a bare socket as the peer.</summary>
public class DialectSessionTests : IDisposable
{
    /// <summary>Gets how the sessions connect.</summary>
    private protected virtual TestTransport Transport => TestTransport.Tcp;

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Never = TimeSpan.FromHours(1);
    private readonly List<IDisposable> _disposables = [];

    public void Dispose()
    {
        GC.SuppressFinalize(this);
        foreach (var disposable in _disposables)
            disposable.Dispose();
    }

    [Fact]
    public void Pair_with_the_own_dialect_never_waits_for_a_pause()
    {
        var server = StartServer(idleTimeout: Never);
        var client = Track(TestTransport.Connect("127.0.0.1", server.Port, new ChatOptions { Handle = "Chris", IdleTimeout = Never }));
        for (var i = 0; i < 3; i++)
        {
            client.Send("test " + i);
            Assert.Equal("test " + i, server.Receive(Timeout)!.Text);
            server.Send("hello " + i);
            Assert.Equal("hello " + i, client.Receive(Timeout)!.Text);
        }
        Assert.Equal(("Line", "Line"), (server.Peer!.Dialect, client.Peer!.Dialect));
        client.Disconnect();
        Assert.Null(server.Receive(Timeout));
    }

    [Theory]
    [InlineData("Chris> one\n", "Chris> two\n", "HostA> hello\n")]
    [InlineData("\0\0\0\u0008Chris> a", "\0\0\0\u0008Chris> b", "\0\0\0\u000cHostA> hello")]
    [InlineData("0xone\n", "two\n", "HostA> hello\n")]
    public void Terminated_messages_are_received_without_a_pause(string first, string second, string answer)
    {
        var server = StartServer(idleTimeout: Never);
        using var peer = ConnectPeer(server);
        peer.Send(first);
        Assert.EndsWith(server.Receive(Timeout)!.Text, first.TrimEnd());
        server.Send("hello");
        Assert.Equal(answer, peer.Receive(answer.Length));
        peer.Send(second);
        Assert.EndsWith(server.Receive(Timeout)!.Text, second.TrimEnd());
    }

    [Fact]
    public void Unterminated_message_ends_with_a_pause()
    {
        var server = StartServer();
        using var peer = ConnectPeer(server);
        var watch = Stopwatch.StartNew();
        peer.Send("Chris> te");
        peer.Send("st");
        Assert.Equal("Chris> test", server.Receive(Timeout)!.ToString());
        Assert.InRange(watch.ElapsedMilliseconds, 40, 10_000);
        Assert.Equal("Raw", server.Peer!.Dialect);
        server.Send("hello");
        Assert.Equal("HostA> hello", peer.Receive(12));
        Assert.Contains(server.DequeueNoticeTexts(), n => n.StartsWith("Chris speaks the dialect Raw: the first message has no terminator", StringComparison.Ordinal));
    }

    [Fact]
    public void Receive_with_a_timeout_of_zero_detects_a_pause_between_calls()
    {
        var server = StartServer();
        using var peer = ConnectPeer(server);
        peer.Send("Chris> test");
        ReceiveResult result = default;
        Assert.True(SpinWait.SpinUntil(() => (result = server.TryReceive(TimeSpan.Zero, false)).Outcome == ReceiveOutcome.Message, Timeout));
        Assert.Equal("test", result.Message!.Text);
    }

    [Fact]
    public void Handle_greeting_is_answered_at_once_and_messages_have_no_prefix()
    {
        var server = StartServer();
        using var peer = ConnectPeer(server);
        peer.Send("Chris");
        var receiving = InBackground(() => server.Receive(Timeout));
        Assert.Equal("HostA", peer.Receive(5));
        peer.Send("test");
        Assert.Equal("Chris> test", receiving.Result!.ToString());
        server.Send("hello");
        Assert.Equal("hello", peer.Receive(5));
        server.Disconnect();
        Assert.Equal("", peer.ReceiveToEnd());
    }

    [Fact]
    public void Client_that_greets_with_the_port_gives_the_server_the_first_turn()
    {
        var server = StartServer();
        using var peer = ConnectPeer(server);
        Assert.True(SpinWait.SpinUntil(() => server.Turn == ChatTurn.Theirs, Timeout));
        peer.Send(server.Port.ToString(System.Globalization.CultureInfo.InvariantCulture));
        AssertThrows(ChatErrorReason.YourTurn, () => server.Receive(Timeout));
        Assert.Equal((ChatTurn.Mine, "PortGreeting"), (server.Turn, server.Peer!.Dialect));
        server.Send("hello");
        Assert.Equal("HostA> hello", peer.Receive(12));
        peer.Send("Chris> test".PadRight(513, '\0'));
        Assert.Equal("Chris> test", server.Receive(Timeout)!.ToString());
    }

    [Fact]
    public void Send_detects_the_greeting_itself()
    {
        var server = StartServer();
        using var peer = ConnectPeer(server);
        peer.Send($"Chris> {server.Port}");
        Assert.True(SpinWait.SpinUntil(() => server.State == ChatSessionState.Connected, Timeout));
        Assert.True(SpinWait.SpinUntil(() => GetErrorReason(() => server.Send("hello")) is null, Timeout));
        Assert.Equal("HostA> hello||", peer.Receive(14));
        peer.Send("/quit");
        Assert.Null(server.Receive(Timeout));
        Assert.Equal(ChatCloseReason.PeerQuit, server.CloseReason);
    }

    [Fact]
    public void Server_with_a_named_dialect_sends_its_greeting()
    {
        var server = StartServer(dialect: "ServerQuestion");
        using var peer = ConnectPeer(server);
        Assert.Equal("What is your name?\n", peer.Receive(19));
        peer.Send("Chris\n".PadRight(256, '\0'));
        AssertThrows(ChatErrorReason.YourTurn, () => server.Receive(Timeout));
        server.Send("hello");
        Assert.Equal("hello\n", peer.Receive(6));
        peer.Send("test\n".PadRight(256, '\0'));
        Assert.Equal("Chris> test", server.Receive(Timeout)!.ToString());
    }

    [Theory]
    [InlineData("Kabir", "ServerHandle", "", "test")]
    [InlineData("Demo> hi", "Raw", "", "Chris> test\n")]
    public void First_send_of_a_client_uses_the_dialect_of_the_server_greeting(string greeting, string dialect, string answer, string sent)
    {
        using var server = new Listener();
        var client = Connect(server.Port);
        using var peer = server.Accept();
        peer.Send(greeting);
        Assert.True(SpinWait.SpinUntil(() =>
        {
            client.Refresh();
            return client.Peer!.Dialect == dialect;
        }, Timeout));
        if (dialect == "Raw")
            Assert.Equal("hi", client.Receive(Timeout)!.Text);
        client.Send("test");
        Assert.Equal(answer + sent, peer.Receive(answer.Length + sent.Length));
    }

    [Fact]
    public void Question_for_the_name_is_answered_with_the_handle()
    {
        using var server = new Listener();
        var client = Connect(server.Port);
        using var peer = server.Accept();
        peer.Send("What is your name?\n");
        var receiving = InBackground(() => client.Receive(Timeout));
        Assert.Equal("Chris\n", peer.Receive(6));
        peer.Send("hello\n");
        Assert.Equal("hello", receiving.Result!.Text);
        client.Send("test");
        Assert.Equal("test\n", peer.Receive(5));
        client.Disconnect();
        Assert.Equal("\\quit\n", peer.ReceiveToEnd());
    }

    [Fact]
    public void Receive_on_the_first_turn_of_a_client_waits_once_for_a_greeting()
    {
        using var server = new Listener();
        var client = Connect(server.Port);
        var watch = Stopwatch.StartNew();
        AssertThrows(ChatErrorReason.YourTurn, () => client.Receive());
        Assert.InRange(watch.ElapsedMilliseconds, 50, 10_000);
        client.Send("test");
        using var peer = server.Accept();
        Assert.Equal("Chris> test\n", peer.Receive(12));
    }

    [Fact]
    public void Send_in_a_handle_exchange_waits_for_the_handle_of_the_server()
    {
        using var server = new Listener();
        var client = Connect(server.Port, "HandleExchange");
        using var peer = server.Accept();
        Assert.Equal("Chris", peer.Receive(5));
        var sending = InBackground(() => client.Send("test"));
        Assert.Equal(0, peer.Available(TimeSpan.FromMilliseconds(150)));
        peer.Send("Bob");
        Assert.Equal("test", peer.Receive(4));
        sending.Wait(Timeout);
        peer.Send("hello");
        Assert.Equal("Bob> hello", client.Receive(Timeout)!.ToString());
    }

    [Fact]
    public void Send_before_the_greeting_of_the_server_throws_NotYourTurn()
    {
        using var server = new Listener();
        var client = Connect(server.Port, "ServerHandle");
        AssertThrows(ChatErrorReason.NotYourTurn, () => client.Send("test"));
        Assert.Equal(0, client.MessagesSent);
    }

    [Fact]
    public void Unterminated_messages_are_sent_with_a_pause_between_them()
    {
        using var server = new Listener();
        var client = Connect(server.Port, "Raw", TurnOrder.Free);
        using var peer = server.Accept();
        // Each message is received separately, as by a program that expects one message in each receive.
        var received = InBackground(() => new[] { peer.ReceiveOnce(), peer.ReceiveOnce(), peer.ReceiveOnce(), peer.ReceiveOnce() });
        client.Send("one");
        client.Send("two");
        client.Disconnect();
        Assert.Equal(["Chris> one", "Chris> two", "\\quit", ""], received.Result);
    }

    [Fact]
    public void Unterminated_quit_is_detected_without_a_close()
    {
        var server = StartServer();
        using var peer = ConnectPeer(server);
        peer.Send("Chris> test\n");
        server.Receive(Timeout);
        server.Send("hello");
        peer.Receive(13);
        peer.Send("\\quit");
        Assert.Null(server.Receive(Timeout));
        Assert.Equal(ChatSessionState.Listening, server.State);
    }

    [Fact]
    public void Send_of_a_message_that_the_dialect_cannot_carry_throws_and_keeps_the_turn()
    {
        var dialect = ChatDialect.Get("BareRaw") with { Client = new ChatDialectSide { MaxBytes = 5, MaxCharacters = 4 }, Encoding = ChatEncoding.Latin1 };
        using var server = new Listener();
        var client = Track(TestTransport.Connect("127.0.0.1", server.Port, new ChatOptions { Handle = "Chris", Dialect = dialect }));
        AssertThrows(ChatErrorReason.MessageTooLong, () => client.Send("12345"));
        AssertThrows(ChatErrorReason.MessageInvalid, () => client.Send("\u20ac"));
        Assert.Equal((ChatTurn.Mine, 0L), (client.Turn, client.MessagesSent));
        client.Send("\u00fcber");
        using var peer = server.Accept();
        Assert.Equal("\u00fcber", peer.Receive(4));
    }

    [Fact]
    public void Concurrent_receive_detects_the_dialect_for_the_next_send()
    {
        var server = StartServer(order: TurnOrder.Free);
        using var peer = ConnectPeer(server);
        var receiving = InBackground(() => server.Receive(Timeout));
        peer.Send("Chris->test@@@");
        Assert.Equal("test", receiving.Result!.Text);
        server.Send("hello");
        Assert.Equal("HostA->hello@@@", peer.Receive(15));
    }

    private ServerSession StartServer(TimeSpan? idleTimeout = null, string dialect = "Auto", TurnOrder order = TurnOrder.Alternate) => Track(Transport.StartServer(0, new ChatOptions
    {
        Handle = "HostA",
        IdleTimeout = idleTimeout ?? TimeSpan.FromMilliseconds(60),
        Dialect = ChatDialect.Get(dialect),
        TurnOrder = order,
    }));

    private ClientSession Connect(int port, string dialect = "Auto", TurnOrder order = TurnOrder.Alternate) => Track(TestTransport.Connect(
        "127.0.0.1", port, new ChatOptions { Handle = "Chris", Dialect = ChatDialect.Get(dialect), TurnOrder = order }));

    private T Track<T>(T session)
        where T : IDisposable
    {
        _disposables.Add(session);
        return session;
    }

    private static Peer ConnectPeer(ServerSession server)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Connect(IPAddress.Loopback, server.Port);
        return new Peer(socket);
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

    private static void AssertThrows(ChatErrorReason reason, Func<object?> action) => Assert.Equal(reason, GetErrorReason(() => action()));

    private static Task<T> InBackground<T>(Func<T> action) => Task.Factory.StartNew(action, TaskCreationOptions.LongRunning);

    /// <summary>A bare socket that sends and receives bytes as characters.</summary>
    private sealed class Peer : IDisposable
    {
        private readonly Socket _socket;
        private readonly Stream _stream;

        public Peer(Socket socket)
        {
            _socket = socket;
            _socket.NoDelay = true;
            _socket.ReceiveTimeout = 20_000;
            _stream = TestTransport.OpenStream(socket);
        }

        public void Send(string bytes) => _stream.Write(DialectVector.Bytes(bytes));

        public string Receive(int count)
        {
            var bytes = new byte[count];
            for (var got = 0; got < count;)
                got += _stream.Read(bytes, got, count - got) is var n and > 0 ? n : throw new InvalidOperationException("The end came first.");
            return DialectVector.Text(bytes);
        }

        public string ReceiveOnce()
        {
            var bytes = new byte[4096];
            return DialectVector.Text(new ArraySegment<byte>(bytes, 0, _stream.Read(bytes)));
        }

        public string ReceiveToEnd()
        {
            var text = "";
            while (ReceiveOnce() is { Length: > 0 } more)
                text += more;
            return text;
        }

        public int Available(TimeSpan timeout)
        {
            _socket.Poll(timeout, SelectMode.SelectRead);
            return _socket.Available;
        }

        public void Dispose() => _socket.Dispose();
    }

    private sealed class Listener : IDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

        public Listener() => _listener.Start();

        public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

        public Peer Accept() => new(_listener.AcceptSocket());

        public void Dispose() => _listener.Dispose();
    }
}
