using System;
using System.Collections.Generic;
using System.Threading;
using PSPairChat.Connections;

namespace PSPairChat.Backplane;

/// <summary>
/// Appends the entries of an outbox to the log, renews the lease of this server and revokes those of lost servers, on a thread of its own. Entries that have not
/// come back are sent again after the connection was lost.
/// </summary>
internal sealed class BackplaneWriter : IDisposable
{
    /// <summary>The time in milliseconds after which a server that does not renew its lease is lost.</summary>
    public const int LeaseTimeout = 3_000;

    private const int RenewInterval = 500;
    private const int SynchronizeTimeout = 5_000;

    private readonly RedisBackplane _backplane;
    private readonly Outbox _outbox;
    private readonly BackplaneReader _reader;
    private readonly ServerLease _lease;
    private readonly int _maxMembers;
    private readonly CancellationToken _stop;
    private readonly ServerLeases _leases = new(LeaseTimeout, 3 * RenewInterval);
    private readonly Thread _thread;
    private RedisRoomLog? _log;
    private long _nextRenewal;

    public BackplaneWriter(RedisBackplane backplane, Outbox outbox, BackplaneReader reader, ServerLease lease, int maxMembers, CancellationToken stop)
    {
        _backplane = backplane;
        _outbox = outbox;
        _reader = reader;
        _lease = lease;
        _maxMembers = maxMembers;
        _stop = stop;
        _thread = new Thread(Run) { IsBackground = true, Name = "Backplane writer" };
    }

    /// <summary>Starts to append.</summary>
    /// <param name="log">A connection on which the server has registered.</param>
    public void Start(RedisRoomLog log)
    {
        _log = log;
        _thread.Start();
    }

    /// <summary>Waits until the thread has ended; the token must have been canceled.</summary>
    public void Dispose()
    {
        _outbox.Pulse();
        if (_thread.IsAlive)
            _thread.Join();
    }

    private void Run()
    {
        var delay = new RetryDelay();
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                _log ??= _backplane.Connect();
                while (!_stop.IsCancellationRequested)
                {
                    ExchangeNext(_log);
                    delay.Reset();
                }
                _log.Revoke(_backplane.ServerId, _lease.Value, "server stopped");
            }
            catch (Exception e) when (RedisConnection.IsFailure(e) || e is OperationCanceledException)
            {
                if (!_stop.IsCancellationRequested)
                    _backplane.OnWriterChanged(false, e.Message);
            }
            _log?.Dispose();
            _log = null;
            _nextRenewal = 0;
            _outbox.Resend();
            _backplane.RejectExpiredClaims();
            delay.Wait(_stop);
        }
    }

    private void ExchangeNext(RedisRoomLog log)
    {
        _outbox.WaitForEntry((int)Math.Max(0, _nextRenewal - MonotonicClock.Milliseconds));
        var now = MonotonicClock.Milliseconds;
        var renews = now >= _nextRenewal;
        var batch = _outbox.TakeBatch();
        if (batch.Count == 0 && !renews)
            return;
        if (log.Exchange(_backplane.ServerId, batch, _maxMembers, renews ? _lease.Renew() : null) is not { } result)
        {
            RegisterAgain(log);
            return;
        }
        HandleClaims(batch, result.Claims);
        if (result.Leases is not null)
        {
            _nextRenewal = now + RenewInterval;
            foreach (var server in _leases.Observe(now, result.Leases))
            {
                if (server != _backplane.ServerId)
                    log.Revoke(server, result.Leases[server], "the server was lost");
            }
            _backplane.OnRenewed(result.Last, result.Leases);
        }
        _backplane.OnWriterChanged(true, "");
    }

    private void HandleClaims(List<PendingEntry> batch, string[] answers)
    {
        var next = 0;
        foreach (var entry in batch)
        {
            if (entry.Kind == Outbox.Deletion)
                _outbox.Remove(entry.Number);
            else if (entry.Kind == LogEntry.Joined && next < answers.Length && answers[next++] is not "ok" and var answer)
                _backplane.RejectClaim(entry, answer);
        }
    }

    // The lease was revoked, or the log was emptied. What has been appended is read first, so that nothing is appended twice.
    private void RegisterAgain(RedisRoomLog log)
    {
        var server = RedisBackplane.CreateId();
        var state = log.Register(server, _backplane.ServerId, _lease.Renew(), _lease.Reserved);
        if (!_reader.WaitForPosition(state.Last, SynchronizeTimeout))
            throw new RedisException("The log of the room was not read in time.");
        _backplane.Restart(server);
        _nextRenewal = 0;
    }
}
