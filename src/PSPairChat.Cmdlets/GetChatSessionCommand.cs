using System.Linq;
using System.Management.Automation;

namespace PSPairChat.Cmdlets;

/// <summary>Gives the open sessions of this runspace.</summary>
[Cmdlet(VerbsCommon.Get, "ChatSession", DefaultParameterSetName = NameSet, HelpUri = HelpPages.Root + "Get-ChatSession.md")]
[OutputType(typeof(ChatSession))]
public sealed class GetChatSessionCommand : ChatCmdlet
{
    private const string NameSet = "Name";
    private const string IdSet = "Id";

    /// <summary>The Ids of the sessions to give.</summary>
    [Parameter(ParameterSetName = IdSet, Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(SessionCompleter))]
    public int[] Id { get; set; } = [];

    /// <summary>The Names of the sessions to give; wildcards are permitted.</summary>
    [Parameter(ParameterSetName = NameSet, Position = 0)]
    [ArgumentCompleter(typeof(SessionCompleter))]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Name { get; set; } = ["*"];

    private protected override void ProcessInput()
    {
        var sessions = SessionRegistry.Current.Sessions;
        foreach (var session in sessions)
            session.Refresh();
        var open = sessions.Where(s => s.State != ChatSessionState.Closed).ToArray();
        if (ParameterSetName == IdSet)
        {
            foreach (var id in Id)
                Write(open.Where(s => s.Id == id).ToArray(), $"No open session has the Id {id}.", id);
            return;
        }
        foreach (var name in Name)
        {
            var pattern = new WildcardPattern(name, WildcardOptions.IgnoreCase);
            Write(open.Where(s => pattern.IsMatch(s.Name)).ToArray(), WildcardPattern.ContainsWildcardCharacters(name) ? null : $"No open session has the Name '{name}'.", name);
        }
    }

    private void Write(ChatSession[] found, string? complaint, object target)
    {
        WriteObject(found, enumerateCollection: true);
        if (found.Length == 0 && complaint is not null)
            WriteError(ErrorRecordFactory.Create(new ChatException(ChatErrorReason.SessionNotFound, complaint), target));
    }
}
