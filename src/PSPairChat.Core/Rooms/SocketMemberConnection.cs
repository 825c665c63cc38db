using System;
using System.Net.Sockets;
using PSPairChat.Connections;

namespace PSPairChat.Rooms;

/// <summary>
/// A connection to a member over a socket. An idle connection holds no buffer: it waits for input with an empty one and receives into a buffer of the room.
/// </summary>
internal class SocketMemberConnection : MemberConnection
{
    // What the operating system may hold, in addition to the queue, for a member that does not read.
    private const int SendBufferSize = 64 * 1024;
    private static readonly byte[] EmptyBuffer = [];

    private readonly Socket _socket;
    private readonly SocketAsyncEventArgs _receiveArgs = new();
    private readonly Action<MemberConnection> _onWritable;
    private SocketAsyncEventArgs? _sendArgs;    // null until a send has to wait
    private bool _sendClosed;

    /// <summary>Creates a connection from an accepted socket, which it owns.</summary>
    /// <param name="socket">The socket.</param>
    /// <param name="onReadable">Called, on any thread, when a wait for input has ended.</param>
    /// <param name="onWritable">Called, on any thread, when a wait to send has ended.</param>
    /// <exception cref="SocketException">The peer has disconnected already.</exception>
    public SocketMemberConnection(Socket socket, Action<MemberConnection> onReadable, Action<MemberConnection> onWritable)
        : base(socket.RemoteEndPoint, onReadable)
    {
        _socket = socket;
        socket.Blocking = false;
        socket.NoDelay = true;
        socket.SendBufferSize = SendBufferSize;
        TcpConnection.EnableKeepAlive(socket);
        _onWritable = onWritable;
        _receiveArgs.SetBuffer(EmptyBuffer, 0, 0);
        _receiveArgs.Completed += (_, _) => OnReadable();
    }

    public override void WaitReadable()
    {
        if (IsClosed)
            return;
        OnWaitStarted();
        if (HasBufferedInput || !_socket.ReceiveAsync(_receiveArgs))
            OnReadable();
    }

    public override int Receive(byte[] buffer, int offset)
    {
        var count = _socket.Receive(buffer, offset, buffer.Length - offset, SocketFlags.None, out var error);
        return error switch
        {
            SocketError.Success => count,
            SocketError.WouldBlock => WouldBlock,
            _ => ConnectionLost,
        };
    }

    public override bool TryEnqueue(byte[] frame)
    {
        if (_sendClosed || IsClosed)
            return true;
        if (SendQueue.Bytes + frame.Length > QueueLimit)
            return false;
        EnqueueCore(frame);
        return true;
    }

    public override void Flush(byte[] buffer, long now)
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

    public override void OnSendCompleted()
    {
        OnWaitCompleted();
        BlockedSince = null;
        if (_sendClosed || IsClosed)
            return;
        if (_sendArgs!.SocketError == SocketError.Success)
            SendQueue.Advance(_sendArgs.BytesTransferred);
        else
            CloseSend();
    }

    public override void Close(byte[] scratch)
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

    public override void Abort()
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

    public override void Dispose()
    {
        base.Dispose();
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
        OnWaitStarted();
        if (!_socket.SendAsync(_sendArgs))
            OnSendCompleted();
    }

    // The input is still read to its end: the peer may have sent messages before it stopped receiving.
    private void CloseSend()
    {
        _sendClosed = true;
        SendQueue.Clear();
    }
}
