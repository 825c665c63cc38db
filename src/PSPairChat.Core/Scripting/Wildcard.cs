using System.Collections.Generic;

namespace PSPairChat.Scripting;

/// <summary>
/// A wildcard pattern as in -like, without regard to case: <c>*</c> for any text, <c>?</c> for one character, <c>[a-z]</c> for one character of a set. Matching
/// takes time in proportion to the product of both lengths at most.
/// </summary>
internal sealed class Wildcard
{
    private readonly List<Part> _parts = [];

    /// <summary>Parses a pattern in PowerShell's syntax, with backticks for escaping.</summary>
    public static Wildcard Parse(string pattern)
    {
        var wildcard = new Wildcard();
        for (var i = 0; i < pattern.Length; i++)
        {
            if (pattern[i] == ScriptText.Escape && i + 1 < pattern.Length)
            {
                wildcard.AddLiteral(pattern[++i].ToString());
            }
            else if (GetLength(pattern, i, pattern.Length) is var length && length > 0)
            {
                wildcard.AddWildcard(pattern.Substring(i, length));
                i += length - 1;
            }
            else
            {
                wildcard.AddLiteral(pattern[i].ToString());
            }
        }
        return wildcard;
    }

    /// <summary>Gets the length of the wildcard at an index; 0 if there is none. A bracket without a closing bracket is literal.</summary>
    public static int GetLength(string pattern, int index, int end)
    {
        switch (pattern[index])
        {
            case '*':
            case '?':
                return 1;
            case '[':
                var close = pattern.IndexOf(']', index, end - index);
                return close > index + 1 ? close - index + 1 : 0;
            default:
                return 0;
        }
    }

    public void AddLiteral(string text)
    {
        foreach (var c in text)
            _parts.Add(new Part(PartKind.Literal, char.ToUpperInvariant(c), ""));
    }

    public void AddWildcard(string text) => _parts.Add(text switch
    {
        "*" => new Part(PartKind.Any, '*', ""),
        "?" => new Part(PartKind.One, '?', ""),
        _ => new Part(PartKind.Set, '[', text.Substring(1, text.Length - 2).ToUpperInvariant()),
    });

    public bool IsMatch(string text)
    {
        int part = 0, index = 0, starPart = -1, starIndex = 0;
        while (index < text.Length)
        {
            if (part < _parts.Count && _parts[part].Kind == PartKind.Any)
            {
                starPart = part++;
                starIndex = index;
            }
            else if (part < _parts.Count && _parts[part].Matches(text[index]))
            {
                part++;
                index++;
            }
            else if (starPart >= 0)
            {
                // Retry with one more character for the last star.
                part = starPart + 1;
                index = ++starIndex;
            }
            else
            {
                return false;
            }
        }
        while (part < _parts.Count && _parts[part].Kind == PartKind.Any)
            part++;
        return part == _parts.Count;
    }

    private enum PartKind
    {
        Literal,
        One,
        Set,
        Any,
    }

    private readonly struct Part(PartKind kind, char character, string set)
    {
        public PartKind Kind { get; } = kind;

        public bool Matches(char c) => Kind switch
        {
            PartKind.One => true,
            PartKind.Set => IsInSet(char.ToUpperInvariant(c)),
            _ => char.ToUpperInvariant(c) == character,
        };

        private bool IsInSet(char c)
        {
            for (var i = 0; i < set.Length; i++)
            {
                if (i + 2 < set.Length && set[i + 1] == '-')
                {
                    if (c >= set[i] && c <= set[i + 2])
                        return true;
                    i += 2;
                }
                else if (c == set[i])
                {
                    return true;
                }
            }
            return false;
        }
    }
}
