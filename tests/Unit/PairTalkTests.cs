using PSPairChat.Conversation;
using Xunit;

namespace PSPairChat.Unit;

public sealed class PairTalkTests
{
    [Fact]
    public void The_client_speaks_first_and_then_they_alternate()
    {
        var client = new PairTalk(TurnOrder.Alternate, weSpeakFirst: true);
        var server = new PairTalk(TurnOrder.Alternate, weSpeakFirst: false);
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal((ChatTurn.Mine, ChatTurn.Theirs), (client.Turn, server.Turn));
            client.Say();
            server.Hear();
            Assert.Equal((ChatTurn.Theirs, ChatTurn.Mine), (client.Turn, server.Turn));
            server.Say();
            client.Hear();
        }
        Assert.Equal((3, 3), (client.Sent, client.Received));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Speaking_out_of_turn_is_refused_and_changes_nothing(bool weSpeakFirst)
    {
        var talk = new PairTalk(TurnOrder.Alternate, weSpeakFirst);
        if (weSpeakFirst)
            talk.Say();
        var said = talk.Sent;
        Assert.Equal(ChatErrorReason.NotYourTurn, Assert.Throws<ChatException>(talk.Say).Reason);
        Assert.Equal((said, ChatTurn.Theirs), (talk.Sent, talk.Turn));
    }

    [Fact]
    public void A_peer_who_speaks_twice_is_heard_twice()
    {
        var talk = new PairTalk(TurnOrder.Alternate, weSpeakFirst: false);
        talk.Hear();
        talk.Hear();
        Assert.Equal((2, ChatTurn.Mine), (talk.Received, talk.Turn));
    }

    [Fact]
    public void A_free_talk_has_no_turns()
    {
        var talk = new PairTalk(TurnOrder.Free, weSpeakFirst: false);
        talk.Say();
        talk.Say();
        talk.Hear();
        Assert.Equal((2, 1, ChatTurn.Free), (talk.Sent, talk.Received, talk.Turn));
    }

    [Fact]
    public void A_dialect_in_which_the_server_begins_passes_the_first_turn()
    {
        var talk = new PairTalk(TurnOrder.Alternate, weSpeakFirst: true);
        talk.Begin(weSpeak: false);
        Assert.Equal(ChatTurn.Theirs, talk.Turn);
        talk.Hear();
        talk.Begin(weSpeak: false);
        Assert.Equal(ChatTurn.Mine, talk.Turn);
    }
}
