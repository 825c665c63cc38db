using System.IO;
using System.Management.Automation;
using PSPairChat.Security;

namespace PSPairChat.Cmdlets;

/// <summary>Creates the key of the current user.</summary>
[Cmdlet(VerbsCommon.New, "ChatKey", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High, HelpUri = HelpPages.Root + "New-ChatKey.md")]
[OutputType(typeof(ChatKey))]
public sealed class NewChatKeyCommand : ChatCmdlet
{
    private const string Consequence =
        "Replace the key. Clients that have connected before report ServerKeyChanged, servers no longer trust this user, and invites are void";

    /// <summary>Indicates that the cmdlet replaces an existing key without a prompt.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    private protected override void ProcessRecordCore()
    {
        var path = UserFiles.KeyPath;
        if (!File.Exists(path))
        {
            if (Force || ShouldProcess(path, "Create a key"))
                WriteObject(UserKey.Load().ToChatKey());
        }
        else if (Force ? ShouldProcessWithoutPrompt(path) : ShouldProcess(path, Consequence))
        {
            WriteObject(UserKey.Replace().ToChatKey());
        }
    }

    private bool ShouldProcessWithoutPrompt(string path) => !MyInvocation.BoundParameters.ContainsKey("WhatIf") || ShouldProcess(path, Consequence);
}
