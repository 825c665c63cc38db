using System;
using System.Threading;

namespace PSPairChat.Connections;

/// <summary>Sends, either for a caller that waits until everything is transmitted, or from a queue that is transmitted as far as possible.</summary>
internal partial class ResumableConnection
{
    private int _accepted;                      // the bytes of a send that is not complete

    /// <summary>Gets the number of bytes that this end has sent, and the number of those that the peer has acknowledged.</summary>
    public (long Sent, long Acknowledged) SentBytes
    {
        get
        {
            lock (_state)
                return (_protocol.Sent, _protocol.Acknowledged);
        }
    }

    /// <summary>Gets the number of bytes that were sent and that the transport has not accepted; without a transport, that the peer has not acknowledged.</summary>
    public int UntransmittedBytes
    {
        get
        {
            lock (_state)
                return _transport is null ? _protocol.Unacknowledged : _protocol.Untransmitted + _output.Count;
        }
    }

    /// <summary>Acknowledges from now on only what <see cref="Confirm"/> names.</summary>
    public void RequireConfirmation()
    {
        lock (_state)
            _protocol.RequireConfirmation();
    }

    /// <summary>Confirms bytes that this end has received: the peer need not keep them any more.</summary>
    /// <param name="received">Their number since the session began.</param>
    public void Confirm(long received)
    {
        lock (_state)
            _protocol.Confirm(received);
    }

    /// <summary>Adds bytes to what is sent, without transmitting them.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="limit">The maximum number of bytes that the peer has not acknowledged, up to <see cref="ResumeProtocol.DefaultCapacity"/>.</param>
    /// <returns>Whether there was space for all of them.</returns>
    public bool TryQueue(ArraySegment<byte> bytes, int limit)
    {
        lock (_state)
        {
            if (_protocol.Unacknowledged + bytes.Count > limit)
                return false;
            _protocol.Send(bytes.Array!, bytes.Offset, bytes.Count);
            return true;
        }
    }

    /// <summary>Transmits what was queued, as far as the transport accepts it without waiting.</summary>
    public void Transmit() => Pump(acknowledge: false);

    public override bool PollWrite(int count, int milliseconds)
    {
        if (_transport is not { } transport)
            return WaitForTransport(milliseconds);
        if (HasSpace(count))
            return transport.PollWrite(Math.Max(count, _output.Count), milliseconds);
        if (!TryReceiveInAdvance(milliseconds))
            Thread.Sleep(milliseconds);
        _notifier.Notify();
        return HasSpace(count);
    }

    public override int Send(byte[] buffer, int offset, int count)
    {
        lock (_state)
        {
            ThrowIfEnded();
            if (_accepted == 0)
            {
                _accepted = Math.Min(count, _protocol.Free);
                _protocol.Send(buffer, offset, _accepted);
            }
            Pump(acknowledge: false);
            // What the transport has not accepted would be lost if this end closed. Without a transport, it is sent again on the next one.
            if (_transport is not null && !_output.HasFailed && !_output.IsEmpty)
                return 0;
            var sent = _accepted;
            _accepted = 0;
            return sent;
        }
    }

    public override void ShutdownSend()
    {
        lock (_state)
        {
            if (_protocol.LocalEnd != ResumeEnd.None)
                return;
            _protocol.End(EndReason);
            Pump(acknowledge: false);
            if (_output.IsEmpty)
                _transport?.ShutdownSend();
        }
    }

    private bool HasSpace(int count)
    {
        lock (_state)
            return IsEnded || _accepted > 0 || _protocol.Free >= Math.Min(count, ResumeProtocol.DefaultCapacity);
    }

    private void Pump(bool acknowledge)
    {
        lock (_state)
        {
            if (acknowledge)
                _protocol.Acknowledge(isHeartbeat: false);
            if (_transport is { } transport && _output.Pump(transport))
                _heartbeat.OnSent(MonotonicClock.Milliseconds);
        }
    }
}
