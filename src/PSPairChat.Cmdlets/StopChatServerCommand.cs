using System.Management.Automation;

namespace PSPairChat.Cmdlets;

/// <summary>Tells whoever is connected, and closes the port.</summary>
[Cmdlet(VerbsLifecycle.Stop, "ChatServer", SupportsShouldProcess = true, HelpUri = HelpPages.Root + "Stop-ChatServer.md")]
public sealed class StopChatServerCommand : SessionCommand
{
    private protected override void Process()
    {
        var session = Session is null ? SessionTable.Current.FindServer() : Find(Session);
        if (session.Role == ChatRole.Client)
            throw new ChatException(ChatErrorReason.SessionNotFound, $"The session {session.Name} is a client and no server; Disconnect-ChatSession ends it.");
        if (!ShouldProcess(SessionText.Describe(session), "Stop"))
            return;
        session.Dispose();
        TellNotices(session);
    }
}
