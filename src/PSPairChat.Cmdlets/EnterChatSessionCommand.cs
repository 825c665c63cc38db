using System.Management.Automation;

namespace PSPairChat.Cmdlets;

/// <summary>Starts the interactive chat in an open session.</summary>
[Cmdlet(VerbsCommon.Enter, "ChatSession", HelpUri = HelpPages.Root + "Enter-ChatSession.md")]
public sealed class EnterChatSessionCommand : SessionCmdlet
{
    private protected override void ProcessRecordCore() => InteractiveChatRunner.Run(GetOpenSession(), Host, StopToken);
}
