using System.Management.Automation;

namespace PSPairChat.Bench;

/// <summary>The same as <see cref="SendNothingCommand"/> for Receive-ChatMessage; it gives the object that it was told to.</summary>
[Cmdlet(VerbsCommunications.Receive, "Nothing")]
public sealed class ReceiveNothingCommand : PSCmdlet
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

    protected override void ProcessRecord() => WriteObject("nothing");
}
