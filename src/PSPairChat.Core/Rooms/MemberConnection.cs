using System;
using System.Net;
using PSPairChat.Connections;

namespace PSPairChat.Rooms;

/// <summary>
/// The server's end of the connection to a member of a room. Used on the event loop only, except for the end point, the times and the number of queued bytes,
/// which any thread can read.
/// </summary>
/// <param name="remoteEndPoint">The address and port of the member.</param>
/// <param name="onReadable">Called, on any thread, when a wait for input has ended.</param>
internal abstract class MemberConnection(EndPoint? remoteEndPoint, Action<MemberConnection> onReadable) : IDisposable
{
    /// <summary>The maximum number of bytes in the send queue.</summary>
    public const int MaxQueueBytes = 64 * 1024;

    /// <summary>The result of <see cref="Receive"/> when no bytes are available.</summary>
    public const int WouldBlock = -1;

    /// <summary>The result of <see cref="Receive"/> when the connection was lost.</summary>
    public const int ConnectionLost = -2;

    /// <summary>The time in milliseconds without progress after which a member does not slow the speakers any more: waiting does not help it.</summary>
    protected const int CatchUpTime = 200;

    private byte[]? _unread;                    // an incomplete frame, or frames that a limit keeps waiting
    private int _pendingOperations;

    /// <summary>Gets the address and port of the member.</summary>
    public EndPoint? RemoteEndPoint { get; } = TcpConnection.UnmapIPv4(remoteEndPoint);

    /// <summary>Gets or sets the membership; null while the connection has no nickname.</summary>
    public RoomMembership? Member { get; set; }

    /// <summary>Gets the nickname; null while the connection has none.</summary>
    public string? Handle => Member?.Handle;

    /// <summary>Gets or sets whether the connection waits for the decision about its nickname. Its input is not handled meanwhile.</summary>
    public bool IsRegistering { get; set; }

    /// <summary>Gets the time of the connection.</summary>
    public DateTime ConnectedAt { get; } = DateTime.UtcNow;

    /// <summary>Gets or sets the time of the connection, in milliseconds on the clock of the event loop.</summary>
    public long ConnectedTimestamp { get; set; }

    /// <summary>Gets the number of bytes that wait to be sent.</summary>
    public virtual int QueuedBytes => SendQueue.Bytes;

    /// <summary>Gets or sets the number of bytes that may wait to be sent. It is raised temporarily for the history and the last message.</summary>
    public int QueueLimit { get; set; } = MaxQueueBytes;

    /// <summary>The rate limit of the member's messages. A field, because the structure changes in place.</summary>
    public TokenBucket RateLimit;

    /// <summary>Gets or sets the time, on the clock of the event loop, before which no input of the member is handled.</summary>
    public long ResumeAt { get; set; }

    /// <summary>Gets or sets whether the send scheduler flushes the connection at the end of the batch.</summary>
    public bool IsDirty { get; set; }

    /// <summary>Gets or sets whether so many bytes wait to be sent that other members are slowed.</summary>
    public bool IsBacklogged { get; set; }

    /// <summary>Gets or sets whether the connection is closed once its send queue is empty.</summary>
    public bool IsLeaving { get; set; }

    /// <summary>Gets or sets whether the peer has shut down its sending side.</summary>
    public bool InputEnded { get; set; }

    /// <summary>Gets whether the connection is closed.</summary>
    public bool IsClosed { get; private set; }

    /// <summary>Gets whether the connection is closed and no operation is pending, so that no callback follows.</summary>
    public bool IsCompleted => IsClosed && _pendingOperations == 0;

    /// <summary>Gets the time, on the clock of the event loop, since which a send has been waiting; null if none is.</summary>
    public long? BlockedSince { get; protected set; }

    /// <summary>Gets whether the connection is lost, and the member may come back.</summary>
    public virtual bool IsReconnecting => false;

    /// <summary>Gets the frames that wait to be sent.</summary>
    protected SendQueue SendQueue { get; } = new();

    /// <summary>Starts to wait for input.</summary>
    public abstract void WaitReadable();

    /// <summary>Handles that <see cref="IsReconnecting"/> has changed.</summary>
    public virtual void OnTransportChanged()
    {
    }

    /// <summary>Gets what the others are to be informed of; called regularly, and when <see cref="IsReconnecting"/> has changed.</summary>
    /// <param name="now">The time on the clock of the event loop.</param>
    /// <returns>The kind of entry to append to the log; null for none.</returns>
    public virtual RoomEntryKind? UpdateAnnouncement(long now) => null;

    /// <summary>Records that a wait has ended.</summary>
    public void OnWaitCompleted() => _pendingOperations--;

    /// <summary>Receives the bytes that are available.</summary>
    /// <returns>The number of bytes; 0 at the end of the stream; <see cref="WouldBlock"/> or <see cref="ConnectionLost"/>.</returns>
    public abstract int Receive(byte[] buffer, int offset);

    /// <summary>Saves bytes that cannot be handled yet, in place of those saved before.</summary>
    public void SaveUnread(byte[] buffer, int start, int end)
    {
        _unread = null;
        if (end == start)
            return;
        _unread = new byte[end - start];
        Buffer.BlockCopy(buffer, start, _unread, 0, _unread.Length);
    }

    /// <summary>Copies the saved bytes to the start of a buffer.</summary>
    /// <returns>The number of bytes.</returns>
    public int RestoreUnread(byte[] buffer)
    {
        if (_unread is null)
            return 0;
        Buffer.BlockCopy(_unread, 0, buffer, 0, _unread.Length);
        return _unread.Length;
    }

    /// <summary>Adds a frame to the send queue.</summary>
    /// <returns>Whether the queue had space for it. A frame for a peer that no longer receives is dropped.</returns>
    public abstract bool TryEnqueue(byte[] frame);

    /// <summary>Drops a frame for which the send queue had no space.</summary>
    /// <param name="isMessage">Whether the frame is a message.</param>
    /// <returns>false if the member cannot be informed of that later, so that it has to be disconnected.</returns>
    public virtual bool TryDrop(bool isMessage) => false;

    /// <summary>Ends a gap: frames that follow are queued again.</summary>
    /// <returns>The number of messages that were dropped; null outside a gap.</returns>
    public virtual int? EndGap() => null;

    /// <summary>Gets whether frames were dropped, and there is space for others again.</summary>
    public virtual bool CanEndGap => false;

    /// <summary>Sends what the operating system accepts, and starts to wait until it accepts the rest.</summary>
    /// <param name="buffer">A buffer for frames that are sent in one write.</param>
    /// <param name="now">The time on the clock of the event loop.</param>
    public abstract void Flush(byte[] buffer, long now);

    /// <summary>Handles the end of a wait to send.</summary>
    public virtual void OnSendCompleted()
    {
    }

    /// <summary>Gets whether the member has much to receive and is receiving it, so that the speakers should wait for it.</summary>
    public virtual bool IsCatchingUp(long now) => SendQueue.Bytes > MaxQueueBytes / 2 && !(now - BlockedSince > CatchUpTime);

    /// <summary>Gets whether the connection is lost, because the member has received nothing for too long, or has not come back.</summary>
    /// <param name="now">The time on the clock of the event loop.</param>
    /// <param name="timeout">The time in milliseconds.</param>
    /// <returns>The reason; null if it is not lost.</returns>
    public virtual string? FindLoss(long now, int timeout) => now - BlockedSince > timeout ? "send timed out" : null;

    /// <summary>Closes the connection gracefully: what the operating system holds still reaches the peer.</summary>
    /// <param name="scratch">A buffer for the bytes that are discarded.</param>
    public abstract void Close(byte[] scratch);

    /// <summary>Closes the connection with a reset, and discards what the operating system holds for the peer.</summary>
    public abstract void Abort();

    /// <summary>Closes the connection and discards what waits to be sent or handled.</summary>
    public virtual void Dispose()
    {
        IsClosed = true;
        SendQueue.Clear();
        _unread = null;
    }

    /// <summary>Records that an operation has started whose end calls <see cref="OnWaitCompleted"/>.</summary>
    protected void OnWaitStarted() => _pendingOperations++;

    /// <summary>Ends a wait for input.</summary>
    protected void OnReadable() => onReadable(this);
}
