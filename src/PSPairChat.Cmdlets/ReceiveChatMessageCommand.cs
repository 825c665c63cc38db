using System.Management.Automation;

namespace PSPairChat.Cmdlets;

/// <summary>Receives messages from the peer.</summary>
[Cmdlet(VerbsCommunications.Receive, "ChatMessage", HelpUri = HelpPages.Root + "Receive-ChatMessage.md")]
[OutputType(typeof(ChatMessage))]
public sealed class ReceiveChatMessageCommand : SessionCmdlet
{
    /// <summary>Specifies the number of messages to receive. The default is 1.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int Count { get; set; } = 1;

    /// <summary>Indicates that the cmdlet receives messages until the session ends: at a server, from one client after another.</summary>
    [Parameter]
    public SwitchParameter Wait { get; set; }

    /// <summary>Specifies the time limit for each message, in seconds. By default, there is no limit.</summary>
    [Parameter]
    [ValidateRange(0, 1e9)]
    public double? TimeoutSeconds { get; set; }

    private protected override void ProcessRecordCore()
    {
        var session = GetSession();
        var isUnlimited = Wait && !MyInvocation.BoundParameters.ContainsKey(nameof(Count));
        for (var remaining = Count; isUnlimited || remaining > 0; remaining--)
        {
            var result = Receive(session, isContinued: remaining < Count);
            if (result.GetMessageOrThrow(ToTimeSpan(TimeoutSeconds)) is not { } message)
                return;
            WriteObject(message);
            if (session.IsCompleted && !session.HasDeferredMessages)
                return;
        }
    }

    // With -Wait, the end of a conversation is not the end of the wait: a server accepts the next client.
    private ReceiveResult Receive(ChatSession session, bool isContinued)
    {
        var result = ReceiveWithNotices(session, TimeoutSeconds, Wait, isContinued: isContinued);
        while (Wait && result.Outcome == ReceiveOutcome.Ended && !session.IsCompleted)
        {
            if (result.Error is { } error)
                WriteError(CreateErrorRecord(error, session));
            result = ReceiveWithNotices(session, TimeoutSeconds, Wait, isContinued: true);
        }
        return result;
    }
}
