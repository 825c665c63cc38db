namespace PSPairChat;

/// <summary>Who may speak now.</summary>
public enum ChatTurn
{
    /// <summary>We speak next.</summary>
    Mine,

    /// <summary>The peer speaks next.</summary>
    Theirs,

    /// <summary>There are no turns: either end speaks when it likes.</summary>
    Free,
}
