using System.Management.Automation;

namespace PSPairChat.Cmdlets;

/// <summary>Waits for what the other end says.</summary>
[Cmdlet(VerbsCommunications.Receive, "ChatMessage", HelpUri = HelpPages.Root + "Receive-ChatMessage.md")]
[OutputType(typeof(ChatMessage))]
public sealed class ReceiveChatMessageCommand : SessionCommand
{
    /// <summary>How many messages to give; one if left out.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int Count { get; set; } = 1;

    /// <summary>Whether to go on until the session ends: at a server, from client to client.</summary>
    [Parameter]
    public SwitchParameter Wait { get; set; }

    /// <summary>How long to wait for each message, in seconds; for ever if left out.</summary>
    [Parameter]
    [ValidateRange(0, 1e9)]
    public double? TimeoutSeconds { get; set; }

    private protected override void ProcessInput()
    {
        var session = ResolveSession(Session);
        var endless = Wait && !MyInvocation.BoundParameters.ContainsKey(nameof(Count));
        for (var left = Count; endless || left > 0; left--)
        {
            var result = ReceiveWithNotices(session, TimeoutSeconds, Wait, begun: left < Count);
            while (Wait && result.Outcome == ReceiveOutcome.Ended && !session.IsCompleted)
            {
                if (result.Error is { } fault)
                    WriteError(ErrorRecordFactory.Create(fault, session));
                result = ReceiveWithNotices(session, TimeoutSeconds, Wait, begun: true);
            }
            if (result.GetMessageOrThrow(Seconds(TimeoutSeconds)) is not { } message)
                return;
            WriteObject(message);
            if (session.IsCompleted && !session.HasDeferredMessages)
                return;
        }
    }
}
