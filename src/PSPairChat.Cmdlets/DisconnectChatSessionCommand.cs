using System.Management.Automation;

namespace PSPairChat.Cmdlets;

/// <summary>Says <c>\quit</c> and hangs up, for good; a server goes on listening.</summary>
[Cmdlet(VerbsCommunications.Disconnect, "ChatSession", SupportsShouldProcess = true, HelpUri = HelpPages.Root + "Disconnect-ChatSession.md")]
public sealed class DisconnectChatSessionCommand : SessionCommand
{
    private protected override void ProcessInput()
    {
        var session = ResolveSession(Session);
        if (!ShouldProcess(SessionDescription.Describe(session), "Disconnect"))
            return;
        session.Disconnect();
        WriteNotices(session);
    }
}
