namespace PSPairChat;

/// <summary>Specifies which end may send now.</summary>
public enum ChatTurn : long
{
    /// <summary>This end sends next.</summary>
    Mine,

    /// <summary>The peer sends next.</summary>
    Theirs,

    /// <summary>There are no turns: both ends may send at any time.</summary>
    Free,
}
