using System.Management.Automation;

namespace PSPairChat.Cmdlets;

/// <summary>Stops a chat server.</summary>
[Cmdlet(VerbsLifecycle.Stop, "ChatServer", SupportsShouldProcess = true, HelpUri = HelpPages.Root + "Stop-ChatServer.md")]
[OutputType(typeof(ChatSession))]
public sealed class StopChatServerCommand : SessionCmdlet
{
    /// <summary>Indicates that the cmdlet returns the session.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected override void ProcessRecordCore()
    {
        var session = GetSession(static () => SessionRegistry.Current.GetLatestServer());
        if (session.Role == ChatRole.Client)
            throw new ChatException(ChatErrorReason.NotAServer, $"The session '{session.Name}' is a client session, not a server.");
        if (!ShouldProcess(SessionDescription.Format(session), "Stop"))
            return;
        session.Dispose();
        WriteNotices(session);
        if (PassThru)
            WriteObject(session);
    }
}
