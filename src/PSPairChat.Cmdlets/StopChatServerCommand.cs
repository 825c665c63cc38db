using System.Management.Automation;

namespace PSPairChat.Cmdlets;

/// <summary>Stops chat servers.</summary>
[Cmdlet(VerbsLifecycle.Stop, "ChatServer", SupportsShouldProcess = true, HelpUri = HelpPages.Root + "Stop-ChatServer.md")]
[OutputType(typeof(ChatSession))]
public sealed class StopChatServerCommand : CloseSessionCmdlet
{
    /// <summary>
    /// Indicates that a client whose session can be resumed is informed that the server will accept connections again soon. The CloseReason of its session is
    /// PeerRestarting.
    /// </summary>
    [Parameter]
    public SwitchParameter Restarting { get; set; }

    private protected override ChatSession GetDefault() => SessionRegistry.Current.GetLatestServer();

    private protected override void ThrowIfInvalid(ChatSession session)
    {
        if (session.Role == ChatRole.Client)
            throw new ChatException(ChatErrorReason.NotAServer, $"The session '{session.Name}' is a client session, not a server.");
    }

    private protected override void Close(ChatSession session)
    {
        if (session is ServerSession server)
            server.Stop(Restarting);
        else
            session.Dispose();
    }
}
