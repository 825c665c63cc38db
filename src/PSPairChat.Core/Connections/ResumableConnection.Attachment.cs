using System;
using System.Threading;

namespace PSPairChat.Connections;

/// <summary>Attaches and detaches transports, and ends the connection when none is attached in time.</summary>
internal partial class ResumableConnection
{
    // A client whose connection is lost before it has the token cannot come back; it connects anew, and is not made to wait for itself.
    private static readonly TimeSpan BeginTimeout = TimeSpan.FromSeconds(2);

    private TimeSpan TimeLimit => _hasBegun || _options.ReconnectTimeout < BeginTimeout ? _options.ReconnectTimeout : BeginTimeout;

    /// <summary>Detaches the transport, if one is attached, so that another one can be attached.</summary>
    /// <param name="received">The number of bytes that this end has received.</param>
    /// <returns>Whether none is attached; false while a thread receives, for up to one poll interval. Call this again then.</returns>
    public bool TryDetach(out long received)
    {
        _mustDetach = true;
        if (Monitor.TryEnter(_readGate))
        {
            try
            {
                if (_transport is { } transport)
                    Detach(transport, null);
            }
            finally
            {
                Monitor.Exit(_readGate);
            }
        }
        _notifier.Notify();
        lock (_state)
        {
            received = _protocol.Received;
            return _transport is null;
        }
    }

    /// <summary>Attaches a transport, and begins to send again what the peer lacks.</summary>
    /// <param name="transport">The transport.</param>
    /// <param name="peerReceived">The number of bytes that the peer has received.</param>
    /// <param name="isOtherServer">Whether the peer is another server than before.</param>
    /// <returns>false if the connection has ended, or ends now because the peer lacks bytes that are no longer kept.</returns>
    public bool TryAttach(TransportConnection transport, long peerReceived, bool isOtherServer = false)
    {
        lock (_state)
        {
            if (_transport is not null || IsEnded)
                return false;
            if (!_protocol.TryResume(peerReceived, isOtherServer))
            {
                SetEnded(new InvalidOperationException("The session cannot be resumed, because the peer lacks messages that are no longer kept."));
                return false;
            }
            _mustDetach = false;
            _hasBegun = true;
            _limit = Deadline.Never;
            _heartbeat.Restart(MonotonicClock.Milliseconds);
            _transport = transport;
            Pump(acknowledge: false);
            Monitor.PulseAll(_state);
        }
        _notifier.Notify();
        return true;
    }

    /// <summary>Records why an attempt to connect again failed.</summary>
    /// <param name="cause">The error.</param>
    /// <param name="isFinal">Whether no other attempt can succeed, so that the connection ends.</param>
    public void OnReconnectFailed(Exception cause, bool isFinal)
    {
        lock (_state)
        {
            _lossCause = cause;
            if (isFinal)
                SetEnded(cause);
        }
    }

    private static long GetWallClock() => DateTime.UtcNow.Ticks / TimeSpan.TicksPerMillisecond;

    // The calling thread holds the read gate.
    private void Detach(TransportConnection transport, Exception? cause)
    {
        lock (_state)
        {
            if (_transport != transport)
                return;
            _transport = null;
            _mustDetach = false;
            _lossCause = cause;
            _input.Reset();
            _output.Reset();
            transport.Abort();
            if (IsEnded)
                return;
            if (_protocol.LocalEnd != ResumeEnd.None || PeerEnd != ResumeEnd.None)
                SetEnded(cause ?? new InvalidOperationException("The connection is closed."));
            _limit = Deadline.After(TimeLimit);
        }
        _reconnect?.Invoke(this);
    }

    // Whether a transport is attached, or the connection has ended.
    private bool WaitForTransport(int milliseconds)
    {
        lock (_state)
        {
            if (IsReconnecting && milliseconds > 0)
                Monitor.Wait(_state, milliseconds);
            EndAfterLimit();
            return !IsReconnecting;
        }
    }

    private void OnTimer()
    {
        if (ReceivesInAdvance)
            TryReceiveInAdvance(0);
        var mustDetach = false;
        lock (_state)
        {
            // What is not received yet shows that the peer is alive.
            if (_transport is { IsReadable: true })
                _heartbeat.OnReceived(MonotonicClock.Milliseconds);
            var due = _heartbeat.Check(MonotonicClock.Milliseconds, GetWallClock());
            if (_transport is null)
                EndAfterLimit();
            else if (due == HeartbeatMonitor.Result.Lost)
                mustDetach = true;
            else
                _protocol.Acknowledge(due == HeartbeatMonitor.Result.SendHeartbeat);
            Pump(acknowledge: true);
        }
        if (mustDetach)
            TryDetach(out _);
        _notifier.Notify();
    }

    // The calling thread holds the state lock.
    private void EndAfterLimit()
    {
        if (IsReconnecting && _limit.HasPassed)
            SetEnded(new TimeoutException($"It was not resumed within {TimeLimit.TotalSeconds:0.###} seconds{(_lossCause is null ? "." : $": {_lossCause.Message}")}"));
    }

    // The calling thread holds the state lock.
    private void SetEnded(Exception cause)
    {
        if (IsEnded)
            return;
        _error = new ConnectionLostException(isTimeout: false, cause);
        _timer.Dispose();
        _ended.Cancel();
        Monitor.PulseAll(_state);
    }

    private void Close(Action<TransportConnection> close)
    {
        lock (_state)
            SetEnded(new ObjectDisposedException(nameof(ResumableConnection)));
        lock (_readGate)
        {
            lock (_state)
            {
                if (_transport is not { } transport)
                    return;
                _transport = null;
                close(transport);
            }
        }
    }
}
