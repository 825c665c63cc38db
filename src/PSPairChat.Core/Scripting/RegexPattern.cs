using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Text.RegularExpressions;

namespace PSPairChat.Scripting;

/// <summary>
/// A regular expression without regard to case, as with -match. It can contain placeholders, and later lines can use its named groups. If it is sent, the text is
/// the shortest that matches, with the values of variables for named groups.
/// </summary>
internal sealed class RegexPattern : ScriptPattern
{
    private const RegexOptions Options = RegexOptions.IgnoreCase | RegexOptions.CultureInvariant;
    private const int MaxLength = 1000;     // limits how deeply the expression is nested, too
    private static readonly TimeSpan MatchTimeout = TimeSpan.FromSeconds(1);

    private readonly List<TextPart> _parts = [];
    private readonly int _line;
    private readonly int _column;
    private readonly string[] _captures;

    /// <summary>Initializes a pattern.</summary>
    /// <param name="source">The regular expression without the slashes.</param>
    /// <param name="line">Its line, from 1.</param>
    /// <param name="column">The column of its first character, from 1.</param>
    /// <exception cref="ChatException">ScriptInvalid.</exception>
    public RegexPattern(string source, int line, int column)
    {
        _line = line;
        _column = column;
        if (source.Length > MaxLength)
            throw ScriptError.Create(line, column + MaxLength, $"The regular expression is too long. The limit is {MaxLength} characters.");
        Split(source);
        _captures = Compile(_ => "x").GetGroupNames().Where(n => !char.IsDigit(n[0])).ToArray();
    }

    public override IEnumerable<Placeholder> Placeholders => from part in _parts where part.Placeholder is not null select part.Placeholder.GetValueOrDefault();

    public override IEnumerable<string> Captures => _captures;

    /// <summary>Creates a regular expression from user input: without regard to case, and with a timeout of 1 second.</summary>
    /// <exception cref="ArgumentException">The source is not a valid regular expression.</exception>
    public static Regex Create(string source) => new(source, Options, MatchTimeout);

    public override string Expand(VariableScope variables)
    {
        var regex = Compile(p => p.Resolve(variables));
        if (RegexExampleGenerator.Generate(regex.ToString(), variables) is { } example && Match(regex, example).Success)
            return example;
        throw ScriptError.Create(_line, _column, "No text to send can be derived from the regular expression. "
            + "Specify variables with the names of its groups, or send a text without a regular expression.");
    }

    public override IReadOnlyDictionary<string, string>? Match(string text, VariableScope variables)
    {
        var match = Match(Compile(p => p.Resolve(variables)), text);
        if (!match.Success)
            return null;
        if (_captures.Length == 0)
            return NoCaptures;
        return _captures.Where(n => match.Groups[n].Success).ToDictionary(n => n, n => match.Groups[n].Value);
    }

    private static Match Match(Regex regex, string text)
    {
        try
        {
            return regex.Match(text);
        }
        catch (RegexMatchTimeoutException e)
        {
            throw new ChatException(ChatErrorReason.ExpectationFailed, "Matching the regular expression took longer than 1 second.", e) { OptionName = "Pattern" };
        }
    }

    private Regex Compile(Func<Placeholder, string> resolve)
    {
        var source = new StringBuilder();
        foreach (var part in _parts)
            source.Append(part.Placeholder is { } placeholder ? Regex.Escape(resolve(placeholder)) : part.Text);
        try
        {
            return Create(source.ToString());
        }
        catch (ArgumentException e)
        {
            throw ScriptError.Create(_line, _column, $"Invalid regular expression: {e.Message}");
        }
    }

    private void Split(string source)
    {
        var start = 0;
        for (var i = 0; i < source.Length; i++)
        {
            if (source[i] == '\\')
            {
                // The braces of \p{Lu} are not a placeholder.
                i += i + 2 < source.Length && source[i + 1] is 'p' or 'P' ? 2 : 1;
            }
            else if (ScriptText.IsPlaceholder(source, i, out var name))
            {
                _parts.Add(new TextPart(source.Substring(start, i - start)));
                _parts.Add(new TextPart("", placeholder: new Placeholder(name, _line, _column + i)));
                i += name.Length + 1;
                start = i + 1;
            }
        }
        _parts.Add(new TextPart(source.Substring(start)));
    }
}
