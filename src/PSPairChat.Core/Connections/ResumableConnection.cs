using System;
using System.Net;
using System.Net.Sockets;
using System.Threading;

namespace PSPairChat.Connections;

/// <summary>
/// A connection that survives the loss of its transport: it keeps what the peer has not acknowledged, and sends again what the peer lacks when it is attached to
/// another transport. It has no thread: the threads that send and receive use the transport, and a timer does once a second.
/// </summary>
/// <remarks>
/// Lock order: read gate, state. The state lock is held to use the protocol and to send, which never waits. A transport is disposed of under both locks, so that
/// no thread is sending or receiving on it.
/// </remarks>
internal partial class ResumableConnection : TransportConnection
{
    private const int MaxTimerMilliseconds = 1000;

    private readonly ResumeOptions _options;
    private readonly Action<ResumableConnection>? _reconnect;
    private readonly object _readGate = new();
    private readonly object _state = new();     // pulsed when a transport is attached, and when the connection ends
    private readonly ResumeProtocol _protocol;
    private readonly ResumeInput _input;
    private readonly ResumeOutput _output;
    private readonly HeartbeatMonitor _heartbeat;
    private readonly ReconnectingNotifier _notifier;
    private readonly Timer _timer;
    private readonly CancellationTokenSource _ended = new();
    private volatile TransportConnection? _transport;
    private volatile bool _mustDetach;
    private volatile ConnectionLostException? _error;
    private Deadline _limit;                    // while no transport is attached
    private Exception? _lossCause;
    private long _logPosition;
    private bool _hasBegun;                     // whether the peer is known to have the token of the session

    /// <summary>Creates a connection.</summary>
    /// <param name="transport">The first transport.</param>
    /// <param name="options">The time limits.</param>
    /// <param name="reconnect">Called for each loss, to start to connect again; null at a server.</param>
    /// <param name="received">The number of bytes that the peer has sent to another server since the session began.</param>
    public ResumableConnection(TransportConnection transport, ResumeOptions options, Action<ResumableConnection>? reconnect, long received = 0)
    {
        _protocol = new ResumeProtocol(received: received);
        _transport = transport;
        _options = options;
        _reconnect = reconnect;
        _input = new ResumeInput(_protocol);
        _output = new ResumeOutput(_protocol);
        _heartbeat = new HeartbeatMonitor(options, MonotonicClock.Milliseconds, GetWallClock());
        _notifier = new ReconnectingNotifier(this);
        Security = transport.Security;
        LocalEndPoint = transport.LocalEndPoint;
        RemoteEndPoint = transport.RemoteEndPoint;
        var interval = (int)Math.Max(1, Math.Min(MaxTimerMilliseconds, options.HeartbeatInterval.TotalMilliseconds / 3));
        _timer = new Timer(_ => OnTimer(), null, interval, interval);
        if (reconnect is null)
            return;
        _hasBegun = true;
        _protocol.Acknowledge(isHeartbeat: true);
        Pump(acknowledge: false);
    }

    public override EndPoint? LocalEndPoint { get; }

    public override EndPoint? RemoteEndPoint { get; }

    public override ChatSecurity? Security { get; }

    public override Socket? Socket => _input.IsEmpty ? _transport?.Socket : null;

    public override bool IsReadable => !_input.IsEmpty || IsEnded || _transport is { IsReadable: true };

    /// <summary>Gets whether no transport is attached, and the connection has not ended.</summary>
    public bool IsReconnecting => _transport is null && !IsEnded;

    /// <summary>Gets whether the connection has ended: no transport can be attached any more.</summary>
    public bool IsEnded => _error is not null;

    /// <summary>Gets a token that is canceled when the connection ends.</summary>
    public CancellationToken Ended => _ended.Token;

    public override bool IsPeerRestarting => PeerEnd == ResumeEnd.Restarting;

    /// <summary>Gets how the peer has ended the conversation.</summary>
    public ResumeEnd PeerEnd => _protocol.PeerEnd;

    /// <summary>
    /// Gets or sets whether what has arrived is received while no thread receives. The default is true; false where the owner waits for <see cref="Socket"/>.
    /// </summary>
    public bool ReceivesInAdvance { get; set; } = true;

    /// <summary>Gets or sets the position in the log of the room up to which this end has received the messages; 0 if it is not known.</summary>
    public long LogPosition
    {
        get => Interlocked.Read(ref _logPosition);
        set => Interlocked.Exchange(ref _logPosition, value);
    }

    /// <summary>Gets or sets why this end will end the conversation.</summary>
    public ResumeEnd EndReason { get; set; } = ResumeEnd.Closed;

    /// <summary>Sets the method to call, on any thread, when <see cref="IsReconnecting"/> changes before the connection ends.</summary>
    public void SetReconnectingHandler(Action<bool> handler) => _notifier.SetHandler(handler);

    public override int Receive(byte[] buffer, int offset, int count, int milliseconds)
    {
        lock (_readGate)
        {
            while (true)
            {
                var taken = Take(buffer, offset, count);
                if (taken != WouldBlock)
                    return taken;
                if (_transport is not { } transport)
                    break;
                if (!TryFill(transport, milliseconds))
                {
                    if (milliseconds > 0)
                        Pump(acknowledge: true);
                    return WouldBlock;
                }
                milliseconds = 0;
            }
        }
        _notifier.Notify();
        WaitForTransport(milliseconds);
        return WouldBlock;
    }

    public override void ReleaseBuffers()
    {
        lock (_readGate)
        {
            _transport?.ReleaseBuffers();
            lock (_state)
            {
                _input.ReleaseBuffer();
                _output.ReleaseBuffer();
                _protocol.ReleaseBuffer();
            }
        }
    }

    public override void Abort() => Close(transport => transport.Abort());

    public override void Dispose()
    {
        ShutdownSend();
        Close(transport => transport.Dispose());
    }

    // Returns the result of Receive. The calling thread holds the read gate.
    private int Take(byte[] buffer, int offset, int count)
    {
        lock (_state)
        {
            try
            {
                if (_input.Take(buffer, offset, count) is var taken and > 0)
                {
                    Pump(acknowledge: false);
                    return taken;
                }
            }
            catch (FormatException e)
            {
                SetEnded(e);
            }
            if (PeerEnd != ResumeEnd.None)
                return 0;
            ThrowIfEnded();
            return WouldBlock;
        }
    }

    // Whether there is something to decode, or the transport was detached. The calling thread holds the read gate.
    private bool TryFill(TransportConnection transport, int milliseconds)
    {
        ConnectionLostException? cause = null;
        try
        {
            var received = _input.Receive(transport, milliseconds);
            if (received == WouldBlock && !_mustDetach)
                return false;
            if (received > 0)
            {
                _hasBegun = true;
                _heartbeat.OnReceived(MonotonicClock.Milliseconds);
                return true;
            }
        }
        catch (ConnectionLostException e)
        {
            cause = e;
        }
        Detach(transport, cause);
        return true;
    }

    // Receives what has arrived, to find acknowledgements and to detect a loss while no thread receives.
    private bool TryReceiveInAdvance(int milliseconds)
    {
        if (!Monitor.TryEnter(_readGate))
            return false;
        try
        {
            DecodeInAdvance();
            var hasReceived = false;
            while (!_input.IsFull && _transport is { } transport && TryFill(transport, milliseconds))
            {
                DecodeInAdvance();
                hasReceived = true;
                milliseconds = 0;
            }
            return hasReceived;
        }
        finally
        {
            Monitor.Exit(_readGate);
        }
    }

    private void DecodeInAdvance()
    {
        lock (_state)
        {
            try
            {
                _input.DecodeInAdvance();
            }
            catch (FormatException e)
            {
                SetEnded(e);
            }
            Pump(acknowledge: false);
        }
    }

    private void ThrowIfEnded()
    {
        if (_error is { } error)
            throw new ConnectionLostException(error.IsTimeout, error.InnerException);
    }
}
