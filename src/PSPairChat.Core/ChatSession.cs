using System;
using System.Collections.Concurrent;
using System.Net;
using System.Threading;

namespace PSPairChat;

/// <summary>
/// A conversation as an object. Its calls block, with a deadline and a cancellation; any thread may make them, and <see cref="Dispose"/> and
/// <see cref="Disconnect"/> may be called while others wait.
/// </summary>
public abstract class ChatSession : IDisposable
{
    private const int MostNotices = 1000;

    private readonly ConcurrentQueue<ChatNotice> _notices = new();
    private long _sequence;

    private protected ChatSession(ChatOptions options)
    {
        Options = options;
        Handle = options.Handle;
        Name = options.Name ?? "";
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
    public abstract CloseReason? CloseReason { get; }

    /// <summary>Whether the bytes on the wire are told as notices.</summary>
    internal bool TraceFrames { get; set; }

    /// <summary>Whether the session is closed and has said so to a caller; nothing can come of it any more.</summary>
    internal abstract bool IsOver { get; }

    internal ChatOptions Options { get; }

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
    public abstract ReceiveResult TryReceive(TimeSpan? timeout, bool waitOnOwnTurn, CancellationToken cancellationToken = default);

    /// <summary>Waits for the next message.</summary>
    /// <param name="timeout">How long; null for as long as it takes.</param>
    /// <param name="cancellationToken">Stops the wait within 100 ms; the session goes on.</param>
    /// <returns>The message; null when the conversation has ended.</returns>
    /// <exception cref="ChatException">YourTurn, ReceiveTimedOut, PeerDisconnected, LineTooLong or SessionClosed.</exception>
    /// <exception cref="OperationCanceledException">The wait was stopped.</exception>
    public ChatMessage? Receive(TimeSpan? timeout = null, CancellationToken cancellationToken = default)
    {
        var result = TryReceive(timeout, waitOnOwnTurn: false, cancellationToken);
        return result.Outcome switch
        {
            ReceiveOutcome.Message => result.Message,
            ReceiveOutcome.Ended when result.Fault is null => null,
            ReceiveOutcome.Ended => throw result.Fault,
            ReceiveOutcome.TimedOut => throw new ChatException(
                ChatErrorReason.ReceiveTimedOut, $"No message came within {timeout.GetValueOrDefault().TotalSeconds:0.###} seconds."),
            _ => throw new ChatException(ChatErrorReason.YourTurn, "It is our own turn to speak, and nothing is unread."),
        };
    }

    /// <summary>Says <c>\quit</c> and hangs up, at any moment; a server goes on listening. Never throws, and does nothing where nobody is connected.</summary>
    public abstract void Disconnect();

    /// <summary>Ends the session for good and tells whoever is connected. Never throws.</summary>
    public abstract void Dispose();

    /// <summary>Takes the oldest notice that nobody has taken yet.</summary>
    /// <param name="notice">The notice.</param>
    /// <returns>Whether there was one.</returns>
    public bool TryTakeNotice(out ChatNotice notice) => _notices.TryDequeue(out notice!);

    /// <inheritdoc/>
    public override string ToString() => Name;

    internal void Tell(ChatNoticeKind kind, string text, PresenceChange change = PresenceChange.None)
    {
        _notices.Enqueue(new ChatNotice(kind, text, change));
        while (_notices.Count > MostNotices && _notices.TryDequeue(out _))
        {
            // Nobody listens: the oldest goes.
        }
    }

    internal ChatMessage Record(string from, string text, bool isMine) =>
        new(this, Interlocked.Increment(ref _sequence), DateTime.UtcNow, from, text, isMine);
}
