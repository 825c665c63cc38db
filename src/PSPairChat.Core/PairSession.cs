using System;
using System.Threading;
using PSPairChat.Conversation;
using PSPairChat.Transport;

namespace PSPairChat;

/// <summary>A session of two: what a client and a server have in common.</summary>
public abstract class PairSession : ChatSession
{
    private protected PairSession(ChatOptions options)
        : base(options)
    {
    }

    /// <inheritdoc/>
    public override ChatSessionState State => IsOver ? ChatSessionState.Closed
        : Link is { } link && !link.SeesEnd() ? ChatSessionState.Connected
        : StateWithoutPeer;

    /// <inheritdoc/>
    public override ChatPeer? Peer => Link?.Peer;

    /// <inheritdoc/>
    public override long MessagesSent => LastLink?.Sent ?? 0;

    /// <inheritdoc/>
    public override long MessagesReceived => LastLink?.Received ?? 0;

    /// <inheritdoc/>
    public override CloseReason? CloseReason => LastLink?.End;

    /// <summary>The conversation that goes on, or whose end nobody has been told yet.</summary>
    private protected abstract PairLink? Link { get; }

    /// <summary>The same, or the one before where there is none.</summary>
    private protected abstract PairLink? LastLink { get; }

    private protected abstract ChatSessionState StateWithoutPeer { get; }

    /// <inheritdoc/>
    public override ChatMessage? Send(string text, CancellationToken cancellationToken = default)
    {
        if (text == PairTalk.Quit)
        {
            if (IsOver)
                throw Closed();
            Disconnect();
            return null;
        }
        MessageRule.Check(text, Options.MaxMessageLength);
        var link = LinkToSpeakOn();
        try
        {
            return link.Send(text, cancellationToken);
        }
        finally
        {
            // The error has told the caller of the end.
            if (link.End is not null)
                Release(link);
        }
    }

    /// <inheritdoc/>
    public override void Disconnect()
    {
        if (Link is not { } link)
            return;
        link.Close(PSPairChat.CloseReason.LocalQuit);
        Release(link);
    }

    private protected override ReceiveResult ReceiveNext(Deadline deadline, bool waitOnOwnTurn, CancellationToken cancellationToken)
    {
        if (IsOver)
            throw Closed();
        var link = AwaitLink(deadline, cancellationToken);
        if (link is null)
            return new ReceiveResult(IsOver ? ReceiveOutcome.Ended : ReceiveOutcome.TimedOut);
        var result = link.TryReceive(deadline, waitOnOwnTurn, cancellationToken);
        if (result.Outcome == ReceiveOutcome.Ended)
            Release(link);
        return result;
    }

    internal override bool AwaitPeer(TimeSpan? timeout, CancellationToken cancellationToken) =>
        IsOver || AwaitLink(Deadline.After(timeout), cancellationToken) is not null || IsOver;

    /// <summary>The conversation in which something may be said now.</summary>
    /// <exception cref="ChatException">SessionClosed, NotYourTurn or NoPeer.</exception>
    private protected abstract PairLink LinkToSpeakOn();

    /// <summary>Waits for a conversation; null when none came in time, or the session is over.</summary>
    private protected abstract PairLink? AwaitLink(Deadline deadline, CancellationToken cancellationToken);

    /// <summary>Lets go of a conversation that has ended, once a caller has been told.</summary>
    private protected abstract void Release(PairLink link);

    private protected void TellEnd(PairLink link)
    {
        var who = DisplayText.Safe(link.Peer.ToString());
        Tell(ChatNoticeKind.Presence, link.End switch
        {
            PSPairChat.CloseReason.LocalQuit or PSPairChat.CloseReason.Stopped => "You have left.",
            PSPairChat.CloseReason.PeerQuit => $"{who} has left.",
            _ => $"{who} has broken off.",
        }, PresenceChange.Departure);
        if (link.Fault is { } fault)
            Tell(ChatNoticeKind.Lifecycle, fault.Message);
    }
}
