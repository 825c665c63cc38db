using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Text.RegularExpressions;

namespace PSPairChat.Scripting;

/// <summary>
/// A regular expression, without regard to case as with -match; what its named groups capture can be used below, and <c>{name}</c> in it is filled in. Said, it is
/// the shortest text that it describes, with the values of the names of its groups.
/// </summary>
internal sealed class RegexPattern : ScriptPattern
{
    private const RegexOptions Options = RegexOptions.IgnoreCase | RegexOptions.CultureInvariant;
    private static readonly TimeSpan MatchTimeout = TimeSpan.FromSeconds(1);

    private readonly List<TextPart> _parts = [];
    private readonly int _line;
    private readonly int _column;
    private readonly string[] _captures;

    /// <summary>Takes a regular expression.</summary>
    /// <param name="source">It, without the slashes.</param>
    /// <param name="line">The line where it stands, from 1.</param>
    /// <param name="column">The column of its first character, from 1.</param>
    /// <exception cref="ChatException">ScriptInvalid.</exception>
    public RegexPattern(string source, int line, int column)
    {
        _line = line;
        _column = column;
        Split(source);
        _captures = Compile(hole => "x").GetGroupNames().Where(n => !char.IsDigit(n[0])).ToArray();
    }

    public override IEnumerable<Placeholder> Placeholders => from part in _parts where part.Placeholder is not null select part.Placeholder.GetValueOrDefault();

    public override IEnumerable<string> Captures => _captures;

    /// <summary>Makes the regular expression of a user: without regard to case, and never at work for longer than a second.</summary>
    /// <exception cref="ArgumentException">It is none.</exception>
    public static Regex Create(string source) => new(source, Options, MatchTimeout);

    public override string Expand(VariableScope values)
    {
        var regex = Compile(hole => hole.Resolve(values));
        if (RegexExampleGenerator.Find(regex.ToString(), values) is { } sample && Matches(regex, sample).Success)
            return sample;
        throw ScriptError.Create(_line, _column, "What is to be said for this regular expression cannot be told; "
            + "give the values of its named groups with -Variables, or say it in a line of its own.");
    }

    public override IReadOnlyDictionary<string, string>? Match(string text, VariableScope values)
    {
        var match = Matches(Compile(hole => hole.Resolve(values)), text);
        if (!match.Success)
            return null;
        if (_captures.Length == 0)
            return NoCaptures;
        return _captures.Where(n => match.Groups[n].Success).ToDictionary(n => n, n => match.Groups[n].Value);
    }

    private static Match Matches(Regex regex, string text)
    {
        try
        {
            return regex.Match(text);
        }
        catch (RegexMatchTimeoutException e)
        {
            throw new ChatException(ChatErrorReason.ExpectationFailed, "The regular expression took longer than a second; it is given up.", e);
        }
    }

    private Regex Compile(Func<Placeholder, string> fill)
    {
        var source = new StringBuilder();
        foreach (var part in _parts)
            source.Append(part.Placeholder is { } hole ? Regex.Escape(fill(hole)) : part.Text);
        try
        {
            return Create(source.ToString());
        }
        catch (ArgumentException e)
        {
            throw ScriptError.Create(_line, _column, $"This is no regular expression: {e.Message}");
        }
    }

    private void Split(string source)
    {
        var start = 0;
        for (var i = 0; i < source.Length; i++)
        {
            if (source[i] == '\\')
            {
                // \p{Lu} is a class of characters.
                i += i + 2 < source.Length && source[i + 1] is 'p' or 'P' ? 2 : 1;
            }
            else if (ScriptText.IsPlaceholder(source, i, out var name))
            {
                _parts.Add(new TextPart(source.Substring(start, i - start)));
                _parts.Add(new TextPart("", hole: new Placeholder(name, _line, _column + i)));
                i += name.Length + 1;
                start = i + 1;
            }
        }
        _parts.Add(new TextPart(source.Substring(start)));
    }
}
