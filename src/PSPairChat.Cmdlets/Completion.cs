using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace PSPairChat.Cmdlets;

/// <summary>What Tab offers: words that begin as what is typed, in quotes where PowerShell needs them.</summary>
internal static class Completion
{
    /// <summary>Selects and quotes.</summary>
    /// <param name="typed">What is typed so far, with a quote before it perhaps.</param>
    /// <param name="words">The words and what they mean, both safe to show.</param>
    public static IEnumerable<CompletionResult> Create(string typed, IEnumerable<(string Word, string Meaning)> words)
    {
        var pattern = new WildcardPattern(WildcardPattern.Escape(typed.Trim('\'', '"')) + "*", WildcardOptions.IgnoreCase);
        return from word in words
               where word.Word.Length > 0 && pattern.IsMatch(word.Word)
               select new CompletionResult(
                   Quote(word.Word), word.Word, CompletionResultType.ParameterValue, word.Meaning.Length > 0 ? word.Meaning : word.Word);
    }

    private static string Quote(string word) =>
        word.All(c => char.IsLetterOrDigit(c) || c is '_' or '.' or '-') && word[0] != '-' ? word : $"'{CodeGeneration.EscapeSingleQuotedStringContent(word)}'";
}
