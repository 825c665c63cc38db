using System.Management.Automation;

namespace PSPairChat.Cmdlets;

/// <summary>Sends messages to the peer.</summary>
[Cmdlet(VerbsCommunications.Send, "ChatMessage", HelpUri = HelpPages.Root + "Send-ChatMessage.md")]
[OutputType(typeof(ChatMessage))]
public sealed class SendChatMessageCommand : SessionCmdlet
{
    /// <summary>Specifies the message: one line. The message <c>\quit</c> ends the conversation.</summary>
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true)]
    [AllowEmptyString]
    [AllowNull]
    public string Message { get; set; } = "";

    /// <summary>Specifies the session, its Id, or its Name. By default, the session that was opened last.</summary>
    [Parameter]
    [ChatSessionTransformation]
    [ArgumentCompleter(typeof(SessionCompleter))]
    public override ChatSession? Session
    {
        get => base.Session;
        set => base.Session = value;
    }

    /// <summary>Specifies the only member of a room that receives the message. By default, all members receive it.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(MemberCompleter))]
    [ValidateNotNullOrEmpty]
    public string? To { get; set; }

    /// <summary>Indicates that the cmdlet waits for the reply and returns it.</summary>
    [Parameter]
    public SwitchParameter AwaitReply { get; set; }

    /// <summary>Specifies the time limit for the reply, in seconds. By default, there is no limit.</summary>
    [Parameter]
    [ValidateRange(0, 1e9)]
    public double? TimeoutSeconds { get; set; }

    /// <summary>Indicates that the cmdlet returns the message that was sent.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected override object? ErrorTarget => Message;

    private protected override void ProcessRecordCore()
    {
        var session = GetOpenSession();
        ChatMessage? message;
        try
        {
            message = To is null ? session.Send(Message ?? "", StopToken) : GetRoom(session).Send(Message ?? "", To, StopToken);
        }
        finally
        {
            WriteNotices(session);
        }
        if (PassThru && message is not null)
            WriteObject(message);
        if (AwaitReply && message is not null)
            WriteReply(session);
    }

    // Without a connection, no message can be sent.
    private protected override bool EndsPipeline(ChatException exception) => exception.Reason
        is ChatErrorReason.NoPeer or ChatErrorReason.SessionClosed or ChatErrorReason.SessionNotFound or ChatErrorReason.PeerQuit
        or ChatErrorReason.PeerDisconnected or ChatErrorReason.LineTooLong or ChatErrorReason.ProtocolViolation;

    private protected override string? GetRecommendedAction(ChatException exception) =>
        exception.Reason == ChatErrorReason.NoPeer && To is not null ? SpecifyRoom : null;

    private void WriteReply(ChatSession session)
    {
        var result = ReceiveWithNotices(session, TimeoutSeconds, waitOnOwnTurn: true);
        WriteObject(result.GetMessageOrThrow(ToTimeSpan(TimeoutSeconds))
            ?? throw new ChatException(ChatErrorReason.PeerQuit, "The peer left without a reply."));
    }
}
