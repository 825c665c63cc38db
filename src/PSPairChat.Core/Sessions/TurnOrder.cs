namespace PSPairChat;

/// <summary>Specifies whether the ends of a pair take turns.</summary>
public enum TurnOrder : long
{
    /// <summary>The ends send one message each, in turn.</summary>
    Alternate,

    /// <summary>Both ends may send at any time.</summary>
    Free,
}
