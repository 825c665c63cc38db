using System.Management.Automation;

namespace PSPairChat.Bench;

/// <summary>What a call of Send-ChatMessage costs before it does anything: the same parameters and an empty body.</summary>
[Cmdlet(VerbsCommunications.Send, "Nothing")]
public sealed class SendNothingCommand : PSCmdlet
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
