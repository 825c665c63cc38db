using PSPairChat.Sessions;
using Xunit;

namespace PSPairChat.Unit;

public sealed class TurnTrackerTests
{
    [Fact]
    public void Ends_alternate_from_the_first_turn_on()
    {
        var client = new TurnTracker(TurnOrder.Alternate, isFirst: true);
        var server = new TurnTracker(TurnOrder.Alternate, isFirst: false);
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal((ChatTurn.Mine, ChatTurn.Theirs), (client.Turn, server.Turn));
            client.OnSent();
            server.OnReceived();
            Assert.Equal((ChatTurn.Theirs, ChatTurn.Mine), (client.Turn, server.Turn));
            server.OnSent();
            client.OnReceived();
        }
        Assert.Equal((3, 3), (client.MessagesSent, client.MessagesReceived));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void OnSent_out_of_turn_throws_and_changes_nothing(bool isFirst)
    {
        var tracker = new TurnTracker(TurnOrder.Alternate, isFirst);
        if (isFirst)
            tracker.OnSent();
        var sent = tracker.MessagesSent;
        Assert.Equal(ChatErrorReason.NotYourTurn, Assert.Throws<ChatException>(tracker.OnSent).Reason);
        Assert.Equal((sent, ChatTurn.Theirs), (tracker.MessagesSent, tracker.Turn));
    }

    [Fact]
    public void OnReceived_twice_in_a_row_counts_both_messages()
    {
        var tracker = new TurnTracker(TurnOrder.Alternate, isFirst: false);
        tracker.OnReceived();
        tracker.OnReceived();
        Assert.Equal((2, ChatTurn.Mine), (tracker.MessagesReceived, tracker.Turn));
    }

    [Fact]
    public void Free_turn_order_has_no_turns()
    {
        var tracker = new TurnTracker(TurnOrder.Free, isFirst: false);
        tracker.OnSent();
        tracker.OnSent();
        tracker.OnReceived();
        Assert.Equal((2, 1, ChatTurn.Free), (tracker.MessagesSent, tracker.MessagesReceived, tracker.Turn));
    }

    [Fact]
    public void SetFirstTurn_changes_the_turn_only_before_the_first_message()
    {
        var tracker = new TurnTracker(TurnOrder.Alternate, isFirst: true);
        tracker.SetFirstTurn(isMine: false);
        Assert.Equal(ChatTurn.Theirs, tracker.Turn);
        tracker.OnReceived();
        tracker.SetFirstTurn(isMine: false);
        Assert.Equal(ChatTurn.Mine, tracker.Turn);
    }
}
