using System;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using PSPairChat.Connections;
using PSPairChat.Sessions;

namespace PSPairChat.Cmdlets;

/// <summary>Receives messages from the peers of one or more sessions.</summary>
[Cmdlet(VerbsCommunications.Receive, "ChatMessage", DefaultParameterSetName = WaitSet, HelpUri = HelpPages.Root + "Receive-ChatMessage.md")]
[OutputType(typeof(ChatMessage))]
public sealed class ReceiveChatMessageCommand : ChatCmdlet
{
    private const string WaitSet = "Wait";
    private const string NoWaitSet = "NoWait";

    private readonly List<ChatSession> _sessions = [];
    private NamedArgument<ChatSession[]> _session;

    /// <summary>Specifies the sessions, their Ids, or their Names. By default, the session that was opened last.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true)]
    [ChatSessionArrayTransformation]
    [ArgumentCompleter(typeof(SessionCompleter))]
    public ChatSession[]? Session
    {
        get => _session.Value;
        set => _session = NamedArgument<ChatSession[]>.Bind(value);
    }

    /// <summary>Specifies the number of messages to receive. The default is 1; with NoWait, all unread messages.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int Count { get; set; } = 1;

    /// <summary>Indicates that the cmdlet receives messages until the session ends: at a server, from one client after another.</summary>
    [Parameter(ParameterSetName = WaitSet)]
    public SwitchParameter Wait { get; set; }

    /// <summary>Specifies the time limit for each message, in seconds. By default, there is no limit.</summary>
    [Parameter(ParameterSetName = WaitSet)]
    [ValidateRange(0, 1e9)]
    public double? TimeoutSeconds { get; set; }

    /// <summary>Indicates that the cmdlet returns only the messages that have arrived.</summary>
    [Parameter(ParameterSetName = NoWaitSet, Mandatory = true)]
    public SwitchParameter NoWait { get; set; }

    /// <summary>Indicates that the cmdlet converts the messages from JSON, and sets their Data property.</summary>
    [Parameter]
    public SwitchParameter FromJson { get; set; }

    private Predicate<ChatMessage>? Predicate => FromJson ? JsonData.Read : null;

    private protected override object? ErrorTarget => SessionArgument.GetErrorTarget(_session);

    private protected override void ProcessRecordCore() => _sessions.AddRange(SessionArgument.Get(_session, () => [SessionRegistry.Current.GetLatest()]));

    private protected override void EndProcessingCore()
    {
        foreach (var session in _sessions)
            session.TraceFrames = MyInvocation.BoundParameters.ContainsKey("Debug");
        var isUnlimited = (Wait || NoWait) && !MyInvocation.BoundParameters.ContainsKey(nameof(Count));
        var count = isUnlimited ? int.MaxValue : Count;
        if (NoWait || _sessions.Count > 1)
            ReceiveFromAny(count);
        else if (_sessions.Count == 1)
            ReceiveFrom(_sessions[0], count);
    }

    private void ReceiveFrom(ChatSession session, int count)
    {
        try
        {
            for (var i = 0; i < count; i++)
            {
                if (Receive(session, isContinued: i > 0).GetMessageOrThrow(ToTimeSpan(TimeoutSeconds)) is not { } message)
                    return;
                WriteObject(message);
                if (session.IsCompleted && !session.HasDeferredMessages)
                    return;
            }
        }
        catch (ChatException e)
        {
            WriteChatError(e, session);
        }
    }

    // With -Wait, the end of a conversation is not the end of the wait: a server accepts the next client.
    private ReceiveResult Receive(ChatSession session, bool isContinued)
    {
        var result = ReceiveWithNotices(session, TimeoutSeconds, Wait, Predicate, isContinued);
        while (Wait && result.Outcome == ReceiveOutcome.Ended && !session.IsCompleted)
        {
            if (result.Error is { } error)
                WriteError(CreateErrorRecord(error, session));
            result = ReceiveWithNotices(session, TimeoutSeconds, Wait, Predicate, isContinued: true);
        }
        return result;
    }

    // A session that ends does not end the wait for the others.
    private void ReceiveFromAny(int count)
    {
        var selector = new SessionSelector(_sessions.Distinct().Where(IsOpen));
        while (count > 0 && selector.Sessions.Count > 0)
        {
            var result = ReceiveWithNotices(selector, out var session);
            if (result.Outcome == ReceiveOutcome.TimedOut && NoWait)
                return;
            if (session is null)
            {
                result.GetMessageOrThrow(ToTimeSpan(TimeoutSeconds));
            }
            else if (result.Message is { } message)
            {
                count--;
                WriteObject(message);
            }
            else
            {
                OnEnded(selector, session, result.Error);
            }
        }
    }

    private bool IsOpen(ChatSession session)
    {
        var isOpen = !session.IsCompleted || session.HasDeferredMessages;
        if (!isOpen)
            WriteError(CreateErrorRecord(session.CreateClosedException(), session));
        return isOpen;
    }

    private void OnEnded(SessionSelector selector, ChatSession session, ChatException? error)
    {
        if (error is not null)
            WriteError(CreateErrorRecord(error, session));
        if (!Wait || session.IsCompleted)
            selector.Remove(session);
    }

    private ReceiveResult ReceiveWithNotices(SessionSelector selector, out ChatSession? session)
    {
        ChatSession? source = null;
        var result = WaitWithNotices(
            selector.Sessions,
            NoWait ? Deadline.Passed : Deadline.After(ToTimeSpan(TimeoutSeconds)),
            $"Waiting for a message of {selector.Sessions.Count} sessions",
            wait => selector.TryReceive(Predicate, Deadline.After(wait), Wait || NoWait, StopToken, out source));
        session = source;
        return result;
    }
}
