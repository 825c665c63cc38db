namespace PSPairChat.Sessions;

/// <summary>
/// Tracks whose turn it is in one conversation of a pair, and counts the messages. Sending out of turn is an error; a peer that sends twice is received twice.
/// </summary>
/// <param name="order">Whether the ends take turns.</param>
/// <param name="isFirst">Whether this end has the first turn.</param>
internal sealed class TurnTracker(TurnOrder order, bool isFirst)
{
    /// <summary>The command that ends a conversation; it cannot be sent as a message.</summary>
    public const string QuitCommand = "\\quit";

    private volatile int _turn = (int)(order == TurnOrder.Free ? ChatTurn.Free : isFirst ? ChatTurn.Mine : ChatTurn.Theirs);

    /// <summary>Gets a value that indicates which end may send now. Any thread may call this.</summary>
    public ChatTurn Turn => (ChatTurn)_turn;

    /// <summary>Gets the number of messages sent.</summary>
    public long MessagesSent { get; private set; }

    /// <summary>Gets the number of messages received.</summary>
    public long MessagesReceived { get; private set; }

    /// <summary>Records that a message is sent.</summary>
    /// <exception cref="ChatException">NotYourTurn.</exception>
    public void OnSent()
    {
        if (Turn == ChatTurn.Theirs)
            throw new ChatException(ChatErrorReason.NotYourTurn, "It is the peer's turn to send.");
        MessagesSent++;
        SetTurn(ChatTurn.Theirs);
    }

    /// <summary>Records that a message was received.</summary>
    public void OnReceived()
    {
        MessagesReceived++;
        SetTurn(ChatTurn.Mine);
    }

    /// <summary>Sets which end has the first turn, when the greeting of the peer has shown it. Has no effect after the first message.</summary>
    public void SetFirstTurn(bool isMine)
    {
        if (MessagesSent == 0 && MessagesReceived == 0)
            SetTurn(isMine ? ChatTurn.Mine : ChatTurn.Theirs);
    }

    private void SetTurn(ChatTurn turn)
    {
        if (Turn != ChatTurn.Free)
            _turn = (int)turn;
    }
}
