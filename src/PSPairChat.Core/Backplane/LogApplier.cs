using System;
using System.Collections.Generic;
using System.Globalization;
using PSPairChat.Connections;
using PSPairChat.Rooms;

namespace PSPairChat.Backplane;

/// <summary>
/// Applies the entries of the log at one server, each once: updates the members, and passes the entry to the room. Entries that this server appended are passed
/// as they were appended. Used on the event loop only.
/// </summary>
/// <param name="members">The members.</param>
/// <param name="outbox">The entries of this server that have not come back.</param>
/// <param name="receiver">The room.</param>
/// <param name="getServer">Returns the identifier of this server.</param>
internal sealed class LogApplier(BackplaneMembers members, Outbox outbox, IBackplaneReceiver receiver, Func<string> getServer)
{
    // Until then, every server has read an entry, or has lost its lease.
    private const int DeletionDelay = 2 * BackplaneWriter.LeaseTimeout;

    private readonly OriginFilter _filter = new();
    private readonly Queue<Delivered> _delivered = new();      // private messages that this server deletes from the log
    private readonly HashSet<string> _ownServers = [getServer()];
    private readonly Dictionary<string, long> _unknownSince = [];

    /// <summary>Loads the state of the room at the position from which the log is read.</summary>
    public void Load(RoomLogState state)
    {
        foreach (var pair in state.Members)
        {
            var index = pair.Value.IndexOf('\n');
            if (index > 0 && BackplaneMembers.Create(pair.Key, pair.Value.Substring(0, index), pair.Value.Substring(index + 1)) is { } member)
                members.Set(member);
        }
        foreach (var pair in state.Values)
        {
            if (pair.Key.StartsWith(RoomLogState.NumberPrefix, StringComparison.Ordinal)
                && long.TryParse(pair.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            {
                _filter.Set(pair.Key.Substring(RoomLogState.NumberPrefix.Length), number);
            }
        }
    }

    /// <summary>Adds another identifier of this server.</summary>
    public void AddServer(string server) => _ownServers.Add(server);

    /// <summary>Gets the position of the last entry that was applied.</summary>
    public long Position { get; private set; }

    /// <summary>Applies an entry.</summary>
    public void Apply(LogEntry entry)
    {
        Position = entry.Kind == LogEntry.Created ? entry.Position : Math.Max(Position, entry.Position);
        if (entry.Kind == LogEntry.ServerLeft)
        {
            if (!_ownServers.Contains(entry.Server))
                RemoveMembersOf(entry.Server, $"{DisplayText.Sanitize(entry.Handle)}: {DisplayText.Sanitize(entry.Text)}");
            return;
        }
        if (entry.Kind == LogEntry.Created || !_filter.TryAccept(entry.Server, entry.Number))
            return;
        var pending = entry.Server == getServer() ? outbox.Remove(entry.Number) : null;
        switch (entry.Kind)
        {
            case LogEntry.Joined:
                OnJoined(entry, pending?.Entry.Member);
                break;
            case LogEntry.Left when members.Find(entry.MemberId) is { } member:
                Remove(member, DisplayText.Sanitize(entry.Text));
                break;
            case LogEntry.Message:
                receiver.OnEntry((pending?.Entry ?? CreateEntry(RoomEntryKind.Message, entry)) with { Position = entry.Position });
                break;
            case LogEntry.PrivateMessage:
                OnPrivateMessage(entry, pending);
                break;
            case LogEntry.Reconnecting or LogEntry.Reconnected when members.Find(entry.MemberId) is { } reconnecting:
                reconnecting.IsReconnecting = entry.Kind == LogEntry.Reconnecting;
                receiver.OnEntry(CreateEntry(entry.Kind == LogEntry.Reconnecting ? RoomEntryKind.Reconnecting : RoomEntryKind.Reconnected, entry));
                break;
            case LogEntry.Removal:
                receiver.OnEntry(CreateEntry(RoomEntryKind.Removal, entry) with
                {
                    Text = DisplayText.Sanitize(entry.Text),
                    Recipient = members.Find(entry.MemberId),
                    Origin = pending?.Entry.Origin,
                });
                break;
        }
    }

    /// <summary>Handles that a nickname was not given to a member, or that a member has lost it.</summary>
    public void Reject(RoomMembership member, string? reason)
    {
        var isRemoved = members.Remove(member);
        receiver.OnClaimRejected(member, reason);
        if (isRemoved)
            receiver.OnEntry(RoomEntry.Left(member, "nickname lost"));
    }

    /// <summary>Removes the members of servers that have had no lease for a time. Usually, an entry of the log does so, unless the log was emptied.</summary>
    /// <param name="leases">The leases of all servers.</param>
    /// <param name="now">The time in milliseconds on a monotonic clock.</param>
    public void RemoveMembersOfUnknownServers(Dictionary<string, string> leases, long now)
    {
        foreach (var server in new List<string>(members.Servers))
        {
            if (leases.ContainsKey(server) || _ownServers.Contains(server))
                _unknownSince.Remove(server);
            else if (!_unknownSince.TryGetValue(server, out var since))
                _unknownSince.Add(server, now);
            else if (now - since >= BackplaneWriter.LeaseTimeout)
                RemoveMembersOf(server, "the server was lost");
        }
    }

    /// <summary>Deletes a private message from the log when all servers have read it, and the recipient is not reconnecting.</summary>
    /// <param name="position">The position of the message.</param>
    /// <param name="recipient">The recipient; null for a host.</param>
    public void OnDelivered(long position, RoomMembership? recipient) => _delivered.Enqueue(new Delivered(position, recipient, MonotonicClock.Milliseconds));

    /// <summary>Deletes the private messages from the log that all servers have read: a server that has not read its own takes it for lost.</summary>
    /// <param name="now">The time in milliseconds on a monotonic clock; the largest one to delete all.</param>
    public void DeleteDelivered(long now)
    {
        while (_delivered.Count > 0 && now - _delivered.Peek().Time >= DeletionDelay)
        {
            var delivered = _delivered.Dequeue();
            // It may not have reached the recipient, which may continue at another server.
            if (now != long.MaxValue && delivered.Recipient?.Connection is { IsReconnecting: true })
            {
                _delivered.Enqueue(delivered with { Time = now });
                continue;
            }
            var id = delivered.Position.ToString(CultureInfo.InvariantCulture) + "-0";
            outbox.Add(new PendingEntry(Outbox.Deletion, new RoomEntry(RoomEntryKind.PrivateMessage, null, "", id), MonotonicClock.Milliseconds));
        }
    }

    private void OnJoined(LogEntry entry, RoomMembership? claimed)
    {
        // A claim that this server has given up is released again.
        var member = claimed ?? BackplaneMembers.Create(entry.MemberId, entry.Handle, entry.Text);
        if (member is null)
            return;
        var previous = members.FindByNickname(member.Handle);
        var isSame = previous is not null && (previous == member || BackplaneMembers.HasSameSession(previous.Id, member.Id));
        if (previous != member && previous?.Connection is not null)
        {
            if (isSame)
                OnMoved(previous);
            else
                Reject(previous, null);
        }
        else if (previous is not null)
        {
            members.Remove(previous);
            if (!isSame)
                receiver.OnEntry(RoomEntry.Left(previous, "the server was lost"));
        }
        if (isSame)
        {
            member.MessageCount = previous!.MessageCount;
            // A server that has lost its lease claims the nicknames of its members again. A member that has moved has another connection.
            member.IsReconnecting = previous.IsReconnecting && previous.ConnectedAt == member.ConnectedAt;
        }
        members.Set(member);
        if (!isSame || previous != member && claimed is not null)
            receiver.OnEntry(new RoomEntry(isSame ? RoomEntryKind.Continued : RoomEntryKind.Joined, member, member.Handle, "") { Position = entry.Position });
        if (isSame && previous!.IsReconnecting && !member.IsReconnecting)
            receiver.OnEntry(new RoomEntry(RoomEntryKind.Reconnected, member, member.Handle, ""));
        if (claimed is null && entry.Server == getServer())
            outbox.Add(new PendingEntry(LogEntry.Left, RoomEntry.Left(member, "connection lost"), MonotonicClock.Milliseconds));
    }

    // What this server has not appended for the member, the member sends to the other server.
    private void OnMoved(RoomMembership member)
    {
        members.Remove(member);
        outbox.RemoveMessagesOf(member);
        receiver.OnMoved(member);
    }

    private void OnPrivateMessage(LogEntry entry, PendingEntry? pending)
    {
        var isForHost = entry.Recipient.StartsWith(LogEntry.HostPrefix, StringComparison.Ordinal);
        var recipient = isForHost ? null : members.Find(entry.Recipient);
        if (isForHost || recipient is not null)
        {
            receiver.OnEntry((pending?.Entry ?? CreateEntry(RoomEntryKind.PrivateMessage, entry)) with
            {
                Position = entry.Position,
                Recipient = recipient,
                To = isForHost ? entry.Recipient.Substring(LogEntry.HostPrefix.Length) : null,
            });
        }
        else if (pending is not null)
        {
            receiver.OnRecipientLeft(pending.Entry);
        }
        // The recipient's server deletes the message from the log; for a host, the sender's.
        if (recipient?.Connection is not null || recipient is null && pending is not null)
            OnDelivered(entry.Position, recipient);
    }

    private RoomEntry CreateEntry(RoomEntryKind kind, LogEntry entry)
    {
        var member = members.Find(entry.MemberId);
        return new RoomEntry(kind, kind == RoomEntryKind.Removal ? null : member, member?.Handle ?? DisplayText.Sanitize(entry.Handle), entry.Text);
    }

    private void RemoveMembersOf(string server, string reason)
    {
        foreach (var member in members.GetMembersOf(server))
            Remove(member, reason);
    }

    private void Remove(RoomMembership member, string reason)
    {
        if (members.Remove(member))
            receiver.OnEntry(RoomEntry.Left(member, reason));
    }

    /// <summary>A private message that was delivered.</summary>
    private readonly record struct Delivered(long Position, RoomMembership? Recipient, long Time);
}
