using System.Collections;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Management.Automation;
using System.Management.Automation.Language;
using PSPairChat.Rooms;

namespace PSPairChat.Cmdlets;

/// <summary>Completes the Id of an open session for a parameter <c>Id</c>, and its Name for other parameters.</summary>
public sealed class SessionCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        Completion.Create(wordToComplete, GetSessions(commandName).Select(session => (
            parameterName == nameof(ChatSession.Id) ? session.Id.ToString(CultureInfo.InvariantCulture) : session.Name, SessionDescription.Format(session))));

    private static IEnumerable<ChatSession> GetSessions(string commandName) => SessionRegistry.Current.Sessions.Where(session => commandName switch
    {
        "Stop-ChatServer" => session.Role != ChatRole.Client,
        "Get-ChatMember" => session is IRoomSession,
        "Remove-ChatMember" => session is RoomSession,
        _ => true,
    });
}
