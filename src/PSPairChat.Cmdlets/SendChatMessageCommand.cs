using System.Management.Automation;

namespace PSPairChat.Cmdlets;

/// <summary>Says something.</summary>
[Cmdlet(VerbsCommunications.Send, "ChatMessage", HelpUri = HelpPages.Root + "Send-ChatMessage.md")]
[OutputType(typeof(ChatMessage))]
public sealed class SendChatMessageCommand : ChatCmdlet
{
    /// <summary>What to say: one line; <c>\quit</c> ends the conversation.</summary>
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true)]
    [AllowEmptyString]
    [AllowNull]
    public string Message { get; set; } = "";

    /// <summary>The session, its Id or Name; the one opened last if left out.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(SessionCompleter))]
    public ChatSessionReference? Session { get; set; }

    /// <summary>The one member of a room to whom it is said; to all if left out.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(MemberCompleter))]
    [ValidateNotNullOrEmpty]
    public string? To { get; set; }

    /// <summary>Whether to wait for the reply and give it.</summary>
    [Parameter]
    public SwitchParameter AwaitReply { get; set; }

    /// <summary>How long to wait for the reply, in seconds; for ever if left out.</summary>
    [Parameter]
    [ValidateRange(0, 1e9)]
    public double? TimeoutSeconds { get; set; }

    /// <summary>Whether to give what was sent.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected override object? Target => Message;

    private protected override void ProcessInput()
    {
        var session = ResolveSession(Session);
        ChatMessage? sent;
        try
        {
            sent = To is null ? session.Send(Message ?? "", StopToken) : AsRoom(session).Send(Message ?? "", To, StopToken);
        }
        finally
        {
            WriteNotices(session);
        }
        if (PassThru && sent is not null)
            WriteObject(sent);
        if (AwaitReply && sent is not null)
            WriteReply(session);
    }

    private void WriteReply(ChatSession session)
    {
        var result = ReceiveWithNotices(session, TimeoutSeconds, waitOnOwnTurn: true);
        WriteObject(result.GetMessageOrThrow(Seconds(TimeoutSeconds))
            ?? throw new ChatException(ChatErrorReason.PeerQuit, "The other end has left instead of answering."));
    }
}
