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
        var session = reference?.Session ?? SessionRegistry.Current.Sessions.LastOrDefault(s => reference?.Names(s)
            // Only a host shows somebody out.
            ?? (commandName == "Remove-ChatMember" ? s is RoomSession : s is IRoomSession));
        session?.Refresh();
        return session is IRoomSession room
            ? Completion.Create(wordToComplete, room.Members.Select(member => (member.Handle, $"{member.Handle} in {room.Room}")))
            : [];
    }
}
