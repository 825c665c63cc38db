using System.Collections;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace PSPairChat.Cmdlets;

/// <summary>Completes the name of a host to which this runspace has connected before, the most recent one first.</summary>
public sealed class HostCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        Completion.Create(wordToComplete, SessionRegistry.Current.Hosts.Select(host => (host, $"{host} (previously connected)")));
}
