using System.Management.Automation;

namespace PSPairChat.Cmdlets;

/// <summary>Tells whoever is connected, and closes the port.</summary>
[Cmdlet(VerbsLifecycle.Stop, "ChatServer", SupportsShouldProcess = true, HelpUri = HelpPages.Root + "Stop-ChatServer.md")]
public sealed class StopChatServerCommand : SessionCommand
{
    private protected override void ProcessInput()
    {
        var session = Session is null ? SessionRegistry.Current.FindServer() : ResolveSession(Session);
        if (session.Role == ChatRole.Client)
            throw new ChatException(ChatErrorReason.SessionNotFound, $"The session {session.Name} is a client and no server; Disconnect-ChatSession ends it.");
        if (!ShouldProcess(SessionDescription.Describe(session), "Stop"))
            return;
        session.Dispose();
        WriteNotices(session);
    }
}
