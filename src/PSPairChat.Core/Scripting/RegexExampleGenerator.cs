using System;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace PSPairChat.Scripting;

/// <summary>
/// Generates a short text that a regular expression matches: the first alternative, the fewest repetitions, the most common character of a class, and for a named
/// group the variable of its name. Lookarounds, backreferences, and texts of more than 65,536 characters are not supported.
/// </summary>
internal sealed class RegexExampleGenerator
{
    private const int MaxLength = 64 * 1024;

    // Tried in this order for a class.
    private static readonly string CandidateCharacters = "1a A_-." + GetPrintableCharacters();

    private readonly string _pattern;
    private readonly VariableScope _variables;
    private int _position;

    private RegexExampleGenerator(string pattern, VariableScope variables)
    {
        _pattern = pattern;
        _variables = variables;
    }

    /// <summary>Generates a text. The caller must verify that it matches.</summary>
    /// <returns>The text; null if the expression is not supported.</returns>
    public static string? Generate(string pattern, VariableScope variables)
    {
        try
        {
            return new RegexExampleGenerator(pattern, variables).ReadAlternation();
        }
        catch (Exception e) when (e is NotSupportedException or ArgumentException)
        {
            // A comment in the expression, for example, need not contain a valid expression.
            return null;
        }
    }

    private char Current => _position < _pattern.Length ? _pattern[_position] : '\0';

    private string ReadAlternation()
    {
        var first = ReadSequence();
        while (TryRead('|'))
            ReadSequence();
        return first;
    }

    private string ReadSequence()
    {
        var text = new StringBuilder();
        while (_position < _pattern.Length && Current is not ('|' or ')'))
        {
            var atom = ReadAtom();
            var count = ReadMinRepetitions();
            if (text.Length + (long)count * atom.Length > MaxLength)
                throw new NotSupportedException();
            for (; count > 0; count--)
                text.Append(atom);
        }
        return text.ToString();
    }

    private string ReadAtom()
    {
        switch (Current)
        {
            case '(':
                _position++;
                return ReadGroup();
            case '[':
                return ReadClass(GetClassLength());
            case '.':
                return ReadClass(1);
            case '\\':
                return ReadEscape();
            case '^' or '$':
                _position++;
                return "";
            default:
                return _pattern[_position++].ToString();
        }
    }

    private string ReadGroup()
    {
        var name = "";
        if (TryRead('?'))
        {
            if (TryRead('<') || TryRead('\''))
            {
                if (Current is '=' or '!')
                    throw new NotSupportedException();
                var end = _pattern.IndexOfAny(['>', '\''], _position);
                name = _pattern.Substring(_position, end - _position);
                _position = end + 1;
            }
            else if (!TryRead(':') && !TryRead('>'))
            {
                // Options: (?i) or (?i:...)
                while (char.IsLetter(Current) || Current == '-')
                    _position++;
                if (TryRead(')'))
                    return "";
                if (!TryRead(':'))
                    throw new NotSupportedException();
            }
        }
        var content = ReadAlternation();
        TryRead(')');
        return _variables.TryGet(name, out var value) ? value : content;
    }

    private string ReadEscape()
    {
        switch (_position + 1 < _pattern.Length ? _pattern[_position + 1] : '\0')
        {
            case 'b' or 'B' or 'A' or 'z' or 'Z' or 'G':
                _position += 2;
                return "";
            case 'k' or >= '1' and <= '9':
                throw new NotSupportedException();
            case 'p' or 'P':
                return ReadClass(_pattern.IndexOf('}', _position) - _position + 1);
            case 'x':
                return ReadClass(4);
            case 'u':
                return ReadClass(6);
            case 'c':
                return ReadClass(3);
            default:
                return ReadClass(2);
        }
    }

    private int GetClassLength()
    {
        var depth = 0;
        for (var i = _position; i < _pattern.Length; i++)
        {
            if (_pattern[i] == '\\')
                i++;
            else if (_pattern[i] == '[')
                depth++;
            else if (_pattern[i] == ']' && i > _position + 1 && !(i == _position + 2 && _pattern[_position + 1] == '^') && --depth == 0)
                return i - _position + 1;
        }
        throw new NotSupportedException();
    }

    // Reads an expression for one character.
    private string ReadClass(int length)
    {
        var regex = RegexPattern.Create($@"\A(?:{_pattern.Substring(_position, length)})\z");
        _position += length;
        foreach (var c in CandidateCharacters)
        {
            if (regex.IsMatch(c.ToString()))
                return c.ToString();
        }
        throw new NotSupportedException();
    }

    private int ReadMinRepetitions()
    {
        var min = 1;
        if (TryRead('*') || TryRead('?'))
        {
            min = 0;
        }
        else if (Current == '{' && Regex.Match(_pattern.Substring(_position), @"\A\{([0-9]{1,3})(,[0-9]*)?\}") is { Success: true } quantifier)
        {
            min = int.Parse(quantifier.Groups[1].Value, CultureInfo.InvariantCulture);
            _position += quantifier.Length;
        }
        else
        {
            TryRead('+');
        }
        TryRead('?');       // a lazy quantifier
        return min;
    }

    private bool TryRead(char c)
    {
        if (_position == _pattern.Length || Current != c)
            return false;
        _position++;
        return true;
    }

    private static string GetPrintableCharacters()
    {
        var characters = new StringBuilder();
        for (var c = ' '; c <= '~'; c++)
            characters.Append(c);
        return characters.Append('\t').ToString();
    }
}
