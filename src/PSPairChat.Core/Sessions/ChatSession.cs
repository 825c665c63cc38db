using System;
using System.Net.Sockets;
using System.Threading;
using PSPairChat.Connections;
using PSPairChat.Dialects;
using PSPairChat.Rooms;
using PSPairChat.Sessions;
using PSPairChat.Transcripts;

namespace PSPairChat;

/// <summary>
/// Represents a chat session. Calls that wait block the calling thread; they have a timeout and can be canceled. All members are thread-safe:
/// <see cref="Disconnect"/> and <see cref="Dispose"/> also end the calls in which other threads wait.
/// </summary>
/// <remarks>
/// Properties return what is known and do not use the network. What is known changes with every call that sends or receives, and with <see cref="Refresh"/>.
/// </remarks>
public abstract partial class ChatSession : IDisposable
{
    private readonly NoticeQueue _notices = new();
    private readonly DeferredMessages _deferred = new();
    private readonly TranscriptBuffer _transcript = new();    // its lock keeps the buffer and the file in the same order
    private readonly TranscriptFile? _transcriptFile;
    private long _sequence;

    private protected ChatSession(ChatOptions options)
    {
        Options = options;
        Handle = options.Handle;
        Name = options.Name ?? "";
        _transcriptFile = options.TranscriptPath is { } path ? new TranscriptFile(path, AddTranscriptWarning) : null;
    }

    /// <summary>Gets the number of the session, unique in its runspace.</summary>
    public int Id { get; internal set; }

    /// <summary>Gets the name of the session.</summary>
    public string Name { get; internal set; }

    /// <summary>Gets the role of the session.</summary>
    public abstract ChatRole Role { get; }

    /// <summary>
    /// Gets the state of the session as of the last call that sent or received. To detect that the peer has left since then, call <see cref="Refresh"/> first.
    /// </summary>
    public abstract ChatSessionState State { get; }

    /// <summary>Gets the handle of this end.</summary>
    public string Handle { get; }

    /// <summary>Gets the peer; null while none is connected.</summary>
    public ChatPeer? Peer => State is ChatSessionState.Connected or ChatSessionState.Reconnecting ? CurrentPeer : null;

    /// <summary>Gets a value that indicates which end may send now; null while no peer is connected.</summary>
    public ChatTurn? Turn => State is ChatSessionState.Connected or ChatSessionState.Reconnecting ? CurrentTurn : null;

    /// <summary>Gets the number of messages that have arrived and were not received, as of the last call that sent or received, or <see cref="Refresh"/>.</summary>
    public int UnreadCount => _deferred.Count + CountUnread();

    /// <summary>Gets the host that listens: as specified at a client; at a server its address, or its name if it listens on all addresses.</summary>
    public abstract string HostName { get; }

    /// <summary>Gets the port on which the server listens.</summary>
    public abstract int Port { get; }

    /// <summary>Gets the local address and port.</summary>
    public abstract string? LocalEndPoint { get; }

    /// <summary>Gets how the current conversation is protected; null where no peer is connected, and for plain TCP.</summary>
    public virtual ChatSecurity? Security => null;

    /// <summary>Gets the number of messages sent in the latest conversation.</summary>
    public abstract long MessagesSent { get; }

    /// <summary>Gets the number of messages received in the latest conversation.</summary>
    public abstract long MessagesReceived { get; }

    /// <summary>Gets the reason why the latest conversation ended; null while it has not.</summary>
    public abstract ChatCloseReason? CloseReason { get; }

    /// <summary>Gets or sets a value that indicates whether the bytes sent and received are added as notices.</summary>
    internal bool TraceFrames { get; set; }

    /// <summary>Gets a value that indicates whether the session is closed and a caller has been informed: nothing follows any more.</summary>
    internal abstract bool IsCompleted { get; }

    internal ChatOptions Options { get; }

    /// <summary>Gets the peer of the conversation that has not ended, or whose end no caller has been informed of; null where there is none.</summary>
    internal abstract ChatPeer? CurrentPeer { get; }

    /// <summary>Gets which end may send in the current conversation, or else in the next one.</summary>
    internal abstract ChatTurn CurrentTurn { get; }

    /// <summary>Gets the socket that is readable when there is something to receive; null where no socket shows that.</summary>
    internal virtual Socket? ReceiveSocket => null;

    /// <summary>Gets whether this end has sent to a server that has not responded yet.</summary>
    internal virtual bool IsUnanswered => false;

    /// <summary>Gets whether a greeting can be received although it is this end's turn: the server has sent nothing yet.</summary>
    internal virtual bool CanReceiveGreeting => false;

    /// <summary>Gets a value that indicates whether messages can come from more than one sender, as in a room.</summary>
    internal bool HasManySpeakers => this is IRoomSession;

    /// <summary>Gets a value that indicates whether messages that did not match a predicate are still to be received.</summary>
    internal bool HasDeferredMessages => _deferred.Count > 0;

    /// <summary>Sends a message. The text <c>\quit</c> ends the conversation instead.</summary>
    /// <param name="text">One line of 1 to <see cref="ChatOptions.MaxMessageLength"/> characters.</param>
    /// <param name="cancellationToken">Cancels the send within 100 ms.</param>
    /// <returns>The message that was sent; null for <c>\quit</c>.</returns>
    /// <exception cref="ChatException">MessageEmpty, MessageTooLong, MessageInvalid, NotYourTurn, NoPeer, SendTimedOut, PeerQuit, PeerDisconnected or SessionClosed.</exception>
    /// <exception cref="OperationCanceledException">The send was canceled. If a part of the message was sent, the connection is closed.</exception>
    public abstract ChatMessage? Send(string text, CancellationToken cancellationToken = default);

    /// <summary>Sends a line of JSON. In a pair, it can be longer than other messages.</summary>
    internal virtual ChatMessage SendJson(string json, CancellationToken cancellationToken) => Send(json, cancellationToken)!;

    /// <summary>Waits for the next message, without an exception for expected outcomes.</summary>
    /// <param name="timeout">The time limit; null for none.</param>
    /// <param name="waitOnOwnTurn">Whether to wait although it is this end's turn to send, for example for the peer to disconnect.</param>
    /// <param name="cancellationToken">Cancels the wait within 100 ms; the session stays open.</param>
    /// <exception cref="ChatException">SessionClosed.</exception>
    /// <exception cref="OperationCanceledException">The wait was canceled.</exception>
    public ReceiveResult TryReceive(TimeSpan? timeout, bool waitOnOwnTurn, CancellationToken cancellationToken = default) =>
        TryReceive(null, timeout, waitOnOwnTurn, cancellationToken);

    /// <summary>Waits for the next message.</summary>
    /// <param name="timeout">The time limit; null for none.</param>
    /// <param name="cancellationToken">Cancels the wait within 100 ms; the session stays open.</param>
    /// <returns>The message; null when the conversation has ended.</returns>
    /// <exception cref="ChatException">YourTurn, ReceiveTimedOut, PeerDisconnected, LineTooLong or SessionClosed.</exception>
    /// <exception cref="OperationCanceledException">The wait was canceled.</exception>
    public ChatMessage? Receive(TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        TryReceive(timeout, waitOnOwnTurn: false, cancellationToken).GetMessageOrThrow(timeout);

    /// <summary>
    /// Updates the properties with what the peer has sent since the last call that sent or received: whether it has left, and what precedes its first unread
    /// message. Messages stay unread. Does not wait, and never throws.
    /// </summary>
    public virtual void Refresh()
    {
    }

    /// <summary>Sends <c>\quit</c> and closes the connection, at any time; a server keeps listening. Does nothing where no peer is connected. Never throws.</summary>
    public abstract void Disconnect();

    /// <summary>Disconnects and ends the session. Never throws.</summary>
    public abstract void Dispose();

    /// <summary>Gets the latest messages and notices, oldest first: up to 10,000, or fewer if they exceed 8 Mi characters.</summary>
    /// <param name="last">The maximum number of entries.</param>
    public ChatTranscriptEntry[] GetTranscript(int last = TranscriptBuffer.Capacity)
    {
        lock (_transcript)
            return _transcript.GetLast(last);
    }

    /// <summary>Removes and returns the oldest notice.</summary>
    /// <param name="notice">The notice.</param>
    /// <returns>Whether there was a notice.</returns>
    public bool TryDequeueNotice(out ChatNotice notice) => _notices.TryDequeue(out notice);

    /// <inheritdoc/>
    public override string ToString() => Name;

    /// <summary>Waits for the next message that matches; other messages are deferred to later calls, in order.</summary>
    /// <param name="predicate">The condition; null for any message.</param>
    /// <param name="timeout">The time limit; null for none.</param>
    /// <param name="waitOnOwnTurn">Whether to wait although it is this end's turn to send.</param>
    /// <param name="cancellationToken">Cancels the wait within 100 ms; the session stays open.</param>
    /// <exception cref="ChatException">SessionClosed, EventSubscribed or InboxFull.</exception>
    /// <exception cref="OperationCanceledException">The wait was canceled.</exception>
    internal ReceiveResult TryReceive(Predicate<ChatMessage>? predicate, TimeSpan? timeout, bool waitOnOwnTurn, CancellationToken cancellationToken)
    {
        _events?.ThrowIfReading();
        var deadline = Deadline.After(timeout);
        if (!deadline.TryEnter(_deferred.Gate, cancellationToken))
            return new ReceiveResult(ReceiveOutcome.TimedOut);
        try
        {
            if (_deferred.TryDequeue(predicate) is { } message)
                return new ReceiveResult(ReceiveOutcome.Message, message);
            while (true)
            {
                if (predicate is not null && _deferred.Count == DeferredMessages.Capacity)
                    throw new ChatException(ChatErrorReason.InboxFull, $"{DeferredMessages.Capacity} messages that do not match are waiting to be received.");
                var result = ReceiveCore(deadline, waitOnOwnTurn, cancellationToken);
                if (predicate is null || result.Outcome != ReceiveOutcome.Message || _deferred.MatchOrDefer(result.Message!, predicate) is not null)
                    return result;
            }
        }
        finally
        {
            Monitor.Exit(_deferred.Gate);
        }
    }

    /// <summary>Waits until a peer is connected.</summary>
    /// <returns>Whether one is connected, or the session has ended; false when the time is up.</returns>
    internal virtual bool WaitForPeer(TimeSpan? timeout, CancellationToken cancellationToken) => true;

    internal void TraceFrame(string direction, ArraySegment<byte> bytes)
    {
        if (TraceFrames)
            AddNotice(ChatNoticeKind.Frame, $"{direction} {bytes.Count} bytes: {DialectExample.Format(bytes)}");
    }

    internal void AddNotice(ChatNoticeKind kind, string text, PresenceChange change = PresenceChange.None)
    {
        var notice = _notices.Add(kind, text, change);
        if (kind == ChatNoticeKind.Frame)
            return;
        if (kind == ChatNoticeKind.Presence)
            Interlocked.Increment(ref _presenceVersion);
        long entry;
        lock (_transcript)
        {
            _transcript.Add(notice);
            entry = _transcriptFile?.Add(notice) ?? 0;
        }
        WaitForFlush(entry);
    }

    internal ChatMessage AddMessage(string from, string text, bool isMine, string? to = null, bool isHistory = false)
    {
        ChatMessage message;
        long entry;
        lock (_transcript)
        {
            message = new ChatMessage(this, ++_sequence, DateTime.UtcNow, from, text, isMine, to, isHistory);
            _transcript.Add(message);
            entry = _transcriptFile?.Add(message) ?? 0;
        }
        WaitForFlush(entry);
        return message;
    }

    /// <summary>Counts the messages that have arrived, without those that were deferred.</summary>
    private protected abstract int CountUnread();

    /// <summary>Waits for the next message from the connection.</summary>
    private protected abstract ReceiveResult ReceiveCore(Deadline deadline, bool waitOnOwnTurn, CancellationToken cancellationToken);

    /// <summary>Creates the exception for a call that needs an open session.</summary>
    internal ChatException CreateClosedException() => new(ChatErrorReason.SessionClosed, $"The session '{Name}' is closed.");

    /// <summary>Ends the conversation if the text is the quit command.</summary>
    /// <exception cref="ChatException">SessionClosed.</exception>
    private protected bool TryQuit(string text)
    {
        if (text != TurnTracker.QuitCommand)
            return false;
        if (IsCompleted)
            throw CreateClosedException();
        Disconnect();
        return true;
    }

    /// <summary>Adds the notices about the end of a conversation, if it has ended. Called when a caller learns of the end.</summary>
    /// <param name="lifecycle">The state of the connection.</param>
    /// <param name="peer">The peer.</param>
    /// <param name="quitPredicate">What a peer that quit has done: "has left".</param>
    /// <returns>Whether the end is reported by this call, and was not before.</returns>
    private protected bool TryReport(ConnectionLifecycle lifecycle, ChatPeer peer, string quitPredicate)
    {
        if (!lifecycle.TryReport())
            return false;
        AddNotice(ChatNoticeKind.Presence, lifecycle.CloseReason switch
        {
            ChatCloseReason.LocalQuit or ChatCloseReason.Stopped => "Disconnected.",
            ChatCloseReason.PeerQuit or ChatCloseReason.Removed => $"{peer} {quitPredicate}.",
            ChatCloseReason.PeerRestarting => $"{peer} is restarting. Connect again in a moment.",
            _ => $"Connection to {peer} lost.",
        }, PresenceChange.Departure);
        if (lifecycle.CloseError is { } error)
            AddNotice(ChatNoticeKind.Lifecycle, error.Message);
        return true;
    }

    /// <summary>Closes the transcript file of a session that has ended.</summary>
    private protected void CloseTranscript() => _transcriptFile?.Dispose();

    // A room does not wait for the disk: all of its members would wait.
    private void WaitForFlush(long entry)
    {
        if (Role != ChatRole.Room)
            _transcriptFile?.WaitForFlush(entry);
    }

    // Not added to the file, which reports it.
    private void AddTranscriptWarning(string text)
    {
        lock (_transcript)
            _transcript.Add(_notices.Add(ChatNoticeKind.Warning, text));
    }
}
