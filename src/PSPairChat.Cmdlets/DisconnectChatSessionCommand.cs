using System.Management.Automation;

namespace PSPairChat.Cmdlets;

/// <summary>Ends the current conversations of sessions. A server continues to listen.</summary>
[Cmdlet(VerbsCommunications.Disconnect, "ChatSession", SupportsShouldProcess = true, HelpUri = HelpPages.Root + "Disconnect-ChatSession.md")]
[OutputType(typeof(ChatSession))]
public sealed class DisconnectChatSessionCommand : CloseSessionCmdlet
{
    private protected override ChatSession GetDefault() => SessionRegistry.Current.GetLatest();

    private protected override void Close(ChatSession session) => session.Disconnect();
}
