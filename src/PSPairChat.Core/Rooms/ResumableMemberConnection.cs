using System;
using System.Net.Sockets;
using PSPairChat.Connections;

namespace PSPairChat.Rooms;

/// <summary>
/// The server's end of a connection to a member that survives the loss of its transport. Frames that the member has not acknowledged are kept; those for which
/// there is no space are dropped and counted, and the member is not disconnected.
/// </summary>
internal sealed class ResumableMemberConnection : MemberConnection
{
    private const int MaxKeptBytes = ResumeProtocol.DefaultCapacity - MaxQueueBytes;
    private static readonly byte[] EmptyBuffer = [];

    private readonly ResumableConnection _connection;
    private readonly Action<MemberConnection> _onWritable;
    private readonly SocketAsyncEventArgs _receiveArgs = new();
    private ReconnectAnnouncer _announcer;
    private bool _waitsForTransport;
    private bool _waitsForAcknowledgement;
    private long _acknowledged;
    private long _progressAt;
    private int? _missed;                       // the number of messages that were dropped; null outside a gap

    /// <summary>Creates a connection.</summary>
    /// <param name="connection">The connection, which it owns.</param>
    /// <param name="onReadable">Called, on any thread, when a wait for input has ended.</param>
    /// <param name="onWritable">Called, on any thread, when the connection is to be flushed again.</param>
    /// <param name="onReconnecting">Called, on any thread, when <see cref="IsReconnecting"/> has changed. Must not wait.</param>
    public ResumableMemberConnection(
        ResumableConnection connection, Action<MemberConnection> onReadable, Action<MemberConnection> onWritable, Action<MemberConnection> onReconnecting)
        : base(connection.RemoteEndPoint, onReadable)
    {
        _connection = connection;
        _onWritable = onWritable;
        _receiveArgs.SetBuffer(EmptyBuffer, 0, 0);
        _receiveArgs.Completed += (_, _) => OnReadable();
        connection.ReceivesInAdvance = false;
        connection.SetReconnectingHandler(_ => onReconnecting(this));
    }

    public override bool IsReconnecting => _connection.IsReconnecting;

    public override int QueuedBytes => SendQueue.Bytes + _connection.UntransmittedBytes;

    public override bool CanEndGap => _missed is not null && !IsReconnecting && !IsHalfFull;

    private bool IsHalfFull => _connection.SentBytes is var (sent, acknowledged) && ExceedsHalf(sent - acknowledged);

    public override void WaitReadable()
    {
        if (IsClosed)
            return;
        _waitsForTransport = IsReconnecting;
        if (_waitsForTransport)
            return;
        OnWaitStarted();
        if (!TryWait())
            OnReadable();
    }

    public override void OnTransportChanged()
    {
        if (_waitsForTransport)
            WaitReadable();
    }

    public override RoomEntryKind? UpdateAnnouncement(long now)
    {
        var isReconnecting = IsReconnecting;
        return _connection.IsEnded ? null : _announcer.Update(isReconnecting, now);
    }

    public override int Receive(byte[] buffer, int offset)
    {
        try
        {
            var count = _connection.Receive(buffer, offset, buffer.Length - offset, 0);
            if (_waitsForAcknowledgement)
                _onWritable(this);
            return count == TransportConnection.WouldBlock ? WouldBlock : count;
        }
        catch (ConnectionLostException)
        {
            return ConnectionLost;
        }
    }

    public override bool TryEnqueue(byte[] frame)
    {
        if (IsClosed)
            return true;
        if (_missed is not null)
            return false;
        if (SendQueue.Bytes == 0 && _connection.TryQueue(new ArraySegment<byte>(frame), MaxKeptBytes))
            return true;
        if (SendQueue.Bytes + frame.Length > QueueLimit)
            return false;
        SendQueue.Enqueue(frame);
        return true;
    }

    public override bool TryDrop(bool isMessage)
    {
        _missed = (_missed ?? 0) + (isMessage ? 1 : 0);
        return true;
    }

    public override int? EndGap()
    {
        var missed = _missed;
        _missed = null;
        return missed;
    }

    public override void Flush(byte[] buffer, long now)
    {
        if (IsClosed)
            return;
        while (SendQueue.Bytes > 0 && SendQueue.Peek() is var bytes && _connection.TryQueue(bytes, MaxKeptBytes))
            SendQueue.Advance(bytes.Count);
        _connection.Transmit();
        var (sent, acknowledged) = _connection.SentBytes;
        var isHalfFull = ExceedsHalf(sent - acknowledged);
        if (acknowledged != _acknowledged || !isHalfFull)
            _progressAt = now;
        _acknowledged = acknowledged;
        _waitsForAcknowledgement = isHalfFull || QueuedBytes > 0 || _missed is not null;
    }

    public override bool IsCatchingUp(long now) => !IsClosed && !IsReconnecting && IsHalfFull && now - _progressAt <= CatchUpTime;

    public override string? FindLoss(long now, int timeout) => _connection.IsEnded ? "connection lost" : null;

    public override void Close(byte[] scratch)
    {
        if (IsClosed)
            return;
        _connection.ShutdownSend();
        _connection.CloseGracefully();
        Dispose();
    }

    public override void Abort()
    {
        if (IsClosed)
            return;
        _connection.Abort();
        Dispose();
    }

    public override void Dispose()
    {
        base.Dispose();
        _connection.Dispose();
        _receiveArgs.Dispose();
    }

    private static bool ExceedsHalf(long unacknowledged) => unacknowledged > MaxKeptBytes / 2;

    // Whether a callback follows.
    private bool TryWait()
    {
        try
        {
            if (_connection.IsReadable)
                return false;
            _connection.ReleaseBuffers();
            return _connection.Socket is { } socket && socket.ReceiveAsync(_receiveArgs);
        }
        catch (ObjectDisposedException)
        {
            // The transport was detached by another thread.
            return false;
        }
    }
}
