using System;
using System.Net;
using System.Net.Sockets;
using PSPairChat.Connections;

namespace PSPairChat.Rooms;

/// <summary>
/// The server's end of the connection to a member of a room. Used on the event loop only, except for the end point and the times, which any thread can
/// read. An idle connection holds no buffer: it waits for input with an empty one and receives into a buffer of the room.
/// </summary>
internal class MemberConnection : IDisposable
{
    /// <summary>The maximum number of bytes in the send queue.</summary>
    public const int MaxQueueBytes = 64 * 1024;

    /// <summary>The result of <see cref="Receive"/> when no bytes are available.</summary>
    public const int WouldBlock = -1;

    /// <summary>The result of <see cref="Receive"/> when the connection was lost.</summary>
    public const int ConnectionLost = -2;

    // What the operating system may hold, in addition to the queue, for a member that does not read.
    private const int SendBufferSize = 64 * 1024;
    private static readonly byte[] EmptyBuffer = [];

    private readonly Socket _socket;
    private readonly SocketAsyncEventArgs _receiveArgs = new();
    private readonly Action<MemberConnection> _onReadable;
    private readonly Action<MemberConnection> _onWritable;
    private SocketAsyncEventArgs? _sendArgs;    // null until a send has to wait
    private byte[]? _unread;                    // an incomplete frame, or frames that a limit keeps waiting
    private int _pendingOperations;
    private bool _sendClosed;

    /// <summary>Creates a connection from an accepted socket, which it owns.</summary>
    /// <param name="socket">The socket.</param>
    /// <param name="onReadable">Called, on any thread, when a wait for input has ended.</param>
    /// <param name="onWritable">Called, on any thread, when a wait to send has ended.</param>
    /// <exception cref="SocketException">The peer has disconnected already.</exception>
    public MemberConnection(Socket socket, Action<MemberConnection> onReadable, Action<MemberConnection> onWritable)
    {
        _socket = socket;
        socket.Blocking = false;
        socket.NoDelay = true;
        socket.SendBufferSize = SendBufferSize;
        TcpConnection.EnableKeepAlive(socket);
        RemoteEndPoint = TcpConnection.UnmapIPv4(socket.RemoteEndPoint);
        _onReadable = onReadable;
        _onWritable = onWritable;
        _receiveArgs.SetBuffer(EmptyBuffer, 0, 0);
        _receiveArgs.Completed += (_, _) => _onReadable(this);
    }

    /// <summary>Gets the address and port of the member.</summary>
    public EndPoint? RemoteEndPoint { get; }

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

    /// <summary>Gets the frames that wait to be sent.</summary>
    public SendQueue SendQueue { get; } = new();

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
    public long? BlockedSince { get; private set; }

    /// <summary>Starts to wait for input.</summary>
    public void WaitReadable()
    {
        if (IsClosed)
            return;
        _pendingOperations++;
        if (HasBufferedInput || !_socket.ReceiveAsync(_receiveArgs))
            _onReadable(this);
    }

    /// <summary>Records that a wait has ended.</summary>
    public void OnWaitCompleted() => _pendingOperations--;

    /// <summary>Receives the bytes that are available.</summary>
    /// <returns>The number of bytes; 0 at the end of the stream; <see cref="WouldBlock"/> or <see cref="ConnectionLost"/>.</returns>
    public virtual int Receive(byte[] buffer, int offset)
    {
        var count = _socket.Receive(buffer, offset, buffer.Length - offset, SocketFlags.None, out var error);
        return error switch
        {
            SocketError.Success => count,
            SocketError.WouldBlock => WouldBlock,
            _ => ConnectionLost,
        };
    }

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
    public bool TryEnqueue(byte[] frame)
    {
        if (_sendClosed || IsClosed)
            return true;
        if (SendQueue.Bytes + frame.Length > QueueLimit)
            return false;
        EnqueueCore(frame);
        return true;
    }

    /// <summary>Sends what the operating system accepts, and starts to wait until it accepts the rest.</summary>
    /// <param name="buffer">A buffer for frames that are sent in one write.</param>
    /// <param name="now">The time on the clock of the event loop.</param>
    public void Flush(byte[] buffer, long now)
    {
        while (SendQueue.Bytes > 0 && BlockedSince is null && !IsClosed)
        {
            var bytes = SendQueue.GetBatch(buffer);
            var sent = _socket.Send(bytes.Array!, bytes.Offset, bytes.Count, SocketFlags.None, out var error);
            if (sent > 0)
                SendQueue.Advance(sent);
            if (error is not (SocketError.Success or SocketError.WouldBlock or SocketError.NoBufferSpaceAvailable))
                CloseSend();
            else if (sent < bytes.Count)
                SendRemainder(now);
        }
    }

    /// <summary>Handles the result of a send that had to wait.</summary>
    public void OnSendCompleted()
    {
        BlockedSince = null;
        if (_sendClosed || IsClosed)
            return;
        if (_sendArgs!.SocketError == SocketError.Success)
            SendQueue.Advance(_sendArgs.BytesTransferred);
        else
            CloseSend();
    }

    /// <summary>Closes the connection gracefully: what the operating system holds still reaches the peer.</summary>
    /// <param name="scratch">A buffer for the bytes that are discarded.</param>
    public void Close(byte[] scratch)
    {
        if (IsClosed)
            return;
        try
        {
            EndOutput();
            _socket.Shutdown(SocketShutdown.Send);
            // Closing a socket with unread bytes sends a reset, which can destroy what the peer has not read yet.
            while (Receive(scratch, 0) > 0)
            {
            }
        }
        catch (SocketException)
        {
            // The peer has disconnected already.
        }
        Dispose();
    }

    /// <summary>Closes the connection with a reset, and discards what the operating system holds for the peer.</summary>
    public void Abort()
    {
        if (IsClosed)
            return;
        try
        {
            _socket.LingerState = new LingerOption(true, 0);
        }
        catch (SocketException)
        {
            // The peer has disconnected already.
        }
        Dispose();
    }

    /// <summary>Closes the socket and discards what waits to be sent or handled.</summary>
    public virtual void Dispose()
    {
        IsClosed = true;
        SendQueue.Clear();
        _unread = null;
        _socket.Dispose();
        // Otherwise, a finalizer would keep them alive for another collection. A pending operation still completes.
        _receiveArgs.Dispose();
        _sendArgs?.Dispose();
    }

    /// <summary>Gets whether input was received from the socket that <see cref="Receive"/> has not returned.</summary>
    protected virtual bool HasBufferedInput => false;

    /// <summary>Adds a frame for which there is space to the send queue.</summary>
    protected virtual void EnqueueCore(byte[] frame) => SendQueue.Enqueue(frame);

    /// <summary>Called before the socket is shut down gracefully; the send queue is empty.</summary>
    protected virtual void EndOutput()
    {
    }

    /// <summary>Sends a few bytes that follow the send queue, as far as the operating system accepts them.</summary>
    protected void SendNow(byte[] bytes) => _socket.Send(bytes, 0, bytes.Length, SocketFlags.None, out _);

    private void SendRemainder(long now)
    {
        var remainder = SendQueue.Peek();
        if (_sendArgs is null)
        {
            _sendArgs = new SocketAsyncEventArgs();
            _sendArgs.Completed += (_, _) => _onWritable(this);
        }
        _sendArgs.SetBuffer(remainder.Array, remainder.Offset, remainder.Count);
        BlockedSince = now;
        _pendingOperations++;
        if (_socket.SendAsync(_sendArgs))
            return;
        _pendingOperations--;
        OnSendCompleted();
    }

    // The input is still read to its end: the peer may have sent messages before it stopped receiving.
    private void CloseSend()
    {
        _sendClosed = true;
        SendQueue.Clear();
    }
}
