namespace PSPairChat.Dialects;

/// <summary>One thing that a peer said.</summary>
/// <param name="kind">What it is.</param>
/// <param name="text">The text of a message, exactly as it came; empty otherwise.</param>
internal readonly struct DialectItem(DialectItemKind kind, string text)
{
    public DialectItemKind Kind { get; } = kind;

    public string Text { get; } = text;
}
