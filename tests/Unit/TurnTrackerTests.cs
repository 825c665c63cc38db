using PSPairChat.Sessions;
using Xunit;

namespace PSPairChat.Unit;

public sealed class TurnTrackerTests
{
    [Fact]
    public void The_client_speaks_first_and_then_they_alternate()
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
    public void Speaking_out_of_turn_is_refused_and_changes_nothing(bool isFirst)
    {
        var talk = new TurnTracker(TurnOrder.Alternate, isFirst);
        if (isFirst)
            talk.OnSent();
        var said = talk.MessagesSent;
        Assert.Equal(ChatErrorReason.NotYourTurn, Assert.Throws<ChatException>(talk.OnSent).Reason);
        Assert.Equal((said, ChatTurn.Theirs), (talk.MessagesSent, talk.Turn));
    }

    [Fact]
    public void A_peer_who_speaks_twice_is_heard_twice()
    {
        var talk = new TurnTracker(TurnOrder.Alternate, isFirst: false);
        talk.OnReceived();
        talk.OnReceived();
        Assert.Equal((2, ChatTurn.Mine), (talk.MessagesReceived, talk.Turn));
    }

    [Fact]
    public void A_free_talk_has_no_turns()
    {
        var talk = new TurnTracker(TurnOrder.Free, isFirst: false);
        talk.OnSent();
        talk.OnSent();
        talk.OnReceived();
        Assert.Equal((2, 1, ChatTurn.Free), (talk.MessagesSent, talk.MessagesReceived, talk.Turn));
    }

    [Fact]
    public void A_dialect_in_which_the_server_begins_passes_the_first_turn()
    {
        var talk = new TurnTracker(TurnOrder.Alternate, isFirst: true);
        talk.SetFirstTurn(isMine: false);
        Assert.Equal(ChatTurn.Theirs, talk.Turn);
        talk.OnReceived();
        talk.SetFirstTurn(isMine: false);
        Assert.Equal(ChatTurn.Mine, talk.Turn);
    }
}
