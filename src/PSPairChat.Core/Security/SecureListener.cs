using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using PSPairChat.Connections;

namespace PSPairChat.Security;

/// <summary>
/// A listener that yields only trusted TLS connections. One thread waits for all connections that are not trusted yet and continues their handshakes; it
/// uses the sockets synchronously, because an asynchronous operation would slow down every later call.
/// </summary>
internal sealed class SecureListener : ConnectionListener
{
    private const int HandshakeTimeoutMilliseconds = 10_000;
    private const int PollMicroseconds = 50_000;
    private const int MaxRefusalDelayMilliseconds = 5_000;
    private const int FirstRefusalDelayMilliseconds = 200;
    private const int RefusalsPerWarning = 10;
    private const int MaxRefusalAddresses = 4096;
    private const int MaxTrustedInRoom = 32;        // a room takes them at once, unless too many have no nickname

    // A client with TLS sends first and at once; a member of a room waits for the room, and learns after this time that TLS is required.
    private const int SilenceMilliseconds = 2500;

    private readonly TcpConnectionListener _listener;
    private readonly ServerTrust _trust;
    private readonly PendingLimits<Pending> _limits = new();
    private readonly Dictionary<Socket, Pending> _pending = [];
    private readonly Queue<TransportConnection> _trusted = new();     // also the gate for the waiter
    private readonly Dictionary<IPAddress, int> _refusals = [];
    private readonly HashSet<IPAddress> _failedAddresses = [];
    private readonly Thread _thread;
    private Socket? _parked;        // accepted, and waiting for a limit
    private TaskCompletionSource<TransportConnection?>? _waiter;
    private bool _disposed;

    /// <summary>Starts to accept connections.</summary>
    /// <param name="listener">The listener for plain connections; disposed of with this one.</param>
    /// <param name="trust">Decides which clients are trusted.</param>
    public SecureListener(TcpConnectionListener listener, ServerTrust trust)
    {
        _listener = listener;
        _listener.AcceptFailed = e => AcceptFailed?.Invoke(e);
        _trust = trust;
        _thread = new Thread(Run) { IsBackground = true, Name = "PSPairChat secure listener" };
        _thread.Start();
    }

    public override EndPoint LocalEndPoint => _listener.LocalEndPoint;

    /// <summary>Gets or sets whether clients without TLS wait for the server to send first, as in a room.</summary>
    public bool SendsFirst { get; set; }

    /// <summary>Gets which clients are trusted.</summary>
    public ServerTrust Trust => _trust;

    public override Task<TransportConnection?> AcceptAsync()
    {
        lock (_trusted)
        {
            if (_disposed)
                return Task.FromResult<TransportConnection?>(null);
            if (_trusted.Count > 0)
                return Task.FromResult<TransportConnection?>(_trusted.Dequeue());
            _waiter = new TaskCompletionSource<TransportConnection?>(TaskCreationOptions.RunContinuationsAsynchronously);
            return _waiter.Task;
        }
    }

    public override void Dispose()
    {
        lock (_trusted)
        {
            if (_disposed)
                return;
            _disposed = true;
            _waiter?.TrySetResult(null);
        }
        _thread.Join();
        _listener.Dispose();
        _parked?.Dispose();
        foreach (var pending in _pending.Values)
            pending.Handshake.Dispose();
        foreach (var connection in _trusted)
            connection.Dispose();
    }

    private void Run()
    {
        var readable = new List<Socket>();
        while (!Volatile.Read(ref _disposed))
        {
            readable.Clear();
            readable.AddRange(_pending.Values.Where(p => p.RefuseAt is null && !p.Handshake.IsWaiting).Select(p => p.Socket));
            var accepts = _parked is null && (_trust.Sessions?.HasSessions == true || HasRoomForTrusted());
            if (accepts)
                readable.Add(_listener.Socket);
            if (readable.Count > 0)
                Socket.Select(readable, null, null, PollMicroseconds);
            else
                Thread.Sleep(PollMicroseconds / 1000);
            var now = MonotonicClock.Milliseconds;
            foreach (var socket in readable)
            {
                if (_pending.TryGetValue(socket, out var pending))
                {
                    pending.HasSent = true;
                    _limits.OnHeard(pending, now);
                    Continue(pending, now);
                }
            }
            CheckTimes(now);
            if (_parked is not null)
                Admit(_parked, now);
            else if (accepts && _listener.TryAccept() is { } accepted)
                Admit(accepted, now);
        }
    }

    // While the session is busy with its conversation, further clients wait in the backlog; if a session can be resumed, for its client, before they are trusted.
    private bool HasRoomForTrusted()
    {
        lock (_trusted)
            return _trusted.Count < (SendsFirst ? MaxTrustedInRoom : 1);
    }

    private void Admit(Socket socket, long now)
    {
        _parked = socket;
        var address = ((IPEndPoint)TcpConnection.UnmapIPv4(socket.RemoteEndPoint)!).Address;
        if (!_limits.TryMakeRoom(address, now, out var evicted))
            return;
        if (evicted is not null)
            Close(evicted);
        _parked = null;
        try
        {
            var pending = new Pending(new ServerHandshake(new TcpConnection(socket), _trust), socket, address, now);
            _pending.Add(socket, pending);
            _limits.Add(pending, address, now);
            Continue(pending, now);
        }
        catch (SocketException)
        {
            socket.Dispose();
        }
    }

    private void Continue(Pending pending, long now)
    {
        switch (pending.Handshake.Continue(now, canAccept: _trust.Sessions is null || HasRoomForTrusted()))
        {
            case ServerHandshake.Result.Trusted:
                Detach(pending);
                Yield(pending.Handshake.Accepted!);
                break;
            case ServerHandshake.Result.Resumed:
                Detach(pending);
                break;
            case ServerHandshake.Result.Refused:
                DelayRefusal(pending, now);
                break;
            case ServerHandshake.Result.Failed:
                WarnOnce(pending);
                if (pending.Handshake.IsPlainText)
                    RejectPlainText(pending.Handshake.Transport);
                Close(pending);
                break;
        }
    }

    private static void RejectPlainText(TransportConnection connection)
    {
        var line = TlsMismatch.EncodeLine(TlsMismatch.RequiresTls);
        try
        {
            // The line fits into the empty buffer of a new connection.
            connection.Send(line.Array!, line.Offset, line.Count);
            connection.CloseGracefully();
        }
        catch (ConnectionLostException)
        {
            // The client is gone already.
        }
    }

    // Once for an address, so that a stranger cannot fill the notices.
    private void WarnOnce(Pending pending)
    {
        if (_failedAddresses.Count >= MaxRefusalAddresses)
            _failedAddresses.Clear();
        if (_failedAddresses.Add(pending.Address))
            OnWarning($"{pending.Address} connected without TLS, or its handshake failed: {DisplayText.Sanitize(pending.Handshake.FailureReason ?? "")}");
    }

    private void DelayRefusal(Pending pending, long now)
    {
        _refusals.TryGetValue(pending.Address, out var count);
        if (_refusals.Count >= MaxRefusalAddresses)
            _refusals.Clear();
        _refusals[pending.Address] = count + 1;
        pending.RefuseAt = now + Math.Min(MaxRefusalDelayMilliseconds, (long)FirstRefusalDelayMilliseconds << Math.Min(count, 10));
        if (count % RefusalsPerWarning == 0)
            OnWarning($"{pending.Address} {pending.Handshake.RefusalReason} ({count + 1} failed {(count == 0 ? "attempt" : "attempts")}).");
    }

    private void Refuse(Pending pending)
    {
        try
        {
            var refused = SecureGreeting.EncodeRefused();
            pending.Handshake.Connection.TrySendAll(refused, Deadline.After(TimeSpan.Zero));
            pending.Handshake.Connection.ShutdownSend();
        }
        catch (Exception e) when (e is ConnectionLostException or System.IO.IOException)
        {
            // The client is gone already.
        }
        Close(pending);
    }

    private void CheckTimes(long now)
    {
        foreach (var pending in new List<Pending>(_pending.Values))
        {
            if (pending.RefuseAt is { } time)
            {
                if (now >= time)
                    Refuse(pending);
            }
            else if (now - pending.StartedAt >= HandshakeTimeoutMilliseconds && !pending.Handshake.IsWaiting)
            {
                Close(pending);
            }
            else if (SendsFirst && now - pending.StartedAt >= SilenceMilliseconds && !pending.HasSent)
            {
                RejectPlainText(pending.Handshake.Transport);
                Close(pending);
            }
            else if (pending.Handshake.IsEncrypted)
            {
                Continue(pending, now);
            }
        }
    }

    private void Yield(TransportConnection connection)
    {
        lock (_trusted)
        {
            if (_waiter is { } waiter && waiter.TrySetResult(connection))
                _waiter = null;
            else
                _trusted.Enqueue(connection);
        }
    }

    private void Close(Pending pending)
    {
        Detach(pending);
        pending.Handshake.Dispose();
    }

    private void Detach(Pending pending)
    {
        _pending.Remove(pending.Socket);
        _limits.Remove(pending);
    }

    private sealed class Pending(ServerHandshake handshake, Socket socket, IPAddress address, long startedAt)
    {
        public ServerHandshake Handshake { get; } = handshake;

        public Socket Socket { get; } = socket;

        public IPAddress Address { get; } = address;

        public long StartedAt { get; } = startedAt;

        /// <summary>Gets or sets whether the client has sent anything.</summary>
        public bool HasSent { get; set; }

        /// <summary>Gets or sets when the client is told that it is refused; null while it is not.</summary>
        public long? RefuseAt { get; set; }
    }
}
