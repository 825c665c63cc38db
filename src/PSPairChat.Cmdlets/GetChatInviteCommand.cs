using System.Management.Automation;

namespace PSPairChat.Cmdlets;

/// <summary>Gets the invites of a secure server that can still be used.</summary>
[Cmdlet(VerbsCommon.Get, "ChatInvite", HelpUri = HelpPages.Root + "Get-ChatInvite.md")]
[OutputType(typeof(ChatInvite))]
public sealed class GetChatInviteCommand : InviteCmdlet
{
    private protected override void ProcessRecordCore() => WriteObject(GetInvites().GetAll(), enumerateCollection: true);
}
