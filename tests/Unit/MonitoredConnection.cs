using System;
using System.Collections.Concurrent;
using System.Net;
using System.Threading;
using PSPairChat.Connections;
using Xunit;

namespace PSPairChat.Unit;

/// <summary>
/// Wraps a connection and records every call that the contract of <see cref="TransportConnection"/> does not permit: two receives at once, two sends at once,
/// and a call on or during the disposal.
/// </summary>
internal sealed class MonitoredConnection(TransportConnection inner) : TransportConnection
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(20);

    private readonly ManualResetEventSlim _isReceiving = new();
    private readonly ManualResetEventSlim _canReceive = new(initialState: true);
    private int _receives;
    private int _sends;
    private int _pendingCalls;
    private long _calls;
    private long _bytesReceived;
    private volatile bool _disposed;

    /// <summary>Gets the calls that were not permitted.</summary>
    public ConcurrentQueue<string> Violations { get; } = new();

    public bool IsDisposed => _disposed;

    /// <summary>Gets the number of calls so far.</summary>
    public long Calls => Interlocked.Read(ref _calls);

    public long BytesReceived => Interlocked.Read(ref _bytesReceived);

    /// <summary>Gets or sets what happens in a send before the bytes are sent.</summary>
    public Action? BeforeSend { get; set; }

    /// <summary>Gets or sets what happens in a receive before bytes are received.</summary>
    public Action? BeforeReceive { get; set; }

    public override EndPoint? LocalEndPoint => inner.LocalEndPoint;

    public override EndPoint? RemoteEndPoint => inner.RemoteEndPoint;

    public override bool IsReadable => Call(nameof(IsReadable), () => inner.IsReadable);

    /// <summary>Makes every receive that may wait stay in the call until <see cref="ContinueReceives"/>.</summary>
    public void HoldReceives()
    {
        _isReceiving.Reset();
        _canReceive.Reset();
    }

    public void ContinueReceives() => _canReceive.Set();

    /// <summary>Waits until a thread is in a receive that is held.</summary>
    public void WaitForReceive() => Assert.True(_isReceiving.Wait(Timeout));

    public override int Receive(byte[] buffer, int offset, int count, int milliseconds) => Call(nameof(Receive), () =>
    {
        if (Interlocked.Increment(ref _receives) > 1)
            Violations.Enqueue("Two threads receive at once.");
        try
        {
            if (milliseconds > 0 && !_canReceive.IsSet)
            {
                _isReceiving.Set();
                Assert.True(_canReceive.Wait(Timeout));
            }
            BeforeReceive?.Invoke();
            var received = inner.Receive(buffer, offset, count, milliseconds);
            Interlocked.Add(ref _bytesReceived, Math.Max(0, received));
            return received;
        }
        finally
        {
            Interlocked.Decrement(ref _receives);
        }
    });

    public override bool PollWrite(int count, int milliseconds) => Call(nameof(PollWrite), () => inner.PollWrite(count, milliseconds));

    public override int Send(byte[] buffer, int offset, int count) => Call(nameof(Send), () =>
    {
        if (Interlocked.Increment(ref _sends) > 1)
            Violations.Enqueue("Two threads send at once.");
        try
        {
            BeforeSend?.Invoke();
            return inner.Send(buffer, offset, count);
        }
        finally
        {
            Interlocked.Decrement(ref _sends);
        }
    });

    public override void ShutdownSend() => Call(nameof(ShutdownSend), () =>
    {
        inner.ShutdownSend();
        return true;
    });

    public override void Abort() => Dispose(inner.Abort);

    public override void Dispose() => Dispose(inner.Dispose);

    private void Dispose(Action dispose)
    {
        _disposed = true;
        if (Volatile.Read(ref _pendingCalls) > 0)
            Violations.Enqueue("Disposed of while another thread is in a call.");
        dispose();
    }

    private T Call<T>(string name, Func<T> function)
    {
        Interlocked.Increment(ref _calls);
        Interlocked.Increment(ref _pendingCalls);
        try
        {
            if (_disposed)
                Violations.Enqueue($"{name} is called after Dispose.");
            return function();
        }
        finally
        {
            Interlocked.Decrement(ref _pendingCalls);
        }
    }
}
