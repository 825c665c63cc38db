using System.Management.Automation;
using PSPairChat.Security;

namespace PSPairChat.Cmdlets;

/// <summary>Gets the key of the current user, which is created if there is none.</summary>
[Cmdlet(VerbsCommon.Get, "ChatKey", HelpUri = HelpPages.Root + "Get-ChatKey.md")]
[OutputType(typeof(ChatKey))]
public sealed class GetChatKeyCommand : ChatCmdlet
{
    private protected override void ProcessRecordCore() => WriteObject(UserKey.Load().ToChatKey());
}
