namespace PSPairChat.Dialects;

/// <summary>What a peer said.</summary>
internal enum DialectItemKind
{
    /// <summary>A message.</summary>
    Message,

    /// <summary>That it leaves.</summary>
    Quit,

    /// <summary>More bytes without an end than are accepted; nothing can follow.</summary>
    TooLong,
}
