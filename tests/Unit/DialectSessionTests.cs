using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using Xunit;

namespace PSPairChat.Unit;

/// <summary>Dialects in whole sessions, with a bare socket at the other end.</summary>
public sealed class DialectSessionTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Never = TimeSpan.FromHours(1);
    private readonly List<IDisposable> _open = [];

    public void Dispose()
    {
        foreach (var open in _open)
            open.Dispose();
    }

    [Fact]
    public void A_pair_of_ours_never_waits_for_silence()
    {
        var server = Serve(gap: Never);
        var client = Keep(ClientSession.Connect("127.0.0.1", server.Port, new ChatOptions { Handle = "Chris", IdleTimeout = Never }));
        for (var i = 0; i < 3; i++)
        {
            client.Send("test " + i);
            Assert.Equal("test " + i, server.Receive(Patience)!.Text);
            server.Send("hello " + i);
            Assert.Equal("hello " + i, client.Receive(Patience)!.Text);
        }
        Assert.Equal(("Line", "Line"), (server.Peer!.Dialect, client.Peer!.Dialect));
        client.Disconnect();
        Assert.Null(server.Receive(Patience));
    }

    [Theory]
    [InlineData("Chris> one\n", "Chris> two\n", "HostA> hello\n")]
    [InlineData("008Chris> a", "008Chris> b", "012HostA> hello")]
    [InlineData("0xone\n", "two\n", "HostA> hello\n")]
    public void A_peer_that_marks_the_end_is_heard_without_silence(string first, string second, string answer)
    {
        var server = Serve(gap: Never);
        using var peer = Call(server);
        peer.Say(first);
        Assert.EndsWith(server.Receive(Patience)!.Text, first.TrimEnd());
        server.Send("hello");
        Assert.Equal(answer, peer.Hear(answer.Length));
        peer.Say(second);
        Assert.EndsWith(server.Receive(Patience)!.Text, second.TrimEnd());
    }

    [Fact]
    public void Where_nothing_marks_the_end_a_message_ends_when_the_line_is_quiet()
    {
        var server = Serve();
        using var peer = Call(server);
        var watch = Stopwatch.StartNew();
        peer.Say("Chris> te");
        peer.Say("st");
        Assert.Equal("Chris> test", server.Receive(Patience)!.ToString());
        Assert.InRange(watch.ElapsedMilliseconds, 40, 10_000);
        Assert.Equal("Raw", server.Peer!.Dialect);
        server.Send("hello");
        Assert.Equal("HostA> hello", peer.Hear(12));
        Assert.Contains(Notices(server), n => n.StartsWith("Chris speaks the dialect Raw: the first message has no terminator", StringComparison.Ordinal));
    }

    [Fact]
    public void A_poll_of_no_time_hears_what_the_line_has_been_quiet_after()
    {
        var server = Serve();
        using var peer = Call(server);
        peer.Say("Chris> test");
        ReceiveResult result = default;
        Assert.True(SpinWait.SpinUntil(() => (result = server.TryReceive(TimeSpan.Zero, false)).Outcome == ReceiveOutcome.Message, Patience));
        Assert.Equal("test", result.Message!.Text);
    }

    [Fact]
    public void A_handle_is_answered_at_once_and_text_is_bare_from_then_on()
    {
        var server = Serve();
        using var peer = Call(server);
        peer.Say("Chris");
        var waiting = InBackground(() => server.Receive(Patience));
        Assert.Equal("HostA", peer.Hear(5));
        peer.Say("test");
        Assert.Equal("Chris> test", waiting.Result!.ToString());
        server.Send("hello");
        Assert.Equal("hello", peer.Hear(5));
        server.Disconnect();
        Assert.Equal("", peer.HearToEnd());
    }

    [Fact]
    public void A_client_that_opens_with_the_port_is_spoken_to_first()
    {
        var server = Serve();
        using var peer = Call(server);
        Assert.Equal(ChatTurn.Theirs, server.Turn);
        peer.Say(server.Port.ToString(System.Globalization.CultureInfo.InvariantCulture));
        Fails(ChatErrorReason.YourTurn, () => server.Receive(Patience));
        Assert.Equal((ChatTurn.Mine, "PortGreeting"), (server.Turn, server.Peer!.Dialect));
        server.Send("hello");
        Assert.Equal("HostA> hello", peer.Hear(12));
        peer.Say("Chris> test".PadRight(513, '\0'));
        Assert.Equal("Chris> test", server.Receive(Patience)!.ToString());
    }

    [Fact]
    public void A_send_looks_for_the_opening_itself()
    {
        var server = Serve();
        using var peer = Call(server);
        peer.Say($"Chris> {server.Port}");
        Assert.True(SpinWait.SpinUntil(() => server.State == ChatSessionState.Connected, Patience));
        Assert.True(SpinWait.SpinUntil(() => Reason(() => server.Send("hello")) is null, Patience));
        Assert.Equal("HostA> hello||", peer.Hear(14));
        peer.Say("/quit");
        Assert.Null(server.Receive(Patience));
        Assert.Equal(ChatCloseReason.PeerQuit, server.CloseReason);
    }

    [Fact]
    public void A_server_that_is_told_its_dialect_begins()
    {
        var server = Serve(dialect: "ServerQuestion");
        using var peer = Call(server);
        Assert.Equal("What is your name?\n", peer.Hear(19));
        peer.Say("Chris\n".PadRight(256, '\0'));
        Fails(ChatErrorReason.YourTurn, () => server.Receive(Patience));
        server.Send("hello");
        Assert.Equal("hello\n", peer.Hear(6));
        peer.Say("test\n".PadRight(256, '\0'));
        Assert.Equal("Chris> test", server.Receive(Patience)!.ToString());
    }

    [Theory]
    [InlineData("Kabir", "ServerHandle", "", "test")]
    [InlineData("Demo> hi", "Raw", "", "Chris> test\n")]
    public void The_first_send_of_a_client_looks_at_what_the_server_began_with(string opening, string dialect, string answer, string sent)
    {
        using var server = new Listener();
        var client = Connect(server.Port);
        using var peer = server.Accept();
        peer.Say(opening);
        Assert.True(SpinWait.SpinUntil(() =>
        {
            client.Refresh();
            return client.Peer!.Dialect == dialect;
        }, Patience));
        if (dialect == "Raw")
            Assert.Equal("hi", client.Receive(Patience)!.Text);
        client.Send("test");
        Assert.Equal(answer + sent, peer.Hear(answer.Length + sent.Length));
    }

    [Fact]
    public void A_question_is_answered_with_the_handle_and_the_server_goes_on()
    {
        using var server = new Listener();
        var client = Connect(server.Port);
        using var peer = server.Accept();
        peer.Say("What is your name?\n");
        var waiting = InBackground(() => client.Receive(Patience));
        Assert.Equal("Chris\n", peer.Hear(6));
        peer.Say("hello\n");
        Assert.Equal("hello", waiting.Result!.Text);
        client.Send("test");
        Assert.Equal("test\n", peer.Hear(5));
        client.Disconnect();
        Assert.Equal("\\quit\n", peer.HearToEnd());
    }

    [Fact]
    public void On_its_first_turn_a_client_listens_for_a_moment_and_then_it_is_its_turn()
    {
        using var server = new Listener();
        var client = Connect(server.Port);
        var watch = Stopwatch.StartNew();
        Fails(ChatErrorReason.YourTurn, () => client.Receive());
        Assert.InRange(watch.ElapsedMilliseconds, 50, 10_000);
        client.Send("test");
        using var peer = server.Accept();
        Assert.Equal("Chris> test\n", peer.Hear(12));
    }

    [Fact]
    public void A_client_that_exchanges_handles_speaks_once_it_has_the_servers()
    {
        using var server = new Listener();
        var client = Connect(server.Port, "HandleExchange");
        using var peer = server.Accept();
        Assert.Equal("Chris", peer.Hear(5));
        var sending = InBackground(() => client.Send("test"));
        Assert.Equal(0, peer.Available(TimeSpan.FromMilliseconds(150)));
        peer.Say("Bob");
        Assert.Equal("test", peer.Hear(4));
        sending.Wait(Patience);
        peer.Say("hello");
        Assert.Equal("Bob> hello", client.Receive(Patience)!.ToString());
    }

    [Fact]
    public void A_server_that_owes_its_opening_is_not_spoken_to()
    {
        using var server = new Listener();
        var client = Connect(server.Port, "ServerHandle");
        Fails(ChatErrorReason.NotYourTurn, () => client.Send("test"));
        Assert.Equal(0, client.MessagesSent);
    }

    [Fact]
    public void Two_messages_that_only_silence_parts_do_not_run_into_each_other()
    {
        using var server = new Listener();
        var client = Connect(server.Port, "Raw", TurnOrder.Free);
        using var peer = server.Accept();
        // Each is a receive of its own, as it is to a program that takes one receive for one message.
        var heard = InBackground(() => new[] { peer.HearOnce(), peer.HearOnce(), peer.HearOnce(), peer.HearOnce() });
        client.Send("one");
        client.Send("two");
        client.Disconnect();
        Assert.Equal(["Chris> one", "Chris> two", "\\quit", ""], heard.Result);
    }

    [Fact]
    public void A_bare_quit_is_heard_from_a_peer_that_does_not_close()
    {
        var server = Serve();
        using var peer = Call(server);
        peer.Say("Chris> test\n");
        server.Receive(Patience);
        server.Send("hello");
        peer.Hear(13);
        peer.Say("\\quit");
        Assert.Null(server.Receive(Patience));
        Assert.Equal(ChatSessionState.Listening, server.State);
    }

    [Fact]
    public void What_a_dialect_cannot_carry_is_refused_and_the_turn_stays()
    {
        var mine = ChatDialect.Get("BareRaw") with { Client = new ChatDialectSide { MaxBytes = 5, MaxCharacters = 4 }, Encoding = ChatEncoding.Latin1 };
        using var server = new Listener();
        var client = Keep(ClientSession.Connect("127.0.0.1", server.Port, new ChatOptions { Handle = "Chris", Dialect = mine }));
        Fails(ChatErrorReason.MessageTooLong, () => client.Send("12345"));
        Fails(ChatErrorReason.MessageInvalid, () => client.Send("\u20ac"));
        Assert.Equal((ChatTurn.Mine, 0L), (client.Turn, client.MessagesSent));
        client.Send("\u00fcber");
        using var peer = server.Accept();
        Assert.Equal("\u00fcber", peer.Hear(4));
    }

    [Fact]
    public void A_reader_in_the_background_learns_and_the_next_send_speaks_so()
    {
        var server = Serve(order: TurnOrder.Free);
        using var peer = Call(server);
        var waiting = InBackground(() => server.Receive(Patience));
        peer.Say("Chris->test@@@");
        Assert.Equal("test", waiting.Result!.Text);
        server.Send("hello");
        Assert.Equal("HostA->hello@@@", peer.Hear(15));
    }

    private ServerSession Serve(TimeSpan? gap = null, string dialect = "Auto", TurnOrder order = TurnOrder.Alternate) => Keep(ServerSession.Start(0, new ChatOptions
    {
        Handle = "HostA",
        IdleTimeout = gap ?? TimeSpan.FromMilliseconds(60),
        Dialect = ChatDialect.Get(dialect),
        TurnOrder = order,
    }));

    private ClientSession Connect(int port, string dialect = "Auto", TurnOrder order = TurnOrder.Alternate) => Keep(ClientSession.Connect(
        "127.0.0.1", port, new ChatOptions { Handle = "Chris", Dialect = ChatDialect.Get(dialect), TurnOrder = order }));

    private T Keep<T>(T session)
        where T : IDisposable
    {
        _open.Add(session);
        return session;
    }

    private static Peer Call(ServerSession server)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Connect(IPAddress.Loopback, server.Port);
        return new Peer(socket);
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

    private static void Fails(ChatErrorReason reason, Func<object?> action) => Assert.Equal(reason, Reason(() => action()));

    private static Task<T> InBackground<T>(Func<T> action) => Task.Factory.StartNew(action, TaskCreationOptions.LongRunning);

    private static string[] Notices(ChatSession session)
    {
        var notices = new List<string>();
        while (session.TryDequeueNotice(out var notice))
            notices.Add(notice.Text);
        return [.. notices];
    }

    /// <summary>A bare socket that sends and receives bytes as characters.</summary>
    private sealed class Peer : IDisposable
    {
        private readonly Socket _socket;

        public Peer(Socket socket)
        {
            _socket = socket;
            _socket.NoDelay = true;
            _socket.ReceiveTimeout = 20_000;
        }

        public void Say(string bytes) => _socket.Send(DialectVector.Bytes(bytes));

        public string Hear(int count)
        {
            var bytes = new byte[count];
            for (var got = 0; got < count;)
                got += _socket.Receive(bytes, got, count - got, SocketFlags.None) is var n and > 0 ? n : throw new InvalidOperationException("The end came first.");
            return DialectVector.Text(bytes);
        }

        public string HearOnce()
        {
            var bytes = new byte[4096];
            return DialectVector.Text(new ArraySegment<byte>(bytes, 0, _socket.Receive(bytes)));
        }

        public string HearToEnd()
        {
            var text = "";
            while (HearOnce() is { Length: > 0 } more)
                text += more;
            return text;
        }

        public int Available(TimeSpan within)
        {
            _socket.Poll(within, SelectMode.SelectRead);
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
