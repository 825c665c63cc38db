namespace PSPairChat.Terminal;

/// <summary>A key as the line editor understands it.</summary>
/// <param name="kind">What it means.</param>
/// <param name="text">The text that it types; empty for any other.</param>
internal readonly struct TerminalKey(TerminalKeyKind kind, string text = "")
{
    public TerminalKeyKind Kind { get; } = kind;

    public string Text { get; } = text;
}
