using System;
using System.Collections.Generic;
using System.Net;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using PSPairChat.Terminal;
using PSPairChat.Connections;
using Xunit;

namespace PSPairChat.Unit;

public sealed class LineChatTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly InMemoryConnection _peer;
    private readonly InMemoryConnection _own;

    public LineChatTests() => (_own, _peer) = InMemoryConnection.CreatePair();

    [Fact]
    public void Each_line_is_said_in_its_turn_and_the_end_of_the_input_is_a_quit()
    {
        Says("HostA> one\nHostA> two\n");
        var lines = new Lines("a", "b");
        Assert.Equal(ChatOutcome.Finished, Client(lines));
        Assert.Equal(["HostA> one", "HostA> two"], lines.Messages);
        Assert.Equal(["Disconnected."], lines.Notices);
        Assert.Equal("Chris> a\nChris> b\n\\quit\n", Heard());
    }

    [Theory]
    [InlineData("HostA> one\nHostA> \\quit\n", ChatOutcome.InputNotSent, "a", "b", "c")]
    [InlineData("HostA> one\nHostA> \\quit\n", ChatOutcome.Finished, "a", "b")]
    [InlineData("HostA> one\nHostA> two\n", ChatOutcome.InputNotSent, "a", "\\quit", "c")]
    [InlineData("HostA> one\nHostA> two\n", ChatOutcome.InputNotSent, "a", "", "b")]
    public void What_could_not_be_said_is_told(string peer, object end, params string[] lines)
    {
        var input = new Lines(lines);
        // The peer answers each line, and only then.
        var answering = Task.Run(() =>
        {
            foreach (var answer in peer.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            {
                if (!HearsLine())
                    return;
                try
                {
                    Says(answer + "\n");
                }
                catch (ConnectionLostException)
                {
                    // What was heard was a quit, and the stream is gone.
                    return;
                }
            }
        });
        Assert.Equal((ChatOutcome)end, Client(input));
        Assert.True(answering.Wait(Patience));
    }

    [Fact]
    public void A_peer_who_breaks_off_is_told_apart_from_one_who_leaves()
    {
        _peer.SimulateConnectionLoss();
        var lines = new Lines("a");
        Assert.Equal(ChatOutcome.ConnectionLost, Client(lines));
        Assert.Equal(["Connection to peer lost."], lines.Notices);
    }

    [Fact]
    public void A_refused_line_is_explained_and_the_next_is_said()
    {
        var lines = new Lines("123456", "12345");
        // One is read while the first line is refused, the other answers the second.
        Says("x\ny\n");
        Assert.Equal(ChatOutcome.InputNotSent, Client(lines, new ChatOptions { Handle = "Chris", MaxMessageLength = 5 }));
        Assert.Equal("Chris> 12345\n\\quit\n", Heard());
        Assert.Equal("The message has 6 characters. The limit is 5.", lines.Notices[0]);
    }

    [Fact]
    public void A_cancellation_tells_the_peer_first()
    {
        using var stop = new CancellationTokenSource(50);
        Assert.Equal(ChatOutcome.Interrupted, Client(new Lines { Endless = true }, stop: stop.Token));
        Assert.Equal("\\quit\n", Heard());
    }

    [Fact]
    public void What_a_peer_sends_is_written_as_text_whatever_it_is()
    {
        Says("HostA> \u001b[2J\n");
        var lines = new Lines("a");
        Client(lines);
        Assert.Equal(["HostA> ␛[2J"], lines.Messages);
    }

    [Fact]
    public void A_server_goes_from_client_to_client_and_stops_after_the_talk_in_which_its_input_ended()
    {
        using var server = ServerSession.Start(0, new ChatOptions { Handle = "HostA" }, IPAddress.Loopback);
        var lines = new Lines("to Chris", "to Bob");
        var chat = Task.Run(() => new LineChat(server, lines).Run(CancellationToken.None));
        foreach (var who in new[] { "Chris", "Bob" })
        {
            using var client = ClientSession.Connect("127.0.0.1", server.Port, new ChatOptions { Handle = who });
            client.Send("hi");
            Assert.Equal("to " + who, client.Receive(Patience)!.Text);
            if (who == "Chris")
                continue;
            client.Send("and?");
            Assert.Null(client.Receive(Patience));
        }
        Assert.True(chat.Wait(Patience));
        Assert.Equal(ChatOutcome.Finished, chat.Result);
        Assert.Equal(["Chris> hi", "Bob> hi", "Bob> and?"], lines.Messages);
        Assert.Equal($"Listening on {server.HostName}:{server.Port}.", lines.Notices[2]);
        Assert.Equal("Disconnected.", lines.Notices[^1]);
    }

    [Fact]
    public void A_server_whose_input_has_ended_stops_when_the_client_leaves()
    {
        using var server = ServerSession.Start(0, new ChatOptions { Handle = "HostA" }, IPAddress.Loopback);
        var chat = Task.Run(() => new LineChat(server, new Lines("hello")).Run(CancellationToken.None));
        using (var client = ClientSession.Connect("127.0.0.1", server.Port, new ChatOptions { Handle = "Chris" }))
        {
            client.Send("hi");
            client.Receive(Patience);
        }
        Assert.True(chat.Wait(Patience));
        Assert.Equal(ChatOutcome.Finished, chat.Result);
    }

    private ChatOutcome Client(Lines lines, ChatOptions? options = null, CancellationToken stop = default)
    {
        using var session = ClientSession.FromConnection(_own, options ?? new ChatOptions { Handle = "Chris" });
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(stop);
        timeout.CancelAfter(Patience);
        var end = new LineChat(session, lines).Run(timeout.Token);
        Assert.True(session.IsCompleted);
        return end;
    }

    private void Says(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        _peer.Send(bytes, 0, bytes.Length);
    }

    private bool HearsLine()
    {
        var one = new byte[1];
        var deadline = Deadline.After(Patience);
        while (!deadline.HasPassed)
        {
            var count = _peer.Receive(one, 0, 1, TransportConnection.PollInterval);
            if (count == 0)
                return false;
            if (count == 1 && one[0] == '\n')
                return true;
        }
        return false;
    }

    private string Heard()
    {
        var buffer = new byte[64 * 1024];
        var count = _peer.Receive(buffer, 0, buffer.Length, 0);
        return count > 0 ? Encoding.UTF8.GetString(buffer, 0, count) : "";
    }

    private sealed class Lines(params string[] lines) : ILineTerminal
    {
        private readonly Queue<string> _lines = new(lines);

        /// <summary>Whether more lines may come some day.</summary>
        public bool Endless { get; init; }

        public List<string> Messages { get; } = [];

        public List<string> Notices { get; } = [];

        public LineInput Peek(TimeSpan wait) => _lines.Count > 0 ? LineInput.Line : Endless ? LineInput.NotAvailable : LineInput.End;

        public string? ReadLine(string prompt) => _lines.Dequeue();

        public void WriteMessage(string line) => Messages.Add(line);

        public void WriteNotice(string text) => Notices.Add(text);

        public void WriteWaiting(string text)
        {
            // A script knows.
        }
    }
}
