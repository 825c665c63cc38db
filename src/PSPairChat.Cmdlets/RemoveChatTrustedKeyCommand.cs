using System.Management.Automation;
using PSPairChat.Security;

namespace PSPairChat.Cmdlets;

/// <summary>Removes the keys of clients, which then need an invite again.</summary>
[Cmdlet(VerbsCommon.Remove, "ChatTrustedKey", SupportsShouldProcess = true, HelpUri = HelpPages.Root + "Remove-ChatTrustedKey.md")]
public sealed class RemoveChatTrustedKeyCommand : ChatCmdlet
{
    /// <summary>Specifies the fingerprints of the keys.</summary>
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string[] Fingerprint { get; set; } = [];

    private protected override void ProcessRecordCore()
    {
        foreach (var text in Fingerprint)
        {
            var fingerprint = KeyFingerprint.Parse(text);
            if (!ShouldProcess(fingerprint.ToString(), "Remove"))
                continue;
            if (!UserFiles.TrustedKeys.Remove(fingerprint))
                WriteChatError(new ChatException(ChatErrorReason.KeyNotFound, $"The key {fingerprint} is not a trusted key."), text);
        }
    }
}
