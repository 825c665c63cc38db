using System.Management.Automation;
using PSPairChat.Security;

namespace PSPairChat.Cmdlets;

/// <summary>Gets the keys of the clients that secure servers of the current user accept without an invite.</summary>
[Cmdlet(VerbsCommon.Get, "ChatTrustedKey", HelpUri = HelpPages.Root + "Get-ChatTrustedKey.md")]
[OutputType(typeof(ChatTrustedKey))]
public sealed class GetChatTrustedKeyCommand : ChatCmdlet
{
    private protected override void ProcessRecordCore() => WriteObject(UserFiles.TrustedKeys.GetKeys(), enumerateCollection: true);
}
