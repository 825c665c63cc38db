using System.Management.Automation;

namespace PSPairChat.Cmdlets;

/// <summary>Removes invites, so that no client can use them.</summary>
[Cmdlet(VerbsCommon.Remove, "ChatInvite", SupportsShouldProcess = true, HelpUri = HelpPages.Root + "Remove-ChatInvite.md")]
public sealed class RemoveChatInviteCommand : ChatCmdlet
{
    /// <summary>Specifies the invites.</summary>
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true)]
    [ValidateNotNullOrEmpty]
    public ChatInvite[] ChatInvite { get; set; } = [];

    private protected override void ProcessRecordCore()
    {
        foreach (var invite in ChatInvite)
        {
            if (ShouldProcess($"Invite {invite.Id} for {invite.HostName}:{invite.Port}", "Remove"))
                invite.Remove();
        }
    }
}
