using System;
using System.Collections;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace PSPairChat.Cmdlets;

/// <summary>Completes the name of a built-in dialect, and tells what it does.</summary>
public sealed class DialectCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        var pattern = new WildcardPattern(WildcardPattern.Escape(wordToComplete.Trim('\'', '"')) + "*", WildcardOptions.IgnoreCase);
        if (fakeBoundParameters.Contains("Room"))
        {
            return from name in Enum.GetNames(typeof(RoomDialect))
                   where pattern.IsMatch(name)
                   select new CompletionResult(name);
        }
        return from dialect in ChatDialect.BuiltIn
               where pattern.IsMatch(dialect.Name)
               select new CompletionResult(dialect.Name, dialect.Name, CompletionResultType.ParameterValue, dialect.Description);
    }
}
