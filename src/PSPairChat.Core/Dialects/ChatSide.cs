namespace PSPairChat;

/// <summary>One of the two ends of a pair.</summary>
public enum ChatSide
{
    /// <summary>The end that calls.</summary>
    Client,

    /// <summary>The end that listens.</summary>
    Server,
}
