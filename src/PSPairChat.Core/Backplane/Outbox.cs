using System;
using System.Collections.Generic;
using System.Threading;
using PSPairChat.Rooms;

namespace PSPairChat.Backplane;

/// <summary>
/// The entries of one server that have not come back from the log, in the order in which they are appended. Numbers ascend in that order, so that an entry that
/// is sent again is recognized. Can be used on any thread.
/// </summary>
/// <param name="maxCount">The maximum number of messages that wait.</param>
/// <param name="maxBytes">The maximum number of bytes that wait, approximately.</param>
internal sealed class Outbox(int maxCount, int maxBytes)
{
    /// <summary>The kind of an operation that deletes an entry from the log; it does not come back.</summary>
    public const char Deletion = 'D';

    private const int MaxBatchCount = 256;

    private readonly LinkedList<PendingEntry> _entries = new();     // also the lock, pulsed when it changes
    private LinkedListNode<PendingEntry>? _nextUnsent;
    private long _lastNumber;
    private long _bytes;

    /// <summary>Gets the number of entries.</summary>
    public int Count
    {
        get
        {
            lock (_entries)
                return _entries.Count;
        }
    }

    /// <summary>Adds an entry if not too many wait.</summary>
    public bool TryAdd(PendingEntry entry)
    {
        lock (_entries)
        {
            if (_entries.Count >= maxCount || _bytes + entry.Size > maxBytes)
                return false;
            Add(entry);
            return true;
        }
    }

    /// <summary>Adds an entry, however many wait.</summary>
    public void Add(PendingEntry entry)
    {
        lock (_entries)
        {
            entry.Number = ++_lastNumber;
            _bytes += entry.Size;
            var node = _entries.AddLast(entry);
            _nextUnsent ??= node;
            Monitor.PulseAll(_entries);
        }
    }

    /// <summary>Waits until an entry can be sent.</summary>
    public void WaitForEntry(int milliseconds)
    {
        lock (_entries)
        {
            if (_nextUnsent is null && milliseconds > 0)
                Monitor.Wait(_entries, milliseconds);
        }
    }

    /// <summary>Waits until no entry is left.</summary>
    public void WaitForEmpty(int milliseconds)
    {
        lock (_entries)
        {
            for (; _entries.Count > 0 && milliseconds > 0; milliseconds -= 50)
                Monitor.Wait(_entries, 50);
        }
    }

    /// <summary>Ends a wait.</summary>
    public void Pulse()
    {
        lock (_entries)
            Monitor.PulseAll(_entries);
    }

    /// <summary>Takes the next entries to send. They stay until they come back.</summary>
    public List<PendingEntry> TakeBatch()
    {
        var batch = new List<PendingEntry>();
        lock (_entries)
        {
            for (; _nextUnsent is not null && batch.Count < MaxBatchCount; _nextUnsent = _nextUnsent.Next)
            {
                _nextUnsent.Value.WasSent = true;
                batch.Add(_nextUnsent.Value);
            }
        }
        return batch;
    }

    /// <summary>Sends all entries again that have not come back.</summary>
    public void Resend()
    {
        lock (_entries)
        {
            _nextUnsent = _entries.First;
            Monitor.PulseAll(_entries);
        }
    }

    /// <summary>Removes the entry with a number, which has come back or was answered.</summary>
    /// <returns>The entry; null if there is none.</returns>
    public PendingEntry? Remove(long number)
    {
        lock (_entries)
        {
            for (var node = _entries.First; node is not null && node.Value.Number <= number; node = node.Next)
            {
                if (node.Value.Number == number)
                    return Remove(node);
            }
            return null;
        }
    }

    /// <summary>Removes the entry of an origin if it was not sent yet.</summary>
    public bool TryWithdraw(object origin)
    {
        lock (_entries)
        {
            for (var node = _entries.Last; node is not null; node = node.Previous)
            {
                if (node.Value.Entry.Origin != origin)
                    continue;
                if (node.Value.WasSent)
                    return false;
                Remove(node);
                return true;
            }
            return false;
        }
    }

    /// <summary>Removes the claims of nicknames that were added before a time, except those of some members.</summary>
    public List<RoomMembership> RemoveClaims(long addedBefore, Predicate<RoomMembership> isKept) =>
        RemoveAll(pending => pending.Kind == LogEntry.Joined && pending.AddedAt < addedBefore && !isKept(pending.Entry.Member!))
            .ConvertAll(pending => pending.Entry.Member!);

    /// <summary>Removes the messages of a member.</summary>
    public void RemoveMessagesOf(RoomMembership member) =>
        RemoveAll(pending => pending.Entry.Member == member && pending.Kind is LogEntry.Message or LogEntry.PrivateMessage);

    /// <summary>Numbers all entries anew, after those that are to precede them.</summary>
    /// <param name="first">The entries that precede.</param>
    public void Restart(IEnumerable<PendingEntry> first)
    {
        lock (_entries)
        {
            var rest = new List<PendingEntry>(_entries);
            _entries.Clear();
            _bytes = 0;
            _nextUnsent = null;
            foreach (var entry in first)
                Add(entry);
            foreach (var entry in rest)
                Add(entry);
        }
    }

    private List<PendingEntry> RemoveAll(Predicate<PendingEntry> isRemoved)
    {
        var removed = new List<PendingEntry>();
        lock (_entries)
        {
            for (LinkedListNode<PendingEntry>? node = _entries.First, next; node is not null; node = next)
            {
                next = node.Next;
                if (isRemoved(node.Value))
                    removed.Add(Remove(node));
            }
        }
        return removed;
    }

    private PendingEntry Remove(LinkedListNode<PendingEntry> node)
    {
        if (_nextUnsent == node)
            _nextUnsent = node.Next;
        _entries.Remove(node);
        _bytes -= node.Value.Size;
        if (_entries.Count == 0)
            Monitor.PulseAll(_entries);
        return node.Value;
    }
}
