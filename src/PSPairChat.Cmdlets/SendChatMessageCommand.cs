using System;
using System.Collections.Generic;
using System.Management.Automation;
using PSPairChat.Messages;

namespace PSPairChat.Cmdlets;

/// <summary>Sends messages to the peer.</summary>
[Cmdlet(VerbsCommunications.Send, "ChatMessage", HelpUri = HelpPages.Root + "Send-ChatMessage.md")]
[OutputType(typeof(ChatMessage))]
public sealed class SendChatMessageCommand : SessionCmdlet
{
    /// <summary>
    /// Specifies the message: one line, or an object with a Text property. The message <c>\quit</c> ends the conversation. With AsJson, any object.
    /// </summary>
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true)]
    [Alias("InputObject")]
    [AllowEmptyString]
    [AllowNull]
    public object? Message { get; set; }

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

    /// <summary>Indicates that the cmdlet sends the object as one line of JSON.</summary>
    [Parameter]
    public SwitchParameter AsJson { get; set; }

    /// <summary>Specifies the number of levels of objects and arrays in the object that AsJson converts. The default is 8.</summary>
    [Parameter]
    [ValidateRange(0, JsonReader.MaxDepth)]
    public int Depth { get; set; } = 8;

    /// <summary>Indicates that the cmdlet converts the reply from JSON, and sets the Data property of the message.</summary>
    [Parameter]
    public SwitchParameter FromJson { get; set; }

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

    /// <summary>Indicates that the cmdlet sends a text that is too long as several messages, divided between words.</summary>
    [Parameter]
    public SwitchParameter Split { get; set; }

    private protected override object? ErrorTarget => Message;

    private protected override void ProcessRecordCore()
    {
        var session = GetOpenSession();
        foreach (var text in AsJson ? [JsonData.Write(Message, Depth)] : Split ? SplitText(session, GetText()) : [GetText()])
            Send(session, text);
    }

    private void Send(ChatSession session, string text)
    {
        ChatMessage? message;
        try
        {
            if (AwaitReply)
                DeferUnread(session);
            message = To is not null ? GetRoom(session).Send(text, To, StopToken) : AsJson ? session.SendJson(text, StopToken) : session.Send(text, StopToken);
        }
        finally
        {
            WriteNotices(session);
        }
        if (PassThru && message is not null)
            WriteObject(message);
        if (AwaitReply && message is not null)
            WriteReply(session, message.Sequence);
    }

    // Without a connection, no message can be sent.
    private protected override bool EndsPipeline(ChatException exception) => exception.Reason
        is ChatErrorReason.NoPeer or ChatErrorReason.SessionClosed or ChatErrorReason.SessionNotFound or ChatErrorReason.PeerQuit
        or ChatErrorReason.PeerDisconnected or ChatErrorReason.LineTooLong or ChatErrorReason.ProtocolViolation
        or ChatErrorReason.NotARoom or ChatErrorReason.RoomRequired;

    private protected override string? GetRecommendedAction(ChatException exception) => exception.Reason switch
    {
        ChatErrorReason.JsonInvalid when AsJson => "Specify a larger -Depth, or select the properties to send with Select-Object.",
        ChatErrorReason.MessageTooLong when AsJson => "Select the properties to send with Select-Object, or send the parts as several messages.",
        ChatErrorReason.NotYourTurn when Split => "Specify -AwaitReply to receive a reply to each part, or open both sessions with -TurnOrder Free.",
        ChatErrorReason.MessageTooLong when exception.OptionName is null => "Specify -Split to send the text as several messages, or a larger -MaxMessageLength when you open the session.",
        ChatErrorReason.MessageInvalid when (Message as PSObject)?.BaseObject is not string && Message is not string => "Specify a string or a message, or specify -AsJson.",
        _ => null,
    };

    // Between two parts, it is the turn of the peer.
    private IReadOnlyList<string> SplitText(ChatSession session, string text)
    {
        var parts = MessageSplitter.Split(text, session.Options.MaxMessageLength);
        if (parts.Count > 1 && session.Turn != ChatTurn.Free && !AwaitReply)
            throw new ChatException(ChatErrorReason.NotYourTurn, $"The text has {parts.Count} parts, but it is the peer's turn after each part. Nothing was sent.");
        return parts.Count > 0 ? parts : [text];
    }

    private string GetText() => Message is PSObject wrapped ? GetText(wrapped.BaseObject, wrapped) : GetText(Message, null);

    private static string GetText(object? value, PSObject? wrapped) => value switch
    {
        null => "",
        string text => text,
        IConvertible and not DateTime => LanguagePrimitives.ConvertTo<string>(value),
        _ => (wrapped ?? PSObject.AsPSObject(value)).Properties["Text"]?.Value as string
            ?? throw new ChatException(ChatErrorReason.MessageInvalid, $"An object of type '{value.GetType().Name}' is not a message."),
    };

    // Receives what is unread before the question, so that it is not taken for the reply. It stays available, in order.
    private void DeferUnread(ChatSession session)
    {
        if (session.CurrentTurn == ChatTurn.Theirs)
            return;
        var result = session.TryReceive(_ => false, TimeSpan.Zero, waitOnOwnTurn: true, StopToken);
        if (result.Outcome == ReceiveOutcome.Ended)
            throw result.Error ?? new ChatException(ChatErrorReason.PeerQuit, "The peer has left the conversation.");
    }

    private void WriteReply(ChatSession session, long question)
    {
        var result = ReceiveWithNotices(session, TimeoutSeconds, waitOnOwnTurn: true, reply => reply.Sequence > question && (!FromJson || JsonData.Read(reply)));
        WriteObject(result.GetMessageOrThrow(ToTimeSpan(TimeoutSeconds))
            ?? throw new ChatException(ChatErrorReason.PeerQuit, "The peer left without a reply."));
    }
}
