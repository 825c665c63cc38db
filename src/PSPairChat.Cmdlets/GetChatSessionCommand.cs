using System;
using System.Globalization;
using System.Linq;
using System.Management.Automation;

namespace PSPairChat.Cmdlets;

/// <summary>Gets the open chat sessions of the current runspace.</summary>
[Cmdlet(VerbsCommon.Get, "ChatSession", DefaultParameterSetName = NameSet, HelpUri = HelpPages.Root + "Get-ChatSession.md")]
[OutputType(typeof(ChatSession))]
public sealed class GetChatSessionCommand : ChatCmdlet
{
    private const string NameSet = "Name";
    private const string IdSet = "Id";

    /// <summary>Specifies the Ids of sessions.</summary>
    [Parameter(ParameterSetName = IdSet, Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(SessionCompleter))]
    public int[] Id { get; set; } = [];

    /// <summary>Specifies the names or Ids of sessions. Wildcards are permitted in a name. By default, all sessions.</summary>
    [Parameter(ParameterSetName = NameSet, Position = 0)]
    [ArgumentCompleter(typeof(SessionCompleter))]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Name { get; set; } = ["*"];

    private protected override void ProcessRecordCore()
    {
        foreach (var session in SessionRegistry.Current.Sessions)
            session.Refresh();
        if (ParameterSetName == IdSet)
        {
            foreach (var id in Id)
                Write(s => s.Id == id, $"No open session has the Id {id.ToString(CultureInfo.InvariantCulture)}.", id);
            return;
        }
        foreach (var name in Name)
        {
            var pattern = WildcardArgument.Parse(name);
            var notFoundMessage = WildcardPattern.ContainsWildcardCharacters(name) ? null : $"No open session has the Id or Name '{name}'.";
            Write(s => pattern.IsMatch(s.Name) || name == s.Id.ToString(CultureInfo.InvariantCulture), notFoundMessage, name);
        }
    }

    private void Write(Func<ChatSession, bool> predicate, string? notFoundMessage, object target)
    {
        var sessions = SessionRegistry.Current.Sessions.Where(s => s.State != ChatSessionState.Closed && predicate(s)).ToArray();
        WriteObject(sessions, enumerateCollection: true);
        if (sessions.Length == 0 && notFoundMessage is not null)
            WriteError(CreateErrorRecord(new ChatException(ChatErrorReason.SessionNotFound, notFoundMessage), target));
    }
}
