using System;
using System.Net.Sockets;
using System.Threading;
using PSPairChat.Connections;
using PSPairChat.Messages;
using PSPairChat.Sessions;

namespace PSPairChat;

/// <summary>Represents a session of two: the base of client and server sessions.</summary>
public abstract class PairSession : ChatSession
{
    private protected PairSession(ChatOptions options)
        : base(options)
    {
    }

    /// <inheritdoc/>
    public override ChatSessionState State => IsCompleted ? ChatSessionState.Closed
        : Conversation is { Lifecycle.IsClosed: false } conversation ? conversation.Resume.State
        : StateWithoutPeer;

    /// <inheritdoc/>
    public override ChatSecurity? Security => Conversation?.Security;

    /// <summary>Gets the messages that were sent in the latest conversation and not acknowledged by the peer; empty if the session cannot be resumed.</summary>
    public string[] Unconfirmed => LastConversation?.Resume.Unconfirmed ?? [];

    /// <inheritdoc/>
    public override long MessagesSent => LastConversation?.MessagesSent ?? 0;

    /// <inheritdoc/>
    public override long MessagesReceived => LastConversation?.MessagesReceived ?? 0;

    /// <inheritdoc/>
    public override ChatCloseReason? CloseReason => LastConversation?.Lifecycle.CloseReason;

    internal override Socket? ReceiveSocket => Conversation?.Socket;

    /// <summary>Gets the conversation that has not ended, or whose end is not reported yet; null where there is none.</summary>
    private protected abstract PairConversation? Conversation { get; }

    /// <summary>Gets the latest conversation, ended or not; null before the first one.</summary>
    private protected abstract PairConversation? LastConversation { get; }

    internal override ChatPeer? CurrentPeer => Conversation?.Peer;

    private protected abstract ChatSessionState StateWithoutPeer { get; }

    /// <inheritdoc/>
    public override ChatMessage? Send(string text, CancellationToken cancellationToken = default) =>
        TryQuit(text) ? null : Send(text, Options.MaxMessageLength, cancellationToken);

    internal override ChatMessage SendJson(string json, CancellationToken cancellationToken) => Send(json, MessageValidator.MaxJsonLength, cancellationToken);

    private ChatMessage Send(string text, int maxLength, CancellationToken cancellationToken)
    {
        MessageValidator.ThrowIfInvalid(text, maxLength, allowEmpty: Options.Dialect.IsLineService);
        var conversation = GetConversationForSend();
        try
        {
            return conversation.Send(text, cancellationToken);
        }
        finally
        {
            // If the conversation has ended, the exception informs the caller.
            Report(conversation);
        }
    }

    /// <inheritdoc/>
    public override void Disconnect()
    {
        if (Conversation is { } conversation)
            Close(conversation, ChatCloseReason.LocalQuit);
    }

    /// <inheritdoc/>
    public override void Refresh() => Conversation?.Poll();

    internal override bool WaitForPeer(TimeSpan? timeout, CancellationToken cancellationToken) =>
        IsCompleted || WaitForConversation(Deadline.After(timeout), cancellationToken) is not null || IsCompleted;

    private protected override int CountUnread() => Conversation?.CountUnread() ?? 0;

    private protected override ReceiveResult ReceiveCore(Deadline deadline, bool waitOnOwnTurn, CancellationToken cancellationToken)
    {
        if (IsCompleted)
            throw CreateClosedException();
        if (WaitForConversation(deadline, cancellationToken) is not { } conversation)
            return new ReceiveResult(IsCompleted ? ReceiveOutcome.Ended : ReceiveOutcome.TimedOut);
        var result = conversation.TryReceive(deadline, waitOnOwnTurn, cancellationToken);
        if (result.Outcome == ReceiveOutcome.Ended)
            Report(conversation);
        return result;
    }

    /// <summary>Returns the conversation in which a message can be sent.</summary>
    /// <exception cref="ChatException">SessionClosed, NotYourTurn or NoPeer.</exception>
    private protected abstract PairConversation GetConversationForSend();

    /// <summary>Waits for a conversation.</summary>
    /// <returns>The conversation; null when none began in time, or the session has ended.</returns>
    private protected abstract PairConversation? WaitForConversation(Deadline deadline, CancellationToken cancellationToken);

    /// <summary>Called once for each conversation, after its end was reported.</summary>
    private protected abstract void OnReported();

    private protected void Close(PairConversation conversation, ChatCloseReason reason, bool isRestarting = false)
    {
        conversation.Close(reason, isRestarting);
        Report(conversation);
    }

    private void Report(PairConversation conversation)
    {
        if (TryReport(conversation.Lifecycle, conversation.Peer, "has left"))
            OnReported();
    }
}
