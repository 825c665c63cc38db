using System.Collections;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Management.Automation;
using System.Management.Automation.Language;
using PSPairChat.Rooms;

namespace PSPairChat.Cmdlets;

/// <summary>
/// Completes values that are probable for Port, Handle, From, Room and BindAddress. If none matches, the typed word is completed to itself, because PowerShell
/// would complete file names.
/// </summary>
public sealed class SuggestionCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        var results = Completion.Create(wordToComplete, GetValues(parameterName).Distinct().Select(value => (value, value))).ToList();
        return results.Count > 0 ? results : [new CompletionResult(wordToComplete.Length > 0 ? wordToComplete : "''")];
    }

    private static IEnumerable<string> GetValues(string parameterName)
    {
        var sessions = SessionRegistry.Current.Sessions;
        return parameterName switch
        {
            "Port" => sessions.Select(s => s.Port.ToString(CultureInfo.InvariantCulture)).Append("54321"),
            "Handle" => sessions.Select(s => s.Handle).Append(DefaultHandle.Get(ChatOptions.DefaultMaxHandleLength, lettersOnly: false)),
            "From" => sessions.SelectMany(GetSenders),
            "Room" => sessions.OfType<IRoomSession>().Select(r => r.Room).Append("lobby"),
            "BindAddress" => ["127.0.0.1", "::1", "0.0.0.0", "::"],
            _ => [],
        };
    }

    private static IEnumerable<string> GetSenders(ChatSession session) =>
        session is IRoomSession room ? room.Members.Select(m => m.Handle) : session.Peer is { } peer ? [peer.ToString()] : [];
}
