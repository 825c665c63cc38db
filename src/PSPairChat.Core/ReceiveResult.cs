namespace PSPairChat;

/// <summary>What came of waiting for a message.</summary>
public readonly struct ReceiveResult
{
    internal ReceiveResult(ReceiveOutcome outcome, ChatMessage? message = null, ChatException? fault = null)
    {
        Outcome = outcome;
        Message = message;
        Fault = fault;
    }

    /// <summary>How it came out.</summary>
    public ReceiveOutcome Outcome { get; }

    /// <summary>The message, when one came.</summary>
    public ChatMessage? Message { get; }

    /// <summary>What ended the conversation, when that was a fault: PeerDisconnected or LineTooLong; null for a quit.</summary>
    public ChatException? Fault { get; }
}
