namespace PSPairChat.Scripting;

/// <summary>A part of a text in a script: literal text, a wildcard or a placeholder.</summary>
/// <param name="text">The part as it is written.</param>
/// <param name="isWildcard">Whether the part is <c>*</c>, <c>?</c> or <c>[set]</c>.</param>
/// <param name="placeholder">The placeholder; null for other parts.</param>
internal readonly struct TextPart(string text, bool isWildcard = false, Placeholder? placeholder = null)
{
    public string Text { get; } = text;

    public bool IsWildcard { get; } = isWildcard;

    public Placeholder? Placeholder { get; } = placeholder;
}
