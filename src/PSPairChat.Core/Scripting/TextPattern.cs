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
    public override IEnumerable<ScriptHole> Holes => from part in parts where part.Hole is not null select part.Hole.GetValueOrDefault();

    public override IEnumerable<string> Captures => [];

    public override string Say(ScriptValues values)
    {
        var said = new StringBuilder();
        foreach (var part in parts)
            said.Append(part.Hole?.Fill(values) ?? part.Text);
        return said.ToString();
    }

    public override IReadOnlyDictionary<string, string>? Match(string text, ScriptValues values) =>
        Say(values) == text || parts.Any(p => p.IsWildcard) && Wildcards(values).IsMatch(text) ? NoCaptures : null;

    private Wildcard Wildcards(ScriptValues values)
    {
        var wildcard = new Wildcard();
        foreach (var part in parts)
        {
            if (part.IsWildcard)
                wildcard.AddWild(part.Text);
            else
                wildcard.AddLiteral(part.Hole?.Fill(values) ?? part.Text);
        }
        return wildcard;
    }
}
