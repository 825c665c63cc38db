using System;
using System.Collections.Generic;
using System.Linq;
using PSPairChat.Rooms;

namespace PSPairChat.Backplane;

/// <summary>
/// Sends members of this server what they have missed at another one. What several members have missed is read once for all of them. Used on the event loop only.
/// </summary>
/// <param name="applier">Applies the log at this server.</param>
/// <param name="receiver">The room.</param>
internal sealed class LogCatchUp(LogApplier applier, IBackplaneReceiver receiver)
{
    private readonly List<Item> _items = [];

    /// <summary>Gets whether there is no such member.</summary>
    public bool IsEmpty => _items.Count == 0;

    /// <summary>Adds a member that has received the messages up to a position.</summary>
    public void Add(RoomMembership member, long position) => _items.Add(new Item(member, position));

    /// <summary>Gets the position after which to read the log; null if no member can be sent more at present.</summary>
    public long? GetStart()
    {
        _items.RemoveAll(item => item.Member.Connection is not { IsClosed: false });
        return _items.Where(IsReady).Min(item => (long?)item.Position);
    }

    /// <summary>Sends what was read.</summary>
    /// <param name="entries">The entries, some of which may not be applied yet.</param>
    /// <param name="start">The position after which they were read.</param>
    /// <param name="last">The position of the last one; the same as the first one if there are none.</param>
    /// <param name="first">The first position in the log.</param>
    public void Send(List<LogEntry> entries, long start, long last, long first)
    {
        var items = _items.FindAll(item => IsReady(item) && item.Position >= start && (item.Position < last || last == start));
        foreach (var item in items)
            item.RemovedCount ??= (int)Math.Max(0, first - item.Position - 1);
        foreach (var entry in entries.Where(entry => entry.Position <= applier.Position))
            Send(entry, items);
        foreach (var item in items)
        {
            item.Position = last;
            if (last < applier.Position && last > start)
                continue;
            _items.Remove(item);
            receiver.OnCaughtUp(item.Member, item.RemovedCount!.Value);
        }
    }

    private static bool IsReady(Item item) => item.Member.Connection is { IsClosed: false, QueuedBytes: 0 };

    private void Send(LogEntry entry, List<Item> items)
    {
        if (entry.Kind is not (LogEntry.Message or LogEntry.PrivateMessage))
            return;
        var members = items.Where(item => item.Position < entry.Position && IsFor(entry, item.Member)).Select(item => item.Member).ToList();
        if (members.Count == 0)
            return;
        var kind = entry.Kind == LogEntry.Message ? RoomEntryKind.Message : RoomEntryKind.PrivateMessage;
        receiver.OnMissed(new RoomEntry(kind, null, DisplayText.Sanitize(entry.Handle), entry.Text) { Position = entry.Position }, members);
        if (kind == RoomEntryKind.PrivateMessage)
            applier.OnDelivered(entry.Position, members[0]);
    }

    // A member has its own messages already.
    private static bool IsFor(LogEntry entry, RoomMembership member) => entry.Kind == LogEntry.Message
        ? !BackplaneMembers.HasSameSession(entry.MemberId, member.Id)
        : BackplaneMembers.HasSameSession(entry.Recipient, member.Id);

    private sealed class Item(RoomMembership member, long position)
    {
        public RoomMembership Member { get; } = member;

        public long Position { get; set; } = position;

        public int? RemovedCount { get; set; }
    }
}
