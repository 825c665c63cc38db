using System;
using System.Collections.Generic;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using PSPairChat.Connections;
using PSPairChat.Terminal;
using Xunit;

namespace PSPairChat.Unit;

public sealed class LineChatTests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(20);

    private readonly InMemoryPeer _peer = new();

    [Fact]
    public void Run_sends_one_line_a_turn_and_quits_at_the_end_of_the_input()
    {
        _peer.Send("HostA> one\nHostA> two\n");
        var terminal = new LineTerminal("a", "b");
        Assert.Equal(ChatOutcome.Finished, RunClient(terminal));
        Assert.Equal(["HostA> one", "HostA> two"], terminal.Messages);
        Assert.Equal(["Disconnected."], terminal.Notices);
        Assert.Equal("Chris> a\nChris> b\n\\quit\n", _peer.ReceiveAvailable());
    }

    [Theory]
    [InlineData("HostA> one\nHostA> \\quit\n", ChatOutcome.InputNotSent, "a", "b", "c")]
    [InlineData("HostA> one\nHostA> \\quit\n", ChatOutcome.Finished, "a", "b")]
    [InlineData("HostA> one\nHostA> two\n", ChatOutcome.InputNotSent, "a", "\\quit", "c")]
    [InlineData("HostA> one\nHostA> two\n", ChatOutcome.InputNotSent, "a", "", "b")]
    public void Run_returns_InputNotSent_when_input_remains_or_is_rejected(string replies, object outcome, params string[] input)
    {
        // Sends one reply for each received line.
        var replying = Task.Run(() =>
        {
            foreach (var reply in replies.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            {
                if (!TryReceiveLine())
                    return;
                try
                {
                    _peer.Send(reply + "\n");
                }
                catch (ConnectionLostException)
                {
                    // The received line was \quit, and the connection is closed.
                    return;
                }
            }
        });
        Assert.Equal((ChatOutcome)outcome, RunClient(new LineTerminal(input)));
        Assert.True(replying.Wait(Timeout));
    }

    [Fact]
    public void Run_returns_ConnectionLost_when_the_connection_is_lost()
    {
        _peer.Connection.Abort();
        var terminal = new LineTerminal("a");
        Assert.Equal(ChatOutcome.ConnectionLost, RunClient(terminal));
        Assert.Equal(["Connection to peer lost."], terminal.Notices);
    }

    [Fact]
    public void Run_as_a_member_of_a_room_returns_ConnectionLost_when_the_connection_is_lost()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var accepting = Task.Run(() =>
        {
            var room = listener.AcceptSocket();
            room.Send("HELLO lobby: welcome\nREADY Ann: joined\n* Members: Ann\n"u8);
            return room;
        });
        using var session = RoomMemberSession.Connect("127.0.0.1", ((IPEndPoint)listener.LocalEndpoint).Port, "lobby", new ChatOptions { Handle = "Ann" });
        accepting.Result.Close(timeout: 0);
        using var stop = new CancellationTokenSource(Timeout);
        Assert.Equal(ChatOutcome.ConnectionLost, new LineChat(session, new LineTerminal { IsEndless = true }).Run(stop.Token));
    }

    [Fact]
    public void Rejected_line_is_reported_and_the_next_line_is_sent()
    {
        var terminal = new LineTerminal("123456", "12345");
        // The first message is received when the line is rejected; the second one replies to the next line.
        _peer.Send("x\ny\n");
        Assert.Equal(ChatOutcome.InputNotSent, RunClient(terminal, new ChatOptions { Handle = "Chris", MaxMessageLength = 5 }));
        Assert.Equal("Chris> 12345\n\\quit\n", _peer.ReceiveAvailable());
        Assert.Equal("The message has 6 characters. The limit is 5.", terminal.Notices[0]);
    }

    [Fact]
    public void Warning_is_written_and_another_notice_is_not()
    {
        using var session = ClientSession.FromConnection(_peer.SessionConnection, new ChatOptions { Handle = "Chris" });
        session.AddNotice(ChatNoticeKind.Lifecycle, "No warning");
        session.AddNotice(ChatNoticeKind.Warning, "The transcript is missing.");
        var terminal = new LineTerminal();
        using var stop = new CancellationTokenSource(Timeout);
        new LineChat(session, terminal).Run(stop.Token);
        Assert.Equal(["The transcript is missing.", "Disconnected."], terminal.Notices);
    }

    [Fact]
    public void Cancellation_sends_quit()
    {
        using var stop = new CancellationTokenSource(50);
        Assert.Equal(ChatOutcome.Interrupted, RunClient(new LineTerminal { IsEndless = true }, stop: stop.Token));
        Assert.Equal("\\quit\n", _peer.ReceiveAvailable());
    }

    [Fact]
    public void Control_characters_of_the_peer_are_written_as_text()
    {
        _peer.Send("HostA> \u001b[2J\n");
        var terminal = new LineTerminal("a");
        RunClient(terminal);
        Assert.Equal(["HostA> ␛[2J"], terminal.Messages);
    }

    [Fact]
    public void Server_accepts_clients_until_the_conversation_in_which_the_input_ends()
    {
        using var server = ServerSession.Start(0, new ChatOptions { Handle = "HostA" }, IPAddress.Loopback);
        var terminal = new LineTerminal("to Chris", "to Bob");
        var chat = Task.Run(() => new LineChat(server, terminal).Run(CancellationToken.None));
        foreach (var handle in new[] { "Chris", "Bob" })
        {
            using var client = ClientSession.Connect("127.0.0.1", server.Port, new ChatOptions { Handle = handle });
            client.Send("hi");
            Assert.Equal("to " + handle, client.Receive(Timeout)!.Text);
            if (handle == "Chris")
                continue;
            client.Send("and?");
            Assert.Null(client.Receive(Timeout));
        }
        Assert.True(chat.Wait(Timeout));
        Assert.Equal(ChatOutcome.Finished, chat.Result);
        Assert.Equal(["Chris> hi", "Bob> hi", "Bob> and?"], terminal.Messages);
        Assert.Equal($"Listening on {server.HostName}:{server.Port}.", terminal.Notices[2]);
        Assert.Equal("Disconnected.", terminal.Notices[^1]);
    }

    [Fact]
    public void Secure_server_displays_an_invite_for_the_next_client()
    {
        using var server = ServerSession.Start(0, new ChatOptions { Handle = "HostA", SecureServer = new SecureServerOptions() }, IPAddress.Loopback);
        var invite = server.Invites.Create().Uri;
        var terminal = new LineTerminal("to Chris", "to Bob");
        var chat = Task.Run(() => new LineChat(server, terminal).Run(CancellationToken.None));
        foreach (var handle in new[] { "Chris", "Bob" })
        {
            using (var client = ClientSession.Connect("127.0.0.1", server.Port,
                new ChatOptions { Handle = handle, SecureClient = new SecureClientOptions { Invite = invite } }))
            {
                client.Send("hi");
                Assert.Equal("to " + handle, client.Receive(Timeout)!.Text);
            }
            if (handle == "Bob")
                continue;
            Assert.True(SpinWait.SpinUntil(() => server.Invites.GetAll().Length == 1, Timeout));
            invite = server.Invites.GetAll()[0].Uri;
        }
        Assert.True(chat.Wait(Timeout));
        Assert.Contains($"  pairchat connect '{invite}'", terminal.Notices);
    }

    [Fact]
    public void Server_stops_when_the_client_leaves_after_the_end_of_the_input()
    {
        using var server = ServerSession.Start(0, new ChatOptions { Handle = "HostA" }, IPAddress.Loopback);
        var chat = Task.Run(() => new LineChat(server, new LineTerminal("hello")).Run(CancellationToken.None));
        using (var client = ClientSession.Connect("127.0.0.1", server.Port, new ChatOptions { Handle = "Chris" }))
        {
            client.Send("hi");
            client.Receive(Timeout);
        }
        Assert.True(chat.Wait(Timeout));
        Assert.Equal(ChatOutcome.Finished, chat.Result);
    }

    [Fact]
    public void Run_ends_the_conversation_when_the_output_is_lost()
    {
        var terminal = new LineTerminal("a") { IsOutputLost = true };
        Assert.Equal(ChatOutcome.OutputLost, RunClient(terminal));
        Assert.Equal("\\quit\n", _peer.ReceiveAvailable());
    }

    [Fact]
    public void Cancellation_is_the_outcome_although_the_output_is_lost()
    {
        using var stop = new CancellationTokenSource();
        using var session = ClientSession.FromConnection(_peer.SessionConnection, new ChatOptions { Handle = "Chris" });
        var terminal = new LineTerminal { IsEndless = true };
        terminal.Peeked = () =>
        {
            terminal.IsOutputLost = true;
            stop.Cancel();
        };
        Assert.Equal(ChatOutcome.Interrupted, new LineChat(session, terminal).Run(stop.Token));
    }

    [Fact]
    public void Room_stays_open_at_the_end_of_the_input_and_when_the_output_is_lost()
    {
        using var room = RoomSession.Start("lobby", 0, new ChatOptions { Handle = "Host" }, null, IPAddress.Loopback);
        using var ann = RoomMemberSession.Connect("127.0.0.1", room.Port, "lobby", new ChatOptions { Handle = "Ann" });
        using var stop = new CancellationTokenSource();
        var terminal = new LineTerminal("hello") { IsOutputLost = true };
        var chat = Task.Run(() => new LineChat(room, terminal).Run(stop.Token));
        Assert.Equal("Host> hello", ann.Receive(Timeout)!.ToString());
        foreach (var text in new[] { "one", "two" })
        {
            ann.Send(text);
            Assert.True(SpinWait.SpinUntil(() => terminal.Messages.Contains("Ann> " + text), Timeout));
        }
        Assert.False(room.IsCompleted);
        stop.Cancel();
        Assert.True(chat.Wait(Timeout));
        Assert.Equal(ChatOutcome.Interrupted, chat.Result);
        Assert.DoesNotContain("Host cannot", string.Join('\n', terminal.Notices), StringComparison.Ordinal);
    }

    [Fact]
    public void Quit_of_the_host_closes_the_room()
    {
        using var room = RoomSession.Start("lobby", 0, new ChatOptions { Handle = "Host" }, null, IPAddress.Loopback);
        using var ann = RoomMemberSession.Connect("127.0.0.1", room.Port, "lobby", new ChatOptions { Handle = "Ann" });
        using var stop = new CancellationTokenSource(Timeout);
        Assert.Equal(ChatOutcome.Finished, new LineChat(room, new LineTerminal("/quit") { IsEndless = true }).Run(stop.Token));
        Assert.Null(ann.Receive(Timeout));
    }

    [Fact]
    public void Input_of_a_host_that_has_ended_quits_the_conversation()
    {
        // A host without keys reports a line, and returns null for the end of the input.
        Assert.Equal(ChatOutcome.Finished, RunClient(new LineTerminal(null!)));
        Assert.Equal("\\quit\n", _peer.ReceiveAvailable());
    }

    [Fact]
    public void Detach_leaves_the_chat_and_keeps_the_session()
    {
        using var session = ClientSession.FromConnection(_peer.SessionConnection, new ChatOptions { Handle = "Chris" });
        var terminal = new LineTerminal("\\detach", "more");
        Assert.Equal(ChatOutcome.Detached, new LineChat(session, terminal, canDetach: true).Run(CancellationToken.None));
        Assert.Equal(ChatSessionState.Connected, session.State);
        Assert.Equal([$"Detached from the session {session.Name}. To return to it, run Enter-ChatSession."], terminal.Notices);
    }

    [Fact]
    public void What_the_chat_waits_for_is_written_once_a_turn()
    {
        var terminal = new LineTerminal("a", "b");
        terminal.StatusWritten = () => _peer.Send($"HostA> {terminal.Statuses.Count}\n");
        Assert.Equal(ChatOutcome.Finished, RunClient(terminal));
        Assert.Equal(["Waiting for memory...", "Waiting for HostA..."], terminal.Statuses);
        Assert.Equal(["HostA> 1", "HostA> 2"], terminal.Messages);
    }

    [Fact]
    public void Prompt_of_a_host_is_the_handle()
    {
        var terminal = new LineTerminal("\\quit");
        RunClient(terminal);
        Assert.Equal(["Chris> "], terminal.Prompts);
    }

    [Fact]
    public void Help_is_written_as_notices()
    {
        var terminal = new LineTerminal("\\help");
        RunClient(terminal);
        Assert.StartsWith("\\quit", terminal.Notices[0], StringComparison.Ordinal);
        Assert.Equal("\\quit\n", _peer.ReceiveAvailable());
    }

    [Fact]
    public void Server_stops_when_the_input_ends_after_the_client_has_left()
    {
        using var server = ServerSession.Start(0, new ChatOptions { Handle = "HostA" }, IPAddress.Loopback);
        var terminal = new LineTerminal([]) { IsEndless = true };
        var chat = Task.Run(() => new LineChat(server, terminal).Run(CancellationToken.None));
        using (var client = ClientSession.Connect("127.0.0.1", server.Port, new ChatOptions { Handle = "Chris" }))
            client.Send("hi");
        Assert.True(SpinWait.SpinUntil(() => terminal.Statuses.Count > 0 && terminal.Statuses[^1] == "Waiting for a client..." && terminal.Messages.Count == 1, Timeout));
        Assert.False(chat.IsCompleted);
        terminal.IsEndless = false;
        Assert.True(chat.Wait(Timeout));
        Assert.Equal(ChatOutcome.Finished, chat.Result);
    }

    [Fact]
    public void Server_without_input_waits_for_a_client_and_quits_on_its_turn()
    {
        using var server = ServerSession.Start(0, new ChatOptions { Handle = "HostA" }, IPAddress.Loopback);
        var terminal = new LineTerminal([]);
        var chat = Task.Run(() => new LineChat(server, terminal).Run(CancellationToken.None));
        Assert.True(SpinWait.SpinUntil(() => terminal.Statuses.Count > 0, Timeout));
        using var client = ClientSession.Connect("127.0.0.1", server.Port, new ChatOptions { Handle = "Chris" });
        client.Send("hi");
        Assert.Null(client.Receive(Timeout));
        Assert.True(chat.Wait(Timeout));
        Assert.Equal(ChatOutcome.Finished, chat.Result);
        Assert.Equal(["Chris> hi"], terminal.Messages);
    }

    private ChatOutcome RunClient(LineTerminal terminal, ChatOptions? options = null, CancellationToken stop = default)
    {
        using var session = ClientSession.FromConnection(_peer.SessionConnection, options ?? new ChatOptions { Handle = "Chris" });
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(stop);
        timeout.CancelAfter(Timeout);
        var outcome = new LineChat(session, terminal).Run(timeout.Token);
        Assert.True(session.IsCompleted);
        return outcome;
    }

    private bool TryReceiveLine()
    {
        var buffer = new byte[1];
        var deadline = Deadline.After(Timeout);
        while (!deadline.HasPassed)
        {
            var count = _peer.Connection.Receive(buffer, 0, 1, TransportConnection.PollInterval);
            if (count == 0)
                return false;
            if (count == 1 && buffer[0] == '\n')
                return true;
        }
        return false;
    }

    private sealed class LineTerminal(params string?[]? input) : ILineTerminal
    {
        private readonly Queue<string?> _input = new(input ?? [null]);

        /// <summary>Gets or sets whether the input stays open after the last line.</summary>
        public bool IsEndless { get; set; }

        public bool IsOutputLost { get; set; }

        public List<string> Messages { get; } = [];

        public List<string> Notices { get; } = [];

        public List<string> Statuses { get; } = [];

        public List<string> Prompts { get; } = [];

        public Action? Peeked { get; set; }

        public Action? StatusWritten { get; set; }

        public InputStatus Peek(TimeSpan timeout)
        {
            Peeked?.Invoke();
            return _input.Count > 0 ? InputStatus.LineAvailable : IsEndless ? InputStatus.Pending : InputStatus.Ended;
        }

        public string? ReadLine(string prompt)
        {
            Prompts.Add(prompt);
            return _input.Dequeue();
        }

        public void WriteMessage(string line) => Messages.Add(line);

        public void WriteNotice(string text) => Notices.Add(text);

        public void WriteStatus(string text)
        {
            Statuses.Add(text);
            StatusWritten?.Invoke();
        }
    }
}
