using System.Management.Automation;
using PSPairChat.Transcripts;

namespace PSPairChat.Cmdlets;

/// <summary>Gives what was said in a session, and what happened: written as text, a script that can be run again.</summary>
[Cmdlet(VerbsCommon.Get, "ChatTranscript", HelpUri = HelpPages.Root + "Get-ChatTranscript.md")]
[OutputType(typeof(ChatTranscriptEntry))]
public sealed class GetChatTranscriptCommand : SessionCommand
{
    /// <summary>How many of the last entries to give; all that are remembered, 10,000, if left out.</summary>
    [Parameter]
    [ValidateRange(1, TranscriptBuffer.Capacity)]
    public int Last { get; set; } = TranscriptBuffer.Capacity;

    private protected override void ProcessInput() => WriteObject(ResolveSession(Session).GetTranscript(Last), enumerateCollection: true);
}
