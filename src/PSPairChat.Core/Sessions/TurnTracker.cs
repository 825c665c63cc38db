namespace PSPairChat.Sessions;

/// <summary>
/// The state of one conversation of a pair: whose turn it is and how much was said. Strict in what we say, tolerant in what we hear: a peer who
/// speaks twice is heard twice.
/// </summary>
/// <param name="order">Whether the pair takes turns.</param>
/// <param name="weSpeakFirst">Whether the first turn is ours.</param>
internal sealed class TurnTracker(TurnOrder order, bool weSpeakFirst)
{
    /// <summary>The command that ends a conversation; as a message it cannot be said.</summary>
    public const string QuitCommand = "\\quit";

    private volatile ChatTurn _turn = order == TurnOrder.Free ? ChatTurn.Free : weSpeakFirst ? ChatTurn.Mine : ChatTurn.Theirs;

    /// <summary>Who may speak now; any thread may look.</summary>
    public ChatTurn Turn => _turn;

    /// <summary>How many messages we have said.</summary>
    public long MessagesSent { get; private set; }

    /// <summary>How many messages we have heard.</summary>
    public long MessagesReceived { get; private set; }

    /// <summary>Takes down that we speak.</summary>
    /// <exception cref="ChatException">NotYourTurn.</exception>
    public void OnSent()
    {
        if (Turn == ChatTurn.Theirs)
            throw new ChatException(ChatErrorReason.NotYourTurn, "It is the other end's turn to speak.");
        MessagesSent++;
        SetTurn(ChatTurn.Theirs);
    }

    /// <summary>Takes down that the peer has spoken.</summary>
    public void OnReceived()
    {
        MessagesReceived++;
        SetTurn(ChatTurn.Mine);
    }

    /// <summary>Takes down who has the first turn, once the peer's dialect has shown it.</summary>
    public void SetFirstTurn(bool weSpeak)
    {
        if (MessagesSent == 0 && MessagesReceived == 0)
            SetTurn(weSpeak ? ChatTurn.Mine : ChatTurn.Theirs);
    }

    private void SetTurn(ChatTurn to)
    {
        if (_turn != ChatTurn.Free)
            _turn = to;
    }
}
