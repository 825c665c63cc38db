using System.Management.Automation;
using PSPairChat.Transcripts;

namespace PSPairChat.Cmdlets;

/// <summary>Gets the transcript of a session.</summary>
[Cmdlet(VerbsCommon.Get, "ChatTranscript", HelpUri = HelpPages.Root + "Get-ChatTranscript.md")]
[OutputType(typeof(ChatTranscriptEntry))]
public sealed class GetChatTranscriptCommand : SessionCmdlet
{
    /// <summary>Specifies the number of entries to get from the end of the transcript. The default is 10000, the number that a session keeps.</summary>
    [Parameter]
    [ValidateRange(1, TranscriptBuffer.Capacity)]
    public int Last { get; set; } = TranscriptBuffer.Capacity;

    private protected override void ProcessRecordCore() => WriteObject(GetSession().GetTranscript(Last), enumerateCollection: true);
}
