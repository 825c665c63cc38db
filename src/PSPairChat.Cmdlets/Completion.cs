using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace PSPairChat.Cmdlets;

/// <summary>Creates completion results.</summary>
internal static class Completion
{
    /// <summary>Selects the values that begin with the typed text, and quotes them if required.</summary>
    /// <param name="wordToComplete">The typed text, which may begin with a quotation mark.</param>
    /// <param name="candidates">The values and their tooltips; both are safe to display.</param>
    public static IEnumerable<CompletionResult> Create(string wordToComplete, IEnumerable<(string Value, string ToolTip)> candidates)
    {
        var pattern = new WildcardPattern(WildcardPattern.Escape(wordToComplete.Trim('\'', '"')) + "*", WildcardOptions.IgnoreCase);
        return from candidate in candidates
               where candidate.Value.Length > 0 && pattern.IsMatch(candidate.Value)
               select new CompletionResult(
                   Quote(candidate.Value),
                   candidate.Value,
                   CompletionResultType.ParameterValue,
                   candidate.ToolTip.Length > 0 ? candidate.ToolTip : candidate.Value);
    }

    private static string Quote(string value) => value.All(c => char.IsLetterOrDigit(c) || c is '_' or '.' or '-') && value[0] != '-'
        ? value
        : $"'{CodeGeneration.EscapeSingleQuotedStringContent(value)}'";
}
