using System.Management.Automation;

namespace PSPairChat.Cmdlets;

/// <summary>Ends the current conversation of a session. A server continues to listen.</summary>
[Cmdlet(VerbsCommunications.Disconnect, "ChatSession", SupportsShouldProcess = true, HelpUri = HelpPages.Root + "Disconnect-ChatSession.md")]
[OutputType(typeof(ChatSession))]
public sealed class DisconnectChatSessionCommand : SessionCmdlet
{
    /// <summary>Indicates that the cmdlet returns the session.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected override void ProcessRecordCore()
    {
        var session = GetSession();
        if (!ShouldProcess(SessionDescription.Format(session), "Disconnect"))
            return;
        session.Disconnect();
        WriteNotices(session);
        if (PassThru)
            WriteObject(session);
    }
}
