using System.Collections;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using System.Management.Automation.Language;
using PSPairChat.Rooms;

namespace PSPairChat.Cmdlets;

/// <summary>Completes the name of a built-in dialect, or with <c>-Room</c> of a room dialect.</summary>
public sealed class DialectCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        Completion.Create(wordToComplete, fakeBoundParameters.Contains("Room")
            ? RoomDialects.Names.Select(name => (name, name))
            : ChatDialect.BuiltIn.Select(dialect => (dialect.Name, dialect.Description)));
}
