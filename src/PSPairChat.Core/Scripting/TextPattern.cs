using System.Collections.Generic;
using System.Linq;
using System.Text;

namespace PSPairChat.Scripting;

/// <summary>
/// A text, literal but for <c>{name}</c> and the wildcards <c>*</c>, <c>?</c> and <c>[a-z]</c>. Without a wildcard it matches itself alone; with one it matches as
/// -like does, without regard to case, and itself. Said, its wildcards are plain characters.
/// </summary>
internal sealed class TextPattern(IReadOnlyList<TextPart> parts) : ScriptPattern
{
    public override IEnumerable<Placeholder> Placeholders => from part in parts where part.Placeholder is not null select part.Placeholder.GetValueOrDefault();

    public override IEnumerable<string> Captures => [];

    public override string Expand(VariableScope values)
    {
        var said = new StringBuilder();
        foreach (var part in parts)
            said.Append(part.Placeholder?.Resolve(values) ?? part.Text);
        return said.ToString();
    }

    public override IReadOnlyDictionary<string, string>? Match(string text, VariableScope values) =>
        Expand(values) == text || parts.Any(p => p.IsWildcard) && Wildcards(values).IsMatch(text) ? NoCaptures : null;

    private Wildcard Wildcards(VariableScope values)
    {
        var wildcard = new Wildcard();
        foreach (var part in parts)
        {
            if (part.IsWildcard)
                wildcard.AddWildcard(part.Text);
            else
                wildcard.AddLiteral(part.Placeholder?.Resolve(values) ?? part.Text);
        }
        return wildcard;
    }
}
