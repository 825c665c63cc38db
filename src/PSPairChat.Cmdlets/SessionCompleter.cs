using System.Collections;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace PSPairChat.Cmdlets;

/// <summary>Completes a session: by Id for <c>-Id</c>, by Name elsewhere.</summary>
public sealed class SessionCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        var pattern = new WildcardPattern(WildcardPattern.Escape(wordToComplete.Trim('\'', '"')) + "*", WildcardOptions.IgnoreCase);
        return from session in SessionTable.Current.Sessions
               let word = parameterName == "Id" ? session.Id.ToString(CultureInfo.InvariantCulture) : session.Name
               where pattern.IsMatch(word)
               select new CompletionResult(
                   word.Contains(' ') ? $"'{word}'" : word, word, CompletionResultType.ParameterValue, SessionText.Describe(session));
    }
}
