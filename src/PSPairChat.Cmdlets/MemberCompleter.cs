using System.Collections;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using System.Management.Automation.Language;
using PSPairChat.Rooms;

namespace PSPairChat.Cmdlets;

/// <summary>Completes the handle of a member of the room that <c>-Session</c> specifies, or of the room that was opened last.</summary>
public sealed class MemberCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        var session = fakeBoundParameters["Session"] is { } value
            ? SessionRegistry.Current.Find(value is PSObject wrapped ? wrapped.BaseObject : value)
            // Only the host can remove members.
            : SessionRegistry.Current.Sessions.LastOrDefault(s => commandName == "Remove-ChatMember" ? s is RoomSession : s is IRoomSession);
        session?.Refresh();
        return session is IRoomSession room
            ? Completion.Create(wordToComplete, room.Members.Select(member => (member.Handle, $"{member.Handle} in {room.Room}")))
            : [];
    }
}
