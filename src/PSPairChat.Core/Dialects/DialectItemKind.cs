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

    /// <summary>Nothing yet, but its bytes have shown how it talks: the reader's dialect has changed.</summary>
    Detected,

    /// <summary>Its opening; where ours is the answer, it is due.</summary>
    GreetingReceived,
}
