namespace PSPairChat;

/// <summary>Whether a pair takes turns.</summary>
public enum TurnOrder
{
    /// <summary>One message each, in turn.</summary>
    Alternate,

    /// <summary>Either end speaks when it likes.</summary>
    Free,
}
