namespace PSPairChat;

/// <summary>How a wait for a message came out.</summary>
public enum ReceiveOutcome
{
    /// <summary>A message came.</summary>
    Message,

    /// <summary>The conversation, or the session, has ended.</summary>
    Ended,

    /// <summary>Nothing came in time; the session goes on.</summary>
    TimedOut,

    /// <summary>It is our own turn and nothing is unread, so nothing would come.</summary>
    YourTurn,
}
