using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;
using PSPairChat.Sessions;

namespace PSPairChat.Scripting;

/// <summary>Reads one line of a script. What is special in it is told at <see cref="ChatScript"/>.</summary>
internal sealed class ScriptLineReader
{
    private const string Gap = "    ";

    private readonly int _number;
    private int _end;       // behind the last character that counts
    private int _at;

    /// <summary>Begins with a line.</summary>
    /// <param name="line">The line, without its end.</param>
    /// <param name="number">Its number, from 1.</param>
    public ScriptLineReader(string line, int number)
    {
        Line = line;
        _number = number;
        _end = line.TrimEnd().Length;
        if (_end < line.Length && EndsInEscape())
            _end++;
        while (_at < _end && char.IsWhiteSpace(line[_at]))
            _at++;
    }

    public string Line { get; }

    /// <summary>Whether there is nothing but a comment on the line.</summary>
    public bool IsEmpty => _at == _end || Line[_at] == '#';

    /// <summary>The label, where the line is one: a colon and a word.</summary>
    public string? Label
    {
        get
        {
            if (Line[_at] != ':')
                return null;
            var length = LabelLength(_at + 1);
            return length > 0 && _at + 1 + length == _end ? Line.Substring(_at + 1, length) : null;
        }
    }

    /// <summary>Reads speakers and what they say.</summary>
    /// <exception cref="ChatException">ScriptInvalid.</exception>
    public IReadOnlyList<ScriptBranch> ReadAlternatives()
    {
        var alternatives = new List<ScriptBranch>();
        do
        {
            var speaker = ReadSpeaker();
            var column = _at + 1;
            var pattern = ReadPattern();
            var source = Line.Substring(column - 1, _at - column + 1);
            alternatives.Add(new ScriptBranch(speaker, pattern, column) { Source = source, GoTo = ReadGoTo() });
        }
        while (ReadSeparator());
        if (_at < _end && !IsGap(_at))
        {
            throw Error(_at, "A regular expression goes to its closing slash, and this stands behind it. "
                + "A slash in it is written \\/; a text that begins with a slash begins with `/.");
        }
        return alternatives;
    }

    /// <summary>Reads what is said without a speaker: the whole line.</summary>
    /// <exception cref="ChatException">ScriptInvalid.</exception>
    public ScriptPattern ReadText()
    {
        _at = 0;
        _end = Line.Length;
        var pattern = ReadPattern(isAlone: true);
        if (_at < _end)
            throw Error(_at, "This stands behind the closing slash of a regular expression; a text that begins with a slash begins with `/.");
        return pattern;
    }

    private string ReadSpeaker()
    {
        var start = _at;
        var speaker = new StringBuilder();
        for (; _at < _end && Line[_at] != '>'; _at++)
        {
            if (Line[_at] == ScriptText.Escape)
                speaker.Append(ReadEscape());
            else if (char.IsWhiteSpace(Line[_at]))
                break;
            else
                speaker.Append(Line[_at]);
        }
        if (_at == _end || Line[_at] != '>' || speaker.Length == 0)
            throw Error(start, "A line begins with who speaks, as in 'Chris> hello'; '#' begins a comment, ':' a label.");
        _at++;
        if (_at < _end && Line[_at] != ' ')
            throw Error(_at, "Between '>' and what is said stands a space.");
        _at = Math.Min(_at + 1, _end);
        return speaker.ToString();
    }

    private ScriptPattern ReadPattern(bool isAlone = false)
    {
        if (_at < _end && Line[_at] == '/')
            return ReadRegex();
        var start = _at;
        var pattern = ReadParts(isAlone);
        return Line.Substring(start, _at - start) == TurnTracker.QuitCommand ? new QuitPattern() : pattern;
    }

    private RegexPattern ReadRegex()
    {
        var start = ++_at;
        while (_at < _end && Line[_at] != '/')
            _at += Line[_at] == '\\' ? 2 : 1;
        if (_at >= _end)
            throw Error(start - 1, "A regular expression ends with a slash. A text that begins with one begins with `/.");
        var source = Line.Substring(start, _at - start);
        _at++;
        return source.Length > 0 ? new RegexPattern(source, _number, start + 1) : throw Error(start - 1, "The regular expression is empty.");
    }

    private TextPattern ReadParts(bool isAlone)
    {
        var parts = new List<TextPart>();
        var literal = new StringBuilder();
        var isPattern = false;
        for (; _at < _end; _at++)
        {
            if (!isAlone && (isPattern && IsGap(_at) || IsSeparator(_at) || IsGoTo(_at)))
                break;
            if (Line[_at] == ScriptText.Escape)
            {
                literal.Append(ReadEscape());
            }
            else if (Wildcard.LengthAt(Line, _at, _end) is var length && length > 0)
            {
                Add(new TextPart(Line.Substring(_at, length), isWildcard: true));
                isPattern = true;
                _at += length - 1;
            }
            else if (ScriptText.IsPlaceholder(Line, _at, out var name))
            {
                Add(new TextPart("", hole: new Placeholder(name, _number, _at + 1)));
                _at += name.Length + 1;
            }
            else
            {
                literal.Append(Line[_at]);
            }
        }
        Add(null);
        return new TextPattern(parts);

        void Add(TextPart? part)
        {
            if (literal.Length > 0)
                parts.Add(new TextPart(literal.ToString()));
            literal.Clear();
            if (part is { } found)
                parts.Add(found);
        }
    }

    // Leaves the position on the last character of the escape.
    private string ReadEscape()
    {
        if (++_at >= _end)
            throw Error(_at - 1, "Nothing stands behind this backtick; a backtick that is meant as text is written twice.");
        if (!char.IsLetterOrDigit(Line[_at]))
            return Line[_at].ToString();
        var close = Line.IndexOf('}', _at);
        if (Line[_at] != 'u' || _at + 1 >= _end || Line[_at + 1] != '{' || close < 0
            || !int.TryParse(Line.Substring(_at + 2, close - _at - 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code)
            || code is < 0 or > 0x10FFFF)
        {
            throw Error(_at - 1, "A backtick stands before a sign, or before u{...} with the hexadecimal number of a character.");
        }
        _at = close;
        return code is >= 0xD800 and <= 0xDFFF ? ((char)code).ToString() : char.ConvertFromUtf32(code);
    }

    private string? ReadGoTo()
    {
        if (!IsGoTo(_at))
            return null;
        var start = _at + 4;
        var length = LabelLength(start);
        _at = start + length;
        return Line.Substring(start, length);
    }

    private bool ReadSeparator()
    {
        if (!IsSeparator(_at))
            return false;
        _at += 3;
        return true;
    }

    // " | Handle> "
    private bool IsSeparator(int at)
    {
        if (!Has(at, " | "))
            return false;
        var end = at + 3;
        while (end < _end && Line[end] != '>' && !char.IsWhiteSpace(Line[end]))
            end++;
        return end > at + 3 && end < _end && Line[end] == '>' && (end + 1 == _end || Line[end + 1] == ' ');
    }

    // " -> label", and then nothing, another alternative or a remark
    private bool IsGoTo(int at)
    {
        if (!Has(at, " -> "))
            return false;
        var end = at + 4 + LabelLength(at + 4);
        return end > at + 4 && (end == _end || IsGap(end) || IsSeparator(end));
    }

    private bool IsGap(int at) => Has(at, Gap) || at < _end && Line[at] == '\t';

    private bool Has(int at, string text) => at + text.Length <= _end && string.CompareOrdinal(Line, at, text, 0, text.Length) == 0;

    private int LabelLength(int start)
    {
        var end = start;
        while (end < _end && (char.IsLetterOrDigit(Line[end]) || Line[end] is '-' or '_'))
            end++;
        return end - start;
    }

    private bool EndsInEscape()
    {
        var backticks = 0;
        while (backticks < _end && Line[_end - 1 - backticks] == ScriptText.Escape)
            backticks++;
        return backticks % 2 == 1;
    }

    private ChatException Error(int at, string why) => ScriptError.Create(_number, at + 1, why);
}
