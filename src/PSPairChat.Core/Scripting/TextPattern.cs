using System.Collections.Generic;
using System.Linq;
using System.Text;

namespace PSPairChat.Scripting;

/// <summary>
/// A text with placeholders and wildcards. It matches itself. With wildcards, it also matches other texts as -like does, without regard to case. If it is sent,
/// wildcards are literal characters.
/// </summary>
internal sealed class TextPattern(IReadOnlyList<TextPart> parts) : ScriptPattern
{
    public override IEnumerable<Placeholder> Placeholders => from part in parts where part.Placeholder is not null select part.Placeholder.GetValueOrDefault();

    public override IEnumerable<string> Captures => [];

    public override string Expand(VariableScope variables)
    {
        var text = new StringBuilder();
        foreach (var part in parts)
            text.Append(part.Placeholder?.Resolve(variables) ?? part.Text);
        return text.ToString();
    }

    public override IReadOnlyDictionary<string, string>? Match(string text, VariableScope variables) =>
        Expand(variables) == text || parts.Any(p => p.IsWildcard) && CreateWildcard(variables).IsMatch(text) ? NoCaptures : null;

    private Wildcard CreateWildcard(VariableScope variables)
    {
        var wildcard = new Wildcard();
        foreach (var part in parts)
        {
            if (part.IsWildcard)
                wildcard.AddWildcard(part.Text);
            else
                wildcard.AddLiteral(part.Placeholder?.Resolve(variables) ?? part.Text);
        }
        return wildcard;
    }
}
