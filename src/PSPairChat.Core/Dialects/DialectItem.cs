namespace PSPairChat.Dialects;

/// <summary>One thing that a peer said.</summary>
/// <param name="kind">What it is.</param>
/// <param name="text">A message or an opening exactly as it came, or why a dialect was found; empty otherwise.</param>
internal readonly struct DialectItem(DialectItemKind kind, string text)
{
    public DialectItemKind Kind { get; } = kind;

    public string Text { get; } = text;
}
