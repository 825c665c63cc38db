using System;
using System.Net;
using System.Net.Sockets;
using PSPairChat.Connections;

namespace PSPairChat.Rooms;

/// <summary>
/// A connection to a room. Used by the room's loop alone, but for the numbers, which anybody may read. While nothing comes and nothing goes it holds no
/// buffer: it waits for bytes with an empty one, and reads them into the room's own.
/// </summary>
internal sealed class MemberConnection : IDisposable
{
    /// <summary>What <see cref="Receive"/> gives when nothing is there.</summary>
    public const int WouldBlock = -1;

    /// <summary>What <see cref="Receive"/> gives when the connection broke.</summary>
    public const int ConnectionLost = -2;

    // So much the system may hold for a member who does not read, on top of the queue.
    private const int SendBufferSize = 64 * 1024;
    private static readonly byte[] NoBytes = [];

    private readonly Socket _socket;
    private readonly SocketAsyncEventArgs _readable = new();
    private readonly EventHandler<SocketAsyncEventArgs> _writable;
    private SocketAsyncEventArgs? _sending;     // only once the member has not kept up
    private byte[]? _unread;                    // the beginning of a frame, or what a limit holds back
    private int _pendingOperations;                         // asynchronous operations under way
    private bool _closed;
    private bool _sendClosed;

    /// <summary>Takes a connection over.</summary>
    /// <param name="socket">The connection.</param>
    /// <param name="now">The time in milliseconds.</param>
    /// <param name="readable">Called on any thread when something can be received, or the wait for it is over.</param>
    /// <param name="writable">Called on any thread when more can be sent, or the wait for it is over.</param>
    /// <exception cref="SocketException">The connection is gone already.</exception>
    public MemberConnection(Socket socket, long now, Action<MemberConnection> readable, Action<MemberConnection> writable)
    {
        _socket = socket;
        socket.Blocking = false;
        socket.NoDelay = true;
        socket.SendBufferSize = SendBufferSize;
        TcpConnection.EnableKeepAlive(socket);
        RemoteEndPoint = TcpConnection.UnmapIPv4(socket.RemoteEndPoint);
        ConnectedTimestamp = now;
        _readable.SetBuffer(NoBytes, 0, 0);
        _readable.Completed += (_, _) => readable(this);
        _writable = (_, _) => writable(this);
    }

    public EndPoint? RemoteEndPoint { get; }

    /// <summary>The nickname; null until it is accepted.</summary>
    public string? Handle { get; set; }

    /// <summary>When it connected, on the room's clock.</summary>
    public long ConnectedTimestamp { get; }

    public DateTime ConnectedAt { get; } = DateTime.UtcNow;

    /// <summary>How many messages it has said.</summary>
    public long MessageCount { get; set; }

    public SendQueue SendQueue { get; } = new();

    /// <summary>The most bytes that may wait: more than usual while it is given what was said before it came.</summary>
    public int QueueLimit { get; set; }

    /// <summary>How fast it has spoken. A field, because it changes in place.</summary>
    public TokenBucket RateLimit;

    /// <summary>When it may be heard again, while a limit holds it back.</summary>
    public long ResumeAt { get; set; }

    /// <summary>Whether the room's list of those who get something has it.</summary>
    public bool IsDirty { get; set; }

    /// <summary>Whether so much waits for it that those who speak are slowed.</summary>
    public bool IsBacklogged { get; set; }

    /// <summary>Whether it hangs up, or is hung up on, as soon as it has got what waits for it.</summary>
    public bool IsLeaving { get; set; }

    /// <summary>Whether the peer sends no more.</summary>
    public bool InputEnded { get; set; }

    /// <summary>Whether it is closed and none of its waits is under way: nothing comes of it any more.</summary>
    public bool IsCompleted => _closed && _pendingOperations == 0;

    public bool IsClosed => _closed;

    /// <summary>Since when a write has not come to its end, on the room's clock; null while none is under way.</summary>
    public long? BlockedSince { get; private set; }

    /// <summary>Calls back when something can be received.</summary>
    public void WaitReadable(Action<MemberConnection> readable)
    {
        if (_closed)
            return;
        _pendingOperations++;
        if (!_socket.ReceiveAsync(_readable))
            readable(this);
    }

    /// <summary>Takes down that a wait is over.</summary>
    public void OnWaitCompleted() => _pendingOperations--;

    /// <summary>Receives what is there.</summary>
    /// <returns>How many bytes; 0 at the end of the stream; <see cref="WouldBlock"/> or <see cref="ConnectionLost"/>.</returns>
    public int Receive(byte[] buffer, int offset)
    {
        var count = _socket.Receive(buffer, offset, buffer.Length - offset, SocketFlags.None, out var error);
        return error switch
        {
            SocketError.Success => count,
            SocketError.WouldBlock => WouldBlock,
            _ => ConnectionLost,
        };
    }

    /// <summary>Keeps bytes that cannot be used yet.</summary>
    public void SaveUnread(byte[] buffer, int start, int end)
    {
        _unread = null;
        if (end == start)
            return;
        _unread = new byte[end - start];
        Buffer.BlockCopy(buffer, start, _unread, 0, _unread.Length);
    }

    /// <summary>Puts back what was kept.</summary>
    /// <returns>How many bytes.</returns>
    public int RestoreUnread(byte[] buffer)
    {
        if (_unread is null)
            return 0;
        Buffer.BlockCopy(_unread, 0, buffer, 0, _unread.Length);
        return _unread.Length;
    }

    /// <summary>Puts a frame into the queue; false where that is full.</summary>
    public bool TryEnqueue(byte[] frame)
    {
        if (_sendClosed || _closed)
            return true;
        if (SendQueue.Bytes + frame.Length > QueueLimit)
            return false;
        SendQueue.Enqueue(frame);
        return true;
    }

    /// <summary>Sends what the system takes without waiting; for the rest, calls back when there is room again.</summary>
    public void Flush(byte[] gathered, long now)
    {
        while (SendQueue.Bytes > 0 && BlockedSince is null && !_closed)
        {
            var bytes = SendQueue.GetBatch(gathered);
            var sent = _socket.Send(bytes.Array!, bytes.Offset, bytes.Count, SocketFlags.None, out var error);
            if (sent > 0)
                SendQueue.Advance(sent);
            if (error is not (SocketError.Success or SocketError.WouldBlock or SocketError.NoBufferSpaceAvailable))
                CloseSend();
            else if (sent < bytes.Count)
                SendRemainder(now);
        }
    }

    /// <summary>Takes down what became of a write that had to wait.</summary>
    public void OnSendCompleted()
    {
        BlockedSince = null;
        if (_sendClosed || _closed)
            return;
        if (_sending!.SocketError == SocketError.Success)
            SendQueue.Advance(_sending.BytesTransferred);
        else
            CloseSend();
    }

    /// <summary>Closes; what the system holds still reaches the peer.</summary>
    public void Close(byte[] scratch)
    {
        if (_closed)
            return;
        try
        {
            _socket.Shutdown(SocketShutdown.Send);
            // Closing with unread bytes sends a reset, and the peer may lose what it was told last.
            while (Receive(scratch, 0) > 0)
            {
            }
        }
        catch (SocketException)
        {
            // It is gone already.
        }
        Dispose();
    }

    /// <summary>Closes at once, and lets go of what the system holds for the peer.</summary>
    public void Abort()
    {
        if (_closed)
            return;
        try
        {
            _socket.LingerState = new LingerOption(true, 0);
        }
        catch (SocketException)
        {
            // It is gone already.
        }
        Dispose();
    }

    public void Dispose()
    {
        _closed = true;
        SendQueue.Clear();
        _unread = null;
        _socket.Dispose();
    }

    private void SendRemainder(long now)
    {
        var rest = SendQueue.Peek();
        if (_sending is null)
        {
            _sending = new SocketAsyncEventArgs();
            _sending.Completed += _writable;
        }
        _sending.SetBuffer(rest.Array, rest.Offset, rest.Count);
        BlockedSince = now;
        _pendingOperations++;
        if (_socket.SendAsync(_sending))
            return;
        _pendingOperations--;
        OnSendCompleted();
    }

    // The peer does not listen any more. What it said before may still be unread; its end is read after that.
    private void CloseSend()
    {
        _sendClosed = true;
        SendQueue.Clear();
    }
}
