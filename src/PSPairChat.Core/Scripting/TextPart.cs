namespace PSPairChat.Scripting;

/// <summary>A piece of a text in a script: literal, a wildcard, or a name to be filled in.</summary>
/// <param name="text">The piece as it stands there.</param>
/// <param name="isWildcard">Whether it is a <c>*</c>, a <c>?</c> or a <c>[set]</c>.</param>
/// <param name="hole">The name to be filled in.</param>
internal readonly struct TextPart(string text, bool isWildcard = false, Placeholder? hole = null)
{
    public string Text { get; } = text;

    public bool IsWildcard { get; } = isWildcard;

    public Placeholder? Placeholder { get; } = hole;
}
