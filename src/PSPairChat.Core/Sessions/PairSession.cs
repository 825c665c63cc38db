using System;
using System.Threading;
using PSPairChat.Messages;
using PSPairChat.Sessions;
using PSPairChat.Connections;

namespace PSPairChat;

/// <summary>A session of two: what a client and a server have in common.</summary>
public abstract class PairSession : ChatSession
{
    private protected PairSession(ChatOptions options)
        : base(options)
    {
    }

    /// <inheritdoc/>
    public override ChatSessionState State => IsCompleted ? ChatSessionState.Closed
        : Conversation is { } link && !link.PollForClose() ? ChatSessionState.Connected
        : StateWithoutPeer;

    /// <inheritdoc/>
    public override ChatPeer? Peer => Conversation?.Peer;

    /// <inheritdoc/>
    public override long MessagesSent => LastConversation?.MessagesSent ?? 0;

    /// <inheritdoc/>
    public override long MessagesReceived => LastConversation?.MessagesReceived ?? 0;

    /// <inheritdoc/>
    public override ChatCloseReason? CloseReason => LastConversation?.CloseReason;

    /// <summary>The conversation that goes on, or whose end nobody has been told yet.</summary>
    private protected abstract PairConversation? Conversation { get; }

    /// <summary>The same, or the one before where there is none.</summary>
    private protected abstract PairConversation? LastConversation { get; }

    private protected abstract ChatSessionState StateWithoutPeer { get; }

    /// <inheritdoc/>
    public override ChatMessage? Send(string text, CancellationToken cancellationToken = default)
    {
        if (text == TurnTracker.QuitCommand)
        {
            if (IsCompleted)
                throw CreateClosedException();
            Disconnect();
            return null;
        }
        MessageValidator.ThrowIfInvalid(text, Options.MaxMessageLength);
        var link = GetConversationForSend();
        try
        {
            return link.Send(text, cancellationToken);
        }
        finally
        {
            // The error has told the caller of the end.
            if (link.CloseReason is not null)
                Detach(link);
        }
    }

    /// <inheritdoc/>
    public override void Disconnect()
    {
        if (Conversation is not { } link)
            return;
        link.Close(PSPairChat.ChatCloseReason.LocalQuit);
        Detach(link);
    }

    private protected override ReceiveResult ReceiveCore(Deadline deadline, bool waitOnOwnTurn, CancellationToken cancellationToken)
    {
        if (IsCompleted)
            throw CreateClosedException();
        var link = WaitForConversation(deadline, cancellationToken);
        if (link is null)
            return new ReceiveResult(IsCompleted ? ReceiveOutcome.Ended : ReceiveOutcome.TimedOut);
        var result = link.TryReceive(deadline, waitOnOwnTurn, cancellationToken);
        if (result.Outcome == ReceiveOutcome.Ended)
            Detach(link);
        return result;
    }

    internal override bool WaitForPeer(TimeSpan? timeout, CancellationToken cancellationToken) =>
        IsCompleted || WaitForConversation(Deadline.After(timeout), cancellationToken) is not null || IsCompleted;

    /// <summary>The conversation in which something may be said now.</summary>
    /// <exception cref="ChatException">SessionClosed, NotYourTurn or NoPeer.</exception>
    private protected abstract PairConversation GetConversationForSend();

    /// <summary>Waits for a conversation; null when none came in time, or the session is over.</summary>
    private protected abstract PairConversation? WaitForConversation(Deadline deadline, CancellationToken cancellationToken);

    /// <summary>Lets go of a conversation that has ended, once a caller has been told.</summary>
    private protected abstract void Detach(PairConversation link);

    private protected void NotifyDisconnected(PairConversation link)
    {
        var who = DisplayText.Sanitize(link.Peer.ToString());
        AddNotice(ChatNoticeKind.Presence, link.CloseReason switch
        {
            PSPairChat.ChatCloseReason.LocalQuit or PSPairChat.ChatCloseReason.Stopped => "You have left.",
            PSPairChat.ChatCloseReason.PeerQuit => $"{who} has left.",
            _ => $"{who} has broken off.",
        }, PresenceChange.Departure);
        if (link.CloseError is { } fault)
            AddNotice(ChatNoticeKind.Lifecycle, fault.Message);
    }
}
