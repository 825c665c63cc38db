using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;
using PSPairChat.Sessions;

namespace PSPairChat.Scripting;

/// <summary>Parses one line of a script. <see cref="ChatScript"/> describes the syntax.</summary>
internal sealed class ScriptLineReader
{
    private const string CommentGap = "    ";
    private const string SlashHint = "Before a text that begins with a slash, write a backtick.";
    private const string Separator = " | ";
    private const string Arrow = " -> ";

    private readonly int _lineNumber;
    private int _end;       // behind the last significant character
    private int _position;

    /// <summary>Initializes a reader.</summary>
    /// <param name="line">The line without its line break.</param>
    /// <param name="lineNumber">The line number, from 1.</param>
    public ScriptLineReader(string line, int lineNumber)
    {
        Line = line;
        _lineNumber = lineNumber;
        _end = line.TrimEnd().Length;
        if (_end < line.Length && EndsInEscape())
            _end++;
        while (_position < _end && char.IsWhiteSpace(line[_position]))
            _position++;
    }

    public string Line { get; }

    /// <summary>Gets whether the line is empty or a comment.</summary>
    public bool IsEmpty => _position == _end || Line[_position] == '#';

    /// <summary>Gets the label of a line that consists of a colon and a word; null for other lines.</summary>
    public string? Label
    {
        get
        {
            if (Line[_position] != ':')
                return null;
            var length = GetLabelLength(_position + 1);
            return length > 0 && _position + 1 + length == _end ? Line.Substring(_position + 1, length) : null;
        }
    }

    /// <summary>Reads the branches of a line.</summary>
    /// <exception cref="ChatException">ScriptInvalid.</exception>
    public IReadOnlyList<ScriptBranch> ReadBranches()
    {
        var branches = new List<ScriptBranch>();
        do
        {
            var speaker = ReadSpeaker();
            var column = _position + 1;
            var pattern = ReadPattern();
            var source = Line.Substring(column - 1, _position - column + 1);
            branches.Add(new ScriptBranch(speaker, pattern, column) { Source = source, GoTo = ReadGoTo() });
        }
        while (ReadSeparator());
        if (_position < _end && !IsCommentGap(_position))
        {
            throw CreateError(_position, "Unexpected text after the closing slash of a regular expression. In the expression, write a slash as \\/. " + SlashHint);
        }
        return branches;
    }

    /// <summary>Reads the whole line as a text without a speaker.</summary>
    /// <exception cref="ChatException">ScriptInvalid.</exception>
    public ScriptPattern ReadText()
    {
        _position = 0;
        _end = Line.Length;
        var pattern = ReadPattern(isWholeLine: true);
        if (_position < _end)
            throw CreateError(_position, "Unexpected text after the closing slash of a regular expression. " + SlashHint);
        return pattern;
    }

    private string ReadSpeaker()
    {
        var start = _position;
        var speaker = new StringBuilder();
        for (; _position < _end && Line[_position] != '>'; _position++)
        {
            if (Line[_position] == ScriptText.Escape)
                speaker.Append(ReadEscape());
            else if (char.IsWhiteSpace(Line[_position]))
                break;
            else
                speaker.Append(Line[_position]);
        }
        if (_position == _end || Line[_position] != '>' || speaker.Length == 0)
        {
            throw CreateError(start,
                "Missing speaker. A line begins with a handle and '> ', as in 'Chris> hello', with '#' for a comment, or with ':' for a label.");
        }
        _position++;
        if (_position < _end && Line[_position] != ' ')
            throw CreateError(_position, "Missing space after '>'.");
        _position = Math.Min(_position + 1, _end);
        return speaker.ToString();
    }

    private ScriptPattern ReadPattern(bool isWholeLine = false)
    {
        if (_position < _end && Line[_position] == '/')
            return ReadRegex();
        var start = _position;
        var pattern = ReadParts(isWholeLine);
        return Line.Substring(start, _position - start) == TurnTracker.QuitCommand ? new QuitPattern() : pattern;
    }

    private RegexPattern ReadRegex()
    {
        var start = ++_position;
        while (_position < _end && Line[_position] != '/')
            _position += Line[_position] == '\\' ? 2 : 1;
        if (_position >= _end)
            throw CreateError(start - 1, "Missing closing slash of the regular expression. " + SlashHint);
        var source = Line.Substring(start, _position - start);
        _position++;
        return source.Length > 0 ? new RegexPattern(source, _lineNumber, start + 1) : throw CreateError(start - 1, "Empty regular expression.");
    }

    private TextPattern ReadParts(bool isWholeLine)
    {
        var parts = new List<TextPart>();
        var literal = new StringBuilder();
        var hasWildcard = false;
        for (; _position < _end; _position++)
        {
            if (!isWholeLine && (hasWildcard && IsCommentGap(_position) || IsSeparator(_position) || IsGoTo(_position)))
                break;
            if (Line[_position] == ScriptText.Escape)
            {
                literal.Append(ReadEscape());
            }
            else if (Wildcard.GetLength(Line, _position, _end) is var length && length > 0)
            {
                AddPart(new TextPart(Line.Substring(_position, length), isWildcard: true));
                hasWildcard = true;
                _position += length - 1;
            }
            else if (ScriptText.IsPlaceholder(Line, _position, out var name))
            {
                AddPart(new TextPart("", placeholder: new Placeholder(name, _lineNumber, _position + 1)));
                _position += name.Length + 1;
            }
            else
            {
                literal.Append(Line[_position]);
            }
        }
        AddPart(null);
        return new TextPattern(parts);

        void AddPart(TextPart? part)
        {
            if (literal.Length > 0)
                parts.Add(new TextPart(literal.ToString()));
            literal.Clear();
            if (part is { } found)
                parts.Add(found);
        }
    }

    // Leaves the position at the last character of the escape sequence.
    private string ReadEscape()
    {
        if (++_position >= _end)
            throw CreateError(_position - 1, "Missing character after the backtick. Write a literal backtick twice.");
        if (!char.IsLetterOrDigit(Line[_position]))
            return Line[_position].ToString();
        var close = Line.IndexOf('}', _position);
        if (Line[_position] != 'u' || _position + 1 >= _end || Line[_position + 1] != '{' || close < 0
            || !int.TryParse(Line.Substring(_position + 2, close - _position - 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code)
            || code is < 0 or > 0x10FFFF)
        {
            throw CreateError(_position - 1,
                "Invalid escape sequence. A letter or digit can follow a backtick only as u{...} with the hexadecimal number of a character.");
        }
        _position = close;
        return code is >= 0xD800 and <= 0xDFFF ? ((char)code).ToString() : char.ConvertFromUtf32(code);
    }

    private string? ReadGoTo()
    {
        if (!IsGoTo(_position))
            return null;
        var start = _position + Arrow.Length;
        var length = GetLabelLength(start);
        _position = start + length;
        return Line.Substring(start, length);
    }

    private bool ReadSeparator()
    {
        if (!IsSeparator(_position))
            return false;
        _position += Separator.Length;
        return true;
    }

    // " | Handle> "
    private bool IsSeparator(int index)
    {
        if (!Matches(index, Separator))
            return false;
        var end = index + Separator.Length;
        while (end < _end && Line[end] != '>' && !char.IsWhiteSpace(Line[end]))
            end += Line[end] == ScriptText.Escape ? 2 : 1;
        return end > index + Separator.Length && end < _end && Line[end] == '>' && (end + 1 == _end || Line[end + 1] == ' ');
    }

    // " -> label", followed by nothing, another branch or a comment
    private bool IsGoTo(int index)
    {
        if (!Matches(index, Arrow))
            return false;
        var end = index + Arrow.Length + GetLabelLength(index + Arrow.Length);
        return end > index + Arrow.Length && (end == _end || IsCommentGap(end) || IsSeparator(end));
    }

    private bool IsCommentGap(int index) => Matches(index, CommentGap) || index < _end && Line[index] == '\t';

    private bool Matches(int index, string text) => index + text.Length <= _end && string.CompareOrdinal(Line, index, text, 0, text.Length) == 0;

    private int GetLabelLength(int start)
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

    private ChatException CreateError(int index, string message) => ScriptError.Create(_lineNumber, index + 1, message);
}
