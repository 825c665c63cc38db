using System;
using System.Collections.Generic;
using System.Threading;
using PSPairChat.Rooms;

namespace PSPairChat.Backplane;

/// <summary>
/// Passes the entries of a log to an event loop, as many in a batch as the send queues of the members can take, and more slowly while a member is backlogged.
/// </summary>
/// <param name="loop">The event loop.</param>
/// <param name="apply">Applies an entry, on the loop.</param>
/// <param name="isBacklogged">Returns whether a member is backlogged.</param>
/// <param name="stop">Ends a wait.</param>
internal sealed class EntryDelivery(RoomEventLoop loop, Action<LogEntry> apply, Func<bool> isBacklogged, CancellationToken stop)
{
    private readonly object _lock = new();
    private List<LogEntry> _entries = [];
    private int _next;
    private bool _isPosted;

    /// <summary>Applies entries, and returns when that is done. Called on one thread that is not the loop's.</summary>
    public void Deliver(List<LogEntry> entries)
    {
        _entries = entries;
        _next = 0;
        while (true)
        {
            lock (_lock)
                _isPosted = true;
            loop.Post(ApplyBatch);
            lock (_lock)
            {
                while (_isPosted && !stop.IsCancellationRequested)
                    Monitor.Wait(_lock, 100);
                if (_next >= _entries.Count || stop.IsCancellationRequested)
                    return;
            }
            if (isBacklogged())
                stop.WaitHandle.WaitOne(RoomSendScheduler.ThrottleDelay);
        }
    }

    private void ApplyBatch()
    {
        try
        {
            while (_next < _entries.Count && !loop.IsBatchFull)
                apply(_entries[_next++]);
        }
        finally
        {
            lock (_lock)
            {
                _isPosted = false;
                Monitor.PulseAll(_lock);
            }
        }
    }
}
