namespace PSPairChat;

/// <summary>Specifies the outcome of a wait for a message.</summary>
public enum ReceiveOutcome : long
{
    /// <summary>A message was received.</summary>
    Message,

    /// <summary>The conversation, or the session, has ended.</summary>
    Ended,

    /// <summary>No message was received in time; the session stays open.</summary>
    TimedOut,

    /// <summary>It is this end's turn to send and nothing is unread, so that no message can be expected.</summary>
    YourTurn,
}
