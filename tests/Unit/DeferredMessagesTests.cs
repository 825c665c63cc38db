using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using PSPairChat.Connections;
using PSPairChat.Sessions;
using Xunit;

namespace PSPairChat.Unit;

public sealed class DeferredMessagesTests
{
    [Fact]
    public void Messages_that_do_not_match_are_deferred_in_order()
    {
        var (chris, host) = CreatePair();
        foreach (var text in new[] { "1", "2", "ready", "3" })
            host.Send(text);
        Assert.Equal("ready", Wait(chris, "ready").Message!.Text);
        Assert.True(chris.HasDeferredMessages);
        Assert.Equal(["1", "2", "3"], Enumerable.Range(0, 3).Select(_ => chris.Receive(TimeSpan.FromSeconds(10))!.Text));
        Assert.False(chris.HasDeferredMessages);
    }

    [Fact]
    public void Deferred_messages_are_searched_before_new_ones()
    {
        var (chris, host) = CreatePair();
        foreach (var text in new[] { "a", "b", "c", "b" })
            host.Send(text);
        Assert.Equal(3, Wait(chris, "c").Message!.Sequence);
        Assert.Equal(2, Wait(chris, "b").Message!.Sequence);
        Assert.Equal(4, Wait(chris, "b").Message!.Sequence);
        Assert.Equal("a", chris.Receive()!.Text);
    }

    [Fact]
    public void Full_queue_is_an_error_that_loses_nothing()
    {
        var (chris, host) = CreatePair();
        for (var i = 1; i <= DeferredMessages.Capacity + 1; i++)
            host.Send(i.ToString(System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal(ChatErrorReason.InboxFull, Assert.Throws<ChatException>(() => Wait(chris, "none")).Reason);
        Assert.Equal(ChatErrorReason.InboxFull, Assert.Throws<ChatException>(() => Wait(chris, "1001")).Reason);
        Assert.Equal("7", Wait(chris, "7").Message!.Text);
        var remaining = Enumerable.Range(0, DeferredMessages.Capacity).Select(_ => chris.Receive(TimeSpan.FromSeconds(10))!.Sequence).ToArray();
        Assert.Equal(Enumerable.Range(1, DeferredMessages.Capacity + 1).Where(i => i != 7).Select(i => (long)i), remaining);
    }

    [Fact]
    public void Predicate_that_throws_loses_no_message()
    {
        var (chris, host) = CreatePair();
        host.Send("one");
        Assert.Throws<InvalidOperationException>(() => chris.TryReceive(_ => throw new InvalidOperationException(), null, false, default));
        Assert.Equal("one", chris.Receive()!.Text);
    }

    [Fact]
    public void Deferred_messages_can_be_received_after_the_end()
    {
        var (chris, host) = CreatePair();
        host.Send("kept");
        host.Disconnect();
        Assert.Equal(ReceiveOutcome.Ended, Wait(chris, "none").Outcome);
        Assert.Equal("kept", chris.Receive()!.Text);
        Assert.Equal(ChatErrorReason.SessionClosed, Assert.Throws<ChatException>(() => chris.Receive()).Reason);
    }

    [Fact]
    public void Concurrent_receive_returns_messages_in_order()
    {
        var (chris, host) = CreatePair();
        using var stop = new CancellationTokenSource();
        var waits = Task.Run(() => Wait(chris, "last"));
        var receives = Task.Run(() => Enumerable.Range(0, 500).Select(_ => chris.Receive(TimeSpan.FromSeconds(20))!.Sequence).ToArray());
        for (var i = 0; i < 500; i++)
            host.Send("x");
        host.Send("last");
        Assert.Equal("last", waits.Result.Message!.Text);
        var sequences = receives.Result;
        Assert.Equal(sequences.OrderBy(s => s), sequences);
    }

    private static ReceiveResult Wait(ChatSession session, string text) =>
        session.TryReceive(m => m.Text == text, TimeSpan.FromSeconds(20), waitOnOwnTurn: false, CancellationToken.None);

    private static (ClientSession Chris, ClientSession Host) CreatePair()
    {
        var (left, right) = InMemoryConnection.CreatePair();
        return (ClientSession.FromConnection(left, new ChatOptions { Handle = "Chris", TurnOrder = TurnOrder.Free }),
            ClientSession.FromConnection(right, new ChatOptions { Handle = "HostA", TurnOrder = TurnOrder.Free }));
    }
}
