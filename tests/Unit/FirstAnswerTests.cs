using System;
using System.Collections.Generic;
using System.Net;
using System.Threading.Tasks;
using PSPairChat.Terminal;
using Xunit;

namespace PSPairChat.Unit;

/// <summary>What a client does before the server has sent anything.</summary>
public sealed class FirstAnswerTests : InteractiveChatTestBase
{
    private const string BusyServerHint = "The server may be talking to another client.";

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan ShortTimeout = TimeSpan.FromMilliseconds(150);

    [Fact]
    public void Timeout_before_the_first_answer_says_that_the_server_may_be_busy()
    {
        using var server = ServerSession.Start(0, new ChatOptions { Handle = "HostA" }, IPAddress.Loopback);
        using var first = ClientSession.Connect("127.0.0.1", server.Port, new ChatOptions { Handle = "Chris" });
        first.Send("one");
        Assert.NotNull(server.Receive(Timeout));
        using var second = ClientSession.Connect("127.0.0.1", server.Port, new ChatOptions { Handle = "Ann" });
        second.Send("two");
        Assert.EndsWith(BusyServerHint, GetTimeoutMessage(second), StringComparison.Ordinal);
        first.Disconnect();
        Assert.Null(server.Receive(Timeout));
        Assert.NotNull(server.Receive(Timeout));
        server.Send("two, too");
        Assert.NotNull(second.Receive(Timeout));
        second.Send("three");
        Assert.DoesNotContain(BusyServerHint, GetTimeoutMessage(second), StringComparison.Ordinal);
    }

    [Fact]
    public void Timeout_of_a_server_does_not_mention_another_client()
    {
        using var server = ServerSession.Start(0, new ChatOptions { Handle = "HostA" }, IPAddress.Loopback);
        Assert.DoesNotContain(BusyServerHint, GetTimeoutMessage(server), StringComparison.Ordinal);
    }

    [Fact]
    public void Chat_that_waits_for_the_first_answer_shows_after_three_seconds_that_the_server_may_be_busy()
    {
        Screen = new VirtualScreen(100, 24);
        RunClient(Script);
        IEnumerable<TerminalKey> Script()
        {
            yield return Text("hello");
            yield return Enter;
            yield return NoKey;
            Assert.Equal("Waiting for memory...", Screen.Lines[^1]);
            foreach (var key in WaitFor("Waiting for memory... " + BusyServerHint))
                yield return key;
            Peer.Send("HostA> sorry\n");
            foreach (var key in WaitFor("Chris>"))
                yield return key;
            Assert.DoesNotContain(BusyServerHint, Screen.Text, StringComparison.Ordinal);
            yield return Text("never mind");
            yield return Enter;
            yield return NoKey;
            Assert.Equal("Waiting for HostA...", Screen.Lines[^1]);
            yield return Interrupt;
        }
    }

    [Fact]
    public async Task Receive_with_a_timeout_waits_for_a_late_greeting()
    {
        using var session = ClientSession.FromConnection(Peer.SessionConnection, new ChatOptions { Handle = "Chris" });
        var greeting = Task.Run(() => session.Receive(Timeout)!.Text);
        await Task.Delay(10 * session.Options.IdleTimeout);
        Assert.False(greeting.IsCompleted);
        Peer.Send("220 mail ready\n");
        Assert.Equal("220 mail ready", await greeting);
    }

    [Fact]
    public void Receive_throws_YourTurn_when_no_greeting_was_received_in_time()
    {
        using var session = ClientSession.FromConnection(Peer.SessionConnection, new ChatOptions { Handle = "Chris" });
        Assert.Equal(ChatErrorReason.YourTurn, Assert.Throws<ChatException>(() => session.Receive(ShortTimeout)).Reason);
        Assert.Equal(ChatErrorReason.YourTurn, Assert.Throws<ChatException>(() => session.Receive()).Reason);
        session.Send("hello");
        Peer.Send("HostA> hi\n");
        Assert.Equal("hi", session.Receive(Timeout)!.Text);
        Assert.Equal(ChatErrorReason.YourTurn, Assert.Throws<ChatException>(() => session.Receive(TimeSpan.FromMinutes(10))).Reason);
    }

    private static string GetTimeoutMessage(ChatSession session)
    {
        var error = Assert.Throws<ChatException>(() => session.Receive(ShortTimeout));
        Assert.Equal(ChatErrorReason.ReceiveTimedOut, error.Reason);
        return error.Message;
    }
}
