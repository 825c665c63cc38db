namespace PSPairChat;

/// <summary>Specifies one of the two ends of a pair.</summary>
public enum ChatSide : long
{
    /// <summary>The end that connects.</summary>
    Client,

    /// <summary>The end that listens.</summary>
    Server,
}
