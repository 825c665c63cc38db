using System;
using System.Diagnostics;
using System.Net;
using System.Threading;
using System.Threading.Tasks;

namespace PSPairChat.Connections;

/// <summary>
/// A connection that survives the loss of the connection below it. Both ends count the bytes of the conversation and keep what the peer has not acknowledged;
/// on a new connection each end sends again what the other one lacks. A client connects again by itself; a server waits to be given the new connection.
/// </summary>
/// <remarks>Lock order: write gate, read gate, state.</remarks>
internal sealed class ResumableConnection : TransportConnection
{
    private const int MaxUnacknowledgedBytes = 1024 * 1024;
    private const int AcknowledgeInterval = 16 * 1024;
    private const int ReceiveBufferSize = 16 * 1024;
    private const int MinSendSpace = 128 * 1024;
    private static readonly TimeSpan TimerInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ClockJump = TimeSpan.FromSeconds(5);
    private static readonly int[] RetryDelays = [0, 250, 500, 1000, 2000, 5000];

    private readonly ResumeOptions _options;
    private readonly Reconnect? _reconnect;
    private readonly Action<bool> _onStateChanged;
    private readonly object _readGate = new();
    private readonly object _writeGate = new();
    private readonly object _state = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly ResumeBuffer _sent = new(MaxUnacknowledgedBytes);
    private readonly Timer _timer;
    private readonly byte[] _received = new byte[ReceiveBufferSize];
    private ResumeRecordDecoder _decoder = new();
    private int _start;
    private int _end;
    private ArraySegment<byte> _data;       // decoded, and not delivered yet
    private long _receivedBytes;
    private long _acknowledgedBytes;
    private bool _endReceived;
    private bool _endSent;
    private byte[] _record = new byte[4096];
    private volatile TransportConnection? _transport;
    private Deadline _limit;                // while reconnecting
    private ConnectionLostException? _failure;
    private long _lastHeard = Stopwatch.GetTimestamp();
    private long _lastSent = Stopwatch.GetTimestamp();
    private DateTime _lastTick = DateTime.UtcNow;
    private long _lastTickTimestamp = Stopwatch.GetTimestamp();
    private bool _disposed;

    /// <summary>Creates a connection.</summary>
    /// <param name="transport">The first connection below.</param>
    /// <param name="options">The time limits.</param>
    /// <param name="reconnect">Connects again; null at a server.</param>
    /// <param name="onStateChanged">Receives whether the connection is reconnecting; called on any thread.</param>
    public ResumableConnection(TransportConnection transport, ResumeOptions options, Reconnect? reconnect, Action<bool> onStateChanged)
    {
        _transport = transport;
        _options = options;
        _reconnect = reconnect;
        _onStateChanged = onStateChanged;
        LocalEndPoint = transport.LocalEndPoint;
        RemoteEndPoint = transport.RemoteEndPoint;
        _timer = new Timer(_ => OnTimer(), null, TimerInterval, TimerInterval);
    }

    /// <summary>Makes one attempt to connect again.</summary>
    /// <param name="received">The number of bytes that this end has received.</param>
    /// <param name="cancellationToken">Cancels the attempt.</param>
    /// <returns>The new connection and the number of bytes that the peer has received; null if the peer no longer knows the session.</returns>
    /// <exception cref="ChatException">The attempt failed; another one may succeed.</exception>
    public delegate (TransportConnection Transport, long PeerReceived)? Reconnect(long received, CancellationToken cancellationToken);

    public override EndPoint? LocalEndPoint { get; }

    public override EndPoint? RemoteEndPoint { get; }

    /// <summary>Gets whether there is no connection at the moment.</summary>
    public bool IsReconnecting => _transport is null && !_disposed;

    /// <summary>Gets the number of bytes that the peer has not acknowledged.</summary>
    public int UnacknowledgedBytes => _sent.Count;

    public override bool IsReadable => _data.Count > 0 || _endReceived || _failure is not null || _transport is { IsReadable: true };

    public override int Receive(byte[] buffer, int offset, int count, int milliseconds)
    {
        lock (_readGate)
        {
            while (_data.Count == 0)
            {
                if (_endReceived)
                    return 0;
                if (DecodeNext())
                    continue;
                if (_transport is not { } transport)
                {
                    if (!WaitForTransport(milliseconds))
                        return WouldBlock;
                    milliseconds = 0;
                    continue;
                }
                if (!ReceiveFrom(transport, milliseconds))
                {
                    Acknowledge(always: false);
                    return WouldBlock;
                }
            }
            count = Math.Min(count, _data.Count);
            Buffer.BlockCopy(_data.Array!, _data.Offset, buffer, offset, count);
            _data = new ArraySegment<byte>(_data.Array!, _data.Offset + count, _data.Count - count);
        }
        if (_receivedBytes - _acknowledgedBytes >= AcknowledgeInterval)
            Acknowledge(always: false);
        return count;
    }

    public override bool PollWrite(int milliseconds)
    {
        lock (_state)
        {
            if (_failure is not null)
                return true;
        }
        if (_transport is not { } transport)
        {
            WaitForTransport(milliseconds);
            return false;
        }
        if (_sent.Free < MinSendSpace)
        {
            ReceiveAcknowledgements(transport, milliseconds);
            return _sent.Free >= MinSendSpace;
        }
        return transport.PollWrite(milliseconds);
    }

    public override void Send(byte[] buffer, int offset, int count)
    {
        lock (_writeGate)
        {
            while (count > 0)
            {
                ThrowIfFailed();
                var space = Math.Min(_sent.Free, ResumeRecordDecoder.MaxRecordBytes);
                if (space == 0)
                {
                    if (_transport is { } full)
                        ReceiveAcknowledgements(full, PollInterval);
                    else
                        WaitForTransport(PollInterval);
                    continue;
                }
                var part = Math.Min(count, space);
                lock (_state)
                    _sent.Add(buffer, offset, part);
                if (_transport is { } transport)
                    SendRecord(transport, buffer, offset, part);
                offset += part;
                count -= part;
            }
        }
    }

    public override void ShutdownSend()
    {
        lock (_writeGate)
        {
            _endSent = true;
            if (_transport is not { } transport)
                return;
            SendTo(transport, ResumeRecordDecoder.EncodeEnd());
            transport.ShutdownSend();
        }
    }

    /// <summary>Drops the current connection, if there is one, to resume on another.</summary>
    /// <returns>The number of bytes that this end has received; null if the connection has failed or is closed.</returns>
    public long? BeginResume()
    {
        if (_transport is { } transport)
            OnConnectionLost(transport);
        lock (_readGate)
        {
            // What is not decoded yet does not count: the peer sends it again.
            _start = _end = 0;
            _decoder = new ResumeRecordDecoder();
            lock (_state)
                return _failure is null && !_disposed ? _receivedBytes : null;
        }
    }

    /// <summary>Continues on a new connection: sends again what the peer has not received.</summary>
    /// <param name="transport">The new connection.</param>
    /// <param name="peerReceived">The number of bytes that the peer has received.</param>
    /// <returns>false if the connection has failed or is closed, or if the count is impossible.</returns>
    public bool TryResume(TransportConnection transport, long peerReceived)
    {
        lock (_writeGate)
        {
            lock (_readGate)
            {
                lock (_state)
                {
                    if (_failure is not null || _disposed)
                        return false;
                    if (!_sent.TryAcknowledge(peerReceived))
                    {
                        SetFailed(new InvalidOperationException("The bytes that the peer lacks are no longer kept."));
                        return false;
                    }
                    _data = Copy(_data);
                    _acknowledgedBytes = _receivedBytes;
                    _lastHeard = Stopwatch.GetTimestamp();
                    _limit = Deadline.Never;
                    _transport = transport;
                    Monitor.PulseAll(_state);
                }
            }
            SendAgain(transport);
        }
        if (!IsReconnecting)
            _onStateChanged(false);
        return true;
    }

    public override void Dispose()
    {
        lock (_state)
        {
            if (_disposed)
                return;
            _disposed = true;
            Monitor.PulseAll(_state);
        }
        _stop.Cancel();
        _timer.Dispose();
        _transport?.Dispose();
    }

    private static ArraySegment<byte> Copy(ArraySegment<byte> bytes)
    {
        var copy = new byte[bytes.Count];
        if (bytes.Count > 0)
            Buffer.BlockCopy(bytes.Array!, bytes.Offset, copy, 0, copy.Length);
        return new ArraySegment<byte>(copy);
    }

    private static TimeSpan Since(long timestamp) => TimeSpan.FromSeconds((Stopwatch.GetTimestamp() - timestamp) / (double)Stopwatch.Frequency);

    // Whether something was decoded. The calling thread holds the read gate.
    private bool DecodeNext()
    {
        switch (_decoder.Decode(_received, ref _start, _end, out var data, out var acknowledged))
        {
            case ResumeRecordDecoder.Result.Data:
                _data = data;
                _receivedBytes += data.Count;
                return true;
            case ResumeRecordDecoder.Result.Acknowledge:
                lock (_state)
                {
                    if (!_sent.TryAcknowledge(acknowledged))
                        SetFailed(new InvalidOperationException("The peer acknowledged bytes that were not sent."));
                }
                return true;
            case ResumeRecordDecoder.Result.End:
                _endReceived = true;
                return true;
            default:
                return false;
        }
    }

    // Whether something came, or the connection was lost. The calling thread holds the read gate.
    private bool ReceiveFrom(TransportConnection transport, int milliseconds)
    {
        try
        {
            _start = _end = 0;
            var count = transport.Receive(_received, 0, _received.Length, milliseconds);
            if (count == WouldBlock)
                return false;
            if (count > 0)
            {
                _end = count;
                Interlocked.Exchange(ref _lastHeard, Stopwatch.GetTimestamp());
                return true;
            }
        }
        catch (ConnectionLostException)
        {
            // Handled below, as an end of the stream without the end of the conversation.
        }
        OnConnectionLost(transport);
        return true;
    }

    private void ReceiveAcknowledgements(TransportConnection transport, int milliseconds)
    {
        if (!Monitor.TryEnter(_readGate, milliseconds))
            return;
        try
        {
            if (_data.Count == 0 && !_endReceived && !DecodeNext() && ReceiveFrom(transport, milliseconds))
                DecodeNext();
        }
        finally
        {
            Monitor.Exit(_readGate);
        }
    }

    private void Acknowledge(bool always)
    {
        // A thread that sends acknowledges nothing; the next wait or the timer does.
        if (!always && _receivedBytes == _acknowledgedBytes || !Monitor.TryEnter(_writeGate))
            return;
        try
        {
            var received = Interlocked.Read(ref _receivedBytes);
            if (_transport is { } transport && SendTo(transport, ResumeRecordDecoder.EncodeAcknowledge(received)))
                _acknowledgedBytes = received;
        }
        finally
        {
            Monitor.Exit(_writeGate);
        }
    }

    private void SendRecord(TransportConnection transport, byte[] buffer, int offset, int count)
    {
        if (_record.Length < count + 2)
            _record = new byte[count + 2];
        var header = ResumeRecordDecoder.WriteHeader(_record, 0, count);
        Buffer.BlockCopy(buffer, offset, _record, header, count);
        SendTo(transport, new ArraySegment<byte>(_record, 0, header + count));
    }

    private void SendAgain(TransportConnection transport)
    {
        var part = new byte[4096];
        var position = _sent.Acknowledged;
        while (_transport == transport)
        {
            int count;
            lock (_state)
                count = _sent.CopyTo(position, part, 0, part.Length);
            if (count == 0)
                break;
            SendRecord(transport, part, 0, count);
            position += count;
        }
        if (_endSent && _transport == transport)
            SendTo(transport, ResumeRecordDecoder.EncodeEnd());
    }

    private bool SendTo(TransportConnection transport, byte[] bytes) => SendTo(transport, new ArraySegment<byte>(bytes));

    private bool SendTo(TransportConnection transport, ArraySegment<byte> bytes)
    {
        try
        {
            transport.Send(bytes.Array!, bytes.Offset, bytes.Count);
            Interlocked.Exchange(ref _lastSent, Stopwatch.GetTimestamp());
            return true;
        }
        catch (ConnectionLostException)
        {
            OnConnectionLost(transport);
            return false;
        }
    }

    private void OnConnectionLost(TransportConnection transport)
    {
        lock (_state)
        {
            if (_transport != transport || _disposed)
                return;
            _transport = null;
            _limit = Deadline.After(_options.ReconnectTimeout);
        }
        transport.Dispose();
        if (_endSent || _endReceived)
        {
            lock (_state)
                SetFailed(null);
            return;
        }
        _onStateChanged(true);
        if (_reconnect is not null)
            Task.Factory.StartNew(ReconnectUntilTimeout, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    private void ReconnectUntilTimeout()
    {
        Exception? last = null;
        for (var attempt = 0; BeginResume() is { } received && !_limit.HasPassed; attempt++)
        {
            var delay = RetryDelays[Math.Min(attempt, RetryDelays.Length - 1)];
            if (_stop.Token.WaitHandle.WaitOne(_limit.RemainingMilliseconds(delay)))
                return;
            try
            {
                if (_reconnect!(received, _stop.Token) is not { } resumed)
                {
                    last = new InvalidOperationException("The peer no longer knows the session.");
                    break;
                }
                if (TryResume(resumed.Transport, resumed.PeerReceived))
                    return;
                resumed.Transport.Dispose();
            }
            catch (Exception e) when (e is ChatException or ConnectionLostException or OperationCanceledException)
            {
                last = e;
            }
        }
        lock (_state)
            SetFailed(last);
    }

    // Whether there is a connection now. Also ends a wait that has become hopeless.
    private bool WaitForTransport(int milliseconds)
    {
        lock (_state)
        {
            ThrowIfFailed();
            if (_transport is null && milliseconds > 0)
                Monitor.Wait(_state, milliseconds);
            if (_transport is null && _limit.HasPassed)
                SetFailed(null);
            ThrowIfFailed();
            return _transport is not null;
        }
    }

    private void ThrowIfFailed()
    {
        if (_failure is { } failure)
            throw new ConnectionLostException(failure.IsTimeout, failure.InnerException);
        if (_disposed)
            throw new ConnectionLostException(isTimeout: false, new ObjectDisposedException(nameof(ResumableConnection)));
    }

    // The calling thread holds the state lock.
    private void SetFailed(Exception? cause)
    {
        _failure ??= new ConnectionLostException(isTimeout: cause is null, cause);
        Monitor.PulseAll(_state);
    }

    private void OnTimer()
    {
        var slept = DateTime.UtcNow - _lastTick - Since(_lastTickTimestamp) > ClockJump;
        _lastTick = DateTime.UtcNow;
        _lastTickTimestamp = Stopwatch.GetTimestamp();
        if (_transport is not { } transport)
        {
            lock (_state)
            {
                if (_transport is null && _limit.HasPassed)
                    SetFailed(null);
            }
            return;
        }
        ReceiveAcknowledgements(transport, 0);
        if (_transport != transport)
            return;
        if (slept || Since(Interlocked.Read(ref _lastHeard)) > _options.HeartbeatTimeout && !transport.IsReadable)
            OnConnectionLost(transport);
        else if (Since(Interlocked.Read(ref _lastSent)) > _options.HeartbeatInterval)
            Acknowledge(always: true);
        else
            Acknowledge(always: false);
    }
}
