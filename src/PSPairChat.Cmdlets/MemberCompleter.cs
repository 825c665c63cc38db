using System.Collections;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using System.Management.Automation.Language;
using PSPairChat.Rooms;

namespace PSPairChat.Cmdlets;

/// <summary>Completes the handle of a member: of the room that <c>-Session</c> means, or of the room opened last.</summary>
public sealed class MemberCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        var reference = fakeBoundParameters["Session"] is { } given ? new ChatSessionReference(given) : null;
        var session = reference?.Session ?? SessionTable.Current.Sessions.LastOrDefault(s => reference?.Names(s) ?? s is IRoom);
        if (session is not IRoom room)
            return [];
        var pattern = new WildcardPattern(WildcardPattern.Escape(wordToComplete.Trim('\'', '"')) + "*", WildcardOptions.IgnoreCase);
        return from member in room.Members
               where pattern.IsMatch(member.Handle)
               select new CompletionResult(member.Handle, member.Handle, CompletionResultType.ParameterValue, $"{member.Handle} in {room.Room}");
    }
}
