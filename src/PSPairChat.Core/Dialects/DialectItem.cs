namespace PSPairChat.Dialects;

/// <summary>An item decoded from the bytes of a peer.</summary>
/// <param name="kind">The kind of item.</param>
/// <param name="text">The exact text of a message or greeting, or the reason for a detected dialect; otherwise empty.</param>
internal readonly struct DialectItem(DialectItemKind kind, string text)
{
    public DialectItemKind Kind { get; } = kind;

    public string Text { get; } = text;
}
