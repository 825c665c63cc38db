using System.Management.Automation;

namespace PSPairChat.Bench;

/// <summary>A cmdlet with the parameters of Send-ChatMessage that does nothing.</summary>
[Cmdlet(VerbsCommunications.Send, "NoOp")]
public sealed class SendNoOpCommand : PSCmdlet
{
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true)]
    [AllowEmptyString]
    [AllowNull]
    public string Message { get; set; } = "";

    [Parameter]
    public object? Session { get; set; }

    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? To { get; set; }

    [Parameter]
    public SwitchParameter AwaitReply { get; set; }

    [Parameter]
    [ValidateRange(0, 1e9)]
    public double? TimeoutSeconds { get; set; }

    [Parameter]
    public SwitchParameter PassThru { get; set; }

    protected override void ProcessRecord()
    {
        if (AwaitReply)
            WriteObject(Message);
    }
}
