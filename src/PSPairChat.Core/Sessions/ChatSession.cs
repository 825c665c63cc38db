using System;
using System.Collections.Concurrent;
using System.Net;
using System.Threading;
using PSPairChat.Connections;
using PSPairChat.Rooms;
using PSPairChat.Sessions;
using PSPairChat.Transcripts;

namespace PSPairChat;

/// <summary>
/// A conversation as an object. Its calls block, with a deadline and a cancellation; any thread may make them, and <see cref="Dispose"/> and
/// <see cref="Disconnect"/> may be called while others wait.
/// </summary>
public abstract class ChatSession : IDisposable
{
    private const int MaxNotices = 1000;

    private readonly ConcurrentQueue<ChatNotice> _notices = new();
    private readonly DeferredMessages _deferred = new();
    private readonly TranscriptBuffer _transcript = new();    // its lock keeps what is said and what is written in one order
    private readonly TranscriptFile? _transcriptFile;
    private long _sequence;

    private protected ChatSession(ChatOptions options)
    {
        Options = options;
        Handle = options.Handle;
        Name = options.Name ?? "";
        if (options.TranscriptPath is { } path)
            _transcriptFile = new TranscriptFile(path, AddTranscriptWarning);
    }

    /// <summary>A small number, unique among the sessions opened in one runspace.</summary>
    public int Id { get; internal set; }

    /// <summary>A friendly name.</summary>
    public string Name { get; internal set; }

    /// <summary>What this session is to its conversation.</summary>
    public abstract ChatRole Role { get; }

    /// <summary>Where the session stands.</summary>
    public abstract ChatSessionState State { get; }

    /// <summary>Our own handle.</summary>
    public string Handle { get; }

    /// <summary>Who is at the other end; null while nobody is.</summary>
    public abstract ChatPeer? Peer { get; }

    /// <summary>Who may speak now.</summary>
    public abstract ChatTurn Turn { get; }

    /// <summary>The host that listens: as it was called by a client, its own name at a server.</summary>
    public abstract string HostName { get; }

    /// <summary>The port on which the server listens.</summary>
    public abstract int Port { get; }

    /// <summary>Our own address and port.</summary>
    public abstract EndPoint? LocalEndPoint { get; }

    /// <summary>How many messages we have sent in this conversation.</summary>
    public abstract long MessagesSent { get; }

    /// <summary>How many messages we have received in this conversation.</summary>
    public abstract long MessagesReceived { get; }

    /// <summary>Why the last conversation ended; null before one has.</summary>
    public abstract ChatCloseReason? CloseReason { get; }

    /// <summary>Whether the bytes on the wire are told as notices.</summary>
    internal bool TraceFrames { get; set; }

    /// <summary>Whether the session is closed and has said so to a caller; nothing can come of it any more.</summary>
    internal abstract bool IsCompleted { get; }

    internal ChatOptions Options { get; }

    /// <summary>Whether more than one other may speak: in a room.</summary>
    internal bool HasManySpeakers => this is IRoomSession;

    /// <summary>Whether messages that Wait-ChatMessage passed over wait to be received.</summary>
    internal bool HasDeferredMessages => _deferred.Count > 0;

    /// <summary>Says a message; <c>\quit</c> ends the conversation instead.</summary>
    /// <param name="text">One line of 1 to <see cref="ChatOptions.MaxMessageLength"/> characters.</param>
    /// <param name="cancellationToken">Gives up waiting for room on the wire.</param>
    /// <returns>What was said; null for <c>\quit</c>.</returns>
    /// <exception cref="ChatException">
    /// MessageEmpty, MessageTooLong, MessageInvalid, NotYourTurn, NoPeer, PeerQuit, PeerDisconnected or SessionClosed.
    /// </exception>
    /// <exception cref="OperationCanceledException">It was given up; nothing was sent.</exception>
    public abstract ChatMessage? Send(string text, CancellationToken cancellationToken = default);

    /// <summary>Waits for the next message, without an exception for what may well happen.</summary>
    /// <param name="timeout">How long; null for as long as it takes.</param>
    /// <param name="waitOnOwnTurn">Whether to wait even though it is our turn to speak: an ending may come.</param>
    /// <param name="cancellationToken">Stops the wait within 100 ms; the session goes on.</param>
    /// <exception cref="ChatException">SessionClosed.</exception>
    /// <exception cref="OperationCanceledException">The wait was stopped.</exception>
    public ReceiveResult TryReceive(TimeSpan? timeout, bool waitOnOwnTurn, CancellationToken cancellationToken = default) =>
        TryReceive(null, timeout, waitOnOwnTurn, cancellationToken);

    /// <summary>Waits for the next message.</summary>
    /// <param name="timeout">How long; null for as long as it takes.</param>
    /// <param name="cancellationToken">Stops the wait within 100 ms; the session goes on.</param>
    /// <returns>The message; null when the conversation has ended.</returns>
    /// <exception cref="ChatException">YourTurn, ReceiveTimedOut, PeerDisconnected, LineTooLong or SessionClosed.</exception>
    /// <exception cref="OperationCanceledException">The wait was stopped.</exception>
    public ChatMessage? Receive(TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        TryReceive(timeout, waitOnOwnTurn: false, cancellationToken).GetMessageOrThrow(timeout);

    /// <summary>Says <c>\quit</c> and hangs up, at any moment; a server goes on listening. Never throws, and does nothing where nobody is connected.</summary>
    public abstract void Disconnect();

    /// <summary>Ends the session for good and tells whoever is connected. Never throws.</summary>
    public abstract void Dispose();

    /// <summary>Gives the last messages and notices, oldest first: 10,000 of them, or fewer where they have more than 8 Mi characters.</summary>
    /// <param name="last">How many at most.</param>
    public ChatTranscriptEntry[] GetTranscript(int last = TranscriptBuffer.Capacity)
    {
        lock (_transcript)
            return _transcript.GetLast(last);
    }

    /// <summary>Takes the oldest notice that nobody has taken yet.</summary>
    /// <param name="notice">The notice.</param>
    /// <returns>Whether there was one.</returns>
    public bool TryDequeueNotice(out ChatNotice notice) => _notices.TryDequeue(out notice!);

    /// <inheritdoc/>
    public override string ToString() => Name;

    /// <summary>Waits for the next message that is wanted; those that are not are kept for whoever receives next, in order.</summary>
    /// <param name="predicate">Tells what is wanted; null for whatever comes.</param>
    /// <param name="timeout">How long; null for as long as it takes.</param>
    /// <param name="waitOnOwnTurn">Whether to wait even though it is our turn to speak.</param>
    /// <param name="cancellationToken">Stops the wait within 100 ms; the session goes on.</param>
    /// <exception cref="ChatException">SessionClosed or InboxFull.</exception>
    /// <exception cref="OperationCanceledException">The wait was stopped.</exception>
    internal ReceiveResult TryReceive(Predicate<ChatMessage>? predicate, TimeSpan? timeout, bool waitOnOwnTurn, CancellationToken cancellationToken)
    {
        var deadline = Deadline.After(timeout);
        if (!deadline.TryEnter(_deferred.Gate, cancellationToken))
            return new ReceiveResult(ReceiveOutcome.TimedOut);
        try
        {
            if (_deferred.TryDequeue(predicate) is { } kept)
                return new ReceiveResult(ReceiveOutcome.Message, kept);
            while (true)
            {
                if (predicate is not null && _deferred.Count == DeferredMessages.Capacity)
                    throw new ChatException(ChatErrorReason.InboxFull, $"{DeferredMessages.Capacity} messages that did not match are kept already.");
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

    /// <summary>Waits until somebody is connected to whom something can be said.</summary>
    /// <returns>Whether it came to that, or never will.</returns>
    internal virtual bool WaitForPeer(TimeSpan? timeout, CancellationToken cancellationToken) => true;

    internal void AddNotice(ChatNoticeKind kind, string text, PresenceChange change = PresenceChange.None)
    {
        var notice = EnqueueNotice(kind, text, change);
        if (kind == ChatNoticeKind.Frame)
            return;
        long written;
        lock (_transcript)
        {
            _transcript.Add(notice);
            written = _transcriptFile?.Add(notice) ?? 0;
        }
        WaitForFlush(written);
    }

    internal ChatMessage AddMessage(string from, string text, bool isMine, string? to = null, bool isPast = false)
    {
        ChatMessage message;
        long written;
        lock (_transcript)
        {
            message = new ChatMessage(this, ++_sequence, DateTime.UtcNow, from, text, isMine, to, isPast);
            _transcript.Add(message);
            written = _transcriptFile?.Add(message) ?? 0;
        }
        WaitForFlush(written);
        return message;
    }

    /// <summary>Waits for the next message on the wire.</summary>
    private protected abstract ReceiveResult ReceiveCore(Deadline deadline, bool waitOnOwnTurn, CancellationToken cancellationToken);

    private protected ChatException CreateClosedException() => new(ChatErrorReason.SessionClosed, $"The session {Name} is closed.");

    /// <summary>Closes the transcript's file; for a session that has ended for good.</summary>
    private protected void CloseTranscript() => _transcriptFile?.Dispose();

    // A room waits for no disk: whatever happens in it, happens to all.
    private void WaitForFlush(long entry)
    {
        if (Role != ChatRole.Room)
            _transcriptFile?.WaitForFlush(entry);
    }

    private ChatNotice EnqueueNotice(ChatNoticeKind kind, string text, PresenceChange change = PresenceChange.None)
    {
        var notice = new ChatNotice(kind, text, change);
        _notices.Enqueue(notice);
        while (_notices.Count > MaxNotices && _notices.TryDequeue(out _))
        {
            // Nobody listens: the oldest goes.
        }
        return notice;
    }

    // Not for the file: it is the file that complains.
    private void AddTranscriptWarning(string text)
    {
        var notice = EnqueueNotice(ChatNoticeKind.Warning, text);
        lock (_transcript)
            _transcript.Add(notice);
    }
}
