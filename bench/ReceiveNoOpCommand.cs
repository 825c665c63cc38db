using System.Management.Automation;

namespace PSPairChat.Bench;

/// <summary>A cmdlet with the parameters of Receive-ChatMessage that only returns a string.</summary>
[Cmdlet(VerbsCommunications.Receive, "NoOp")]
public sealed class ReceiveNoOpCommand : PSCmdlet
{
    [Parameter(Position = 0, ValueFromPipeline = true)]
    public object? Session { get; set; }

    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int Count { get; set; } = 1;

    [Parameter]
    public SwitchParameter Wait { get; set; }

    [Parameter]
    [ValidateRange(0, 1e9)]
    public double? TimeoutSeconds { get; set; }

    protected override void ProcessRecord() => WriteObject("reply");
}
