using System;
using System.Text;
using System.Text.RegularExpressions;

namespace PSPairChat.Scripting;

/// <summary>
/// Finds the shortest text that a regular expression describes: the first alternative, the fewest repetitions, the plainest character of a class, and for a named
/// group the value of its name. Looking around and referring back are beyond it.
/// </summary>
internal sealed class RegexExampleGenerator
{
    private static readonly string Characters = "1a A_-." + Printable();

    private readonly string _pattern;
    private readonly VariableScope _values;
    private int _at;

    private RegexExampleGenerator(string pattern, VariableScope values)
    {
        _pattern = pattern;
        _values = values;
    }

    /// <summary>The text; null where it cannot be told. It is for the caller to see whether it matches.</summary>
    public static string? Find(string pattern, VariableScope values)
    {
        try
        {
            return new RegexExampleGenerator(pattern, values).Alternatives();
        }
        catch (NotSupportedException)
        {
            return null;
        }
    }

    private char Next => _at < _pattern.Length ? _pattern[_at] : '\0';

    private string Alternatives()
    {
        var first = Sequence();
        while (Take('|'))
            Sequence();
        return first;
    }

    private string Sequence()
    {
        var text = new StringBuilder();
        while (_at < _pattern.Length && Next is not ('|' or ')'))
        {
            var atom = Atom();
            for (var times = Repetitions(); times > 0; times--)
                text.Append(atom);
        }
        return text.ToString();
    }

    private string Atom()
    {
        switch (Next)
        {
            case '(':
                _at++;
                return Group();
            case '[':
                return OneOf(ClassLength());
            case '.':
                return OneOf(1);
            case '\\':
                return Escape();
            case '^' or '$':
                _at++;
                return "";
            default:
                return _pattern[_at++].ToString();
        }
    }

    private string Group()
    {
        var name = "";
        if (Take('?'))
        {
            if (Take('<') || Take('\''))
            {
                if (Next is '=' or '!')
                    throw new NotSupportedException();
                var end = _pattern.IndexOfAny(['>', '\''], _at);
                name = _pattern.Substring(_at, end - _at);
                _at = end + 1;
            }
            else if (!Take(':') && !Take('>'))
            {
                // Options: (?i) or (?i:...)
                while (char.IsLetter(Next) || Next == '-')
                    _at++;
                if (Take(')'))
                    return "";
                if (!Take(':'))
                    throw new NotSupportedException();
            }
        }
        var inner = Alternatives();
        Take(')');
        return _values.TryGet(name, out var value) ? value : inner;
    }

    private string Escape()
    {
        switch (_at + 1 < _pattern.Length ? _pattern[_at + 1] : '\0')
        {
            case 'b' or 'B' or 'A' or 'z' or 'Z' or 'G':
                _at += 2;
                return "";
            case 'k' or >= '1' and <= '9':
                throw new NotSupportedException();
            case 'p' or 'P':
                return OneOf(_pattern.IndexOf('}', _at) - _at + 1);
            case 'x':
                return OneOf(4);
            case 'u':
                return OneOf(6);
            case 'c':
                return OneOf(3);
            default:
                return OneOf(2);
        }
    }

    private int ClassLength()
    {
        var depth = 0;
        for (var i = _at; i < _pattern.Length; i++)
        {
            if (_pattern[i] == '\\')
                i++;
            else if (_pattern[i] == '[')
                depth++;
            else if (_pattern[i] == ']' && i > _at + 1 && !(i == _at + 2 && _pattern[_at + 1] == '^') && --depth == 0)
                return i - _at + 1;
        }
        throw new NotSupportedException();
    }

    private string OneOf(int length)
    {
        var regex = RegexPattern.Create($@"\A(?:{_pattern.Substring(_at, length)})\z");
        _at += length;
        foreach (var c in Characters)
        {
            if (regex.IsMatch(c.ToString()))
                return c.ToString();
        }
        throw new NotSupportedException();
    }

    private int Repetitions()
    {
        var least = 1;
        if (Take('*') || Take('?'))
        {
            least = 0;
        }
        else if (Next == '{' && Regex.Match(_pattern.Substring(_at), @"\A\{([0-9]{1,3})(,[0-9]*)?\}") is { Success: true } counted)
        {
            least = int.Parse(counted.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture);
            _at += counted.Length;
        }
        else
        {
            Take('+');
        }
        Take('?');      // of the lazy ones
        return least;
    }

    private bool Take(char c)
    {
        if (_at == _pattern.Length || Next != c)
            return false;
        _at++;
        return true;
    }

    private static string Printable()
    {
        var characters = new StringBuilder();
        for (var c = ' '; c <= '~'; c++)
            characters.Append(c);
        return characters.Append('\t').ToString();
    }
}
