using System.Collections.Generic;
using System.Threading.Tasks;
using PSPairChat.Messages;

namespace PSPairChat.Rooms;

/// <summary>Applies the entries of the log: sends them to the members of this server, and passes messages to the host. Used on the event loop only.</summary>
internal sealed class RoomEntryHandler(
    Room room, RoomSession session, RoomProtocol protocol, RoomSendScheduler scheduler, IRoomBackplane backplane, int historyCount) : IBackplaneReceiver
{
    private readonly RoomHistory _history = new(historyCount);

    public bool IsBacklogged => scheduler.IsBacklogged;

    public void OnEntry(in RoomEntry entry)
    {
        switch (entry.Kind)
        {
            case RoomEntryKind.Joined or RoomEntryKind.Continued:
                OnJoined(entry.Member!, entry.Position, isAnnounced: entry.Kind == RoomEntryKind.Joined);
                break;
            case RoomEntryKind.Left:
                OnLeft(entry.Member!, entry.Text);
                break;
            case RoomEntryKind.Message:
                OnMessage(entry);
                break;
            case RoomEntryKind.PrivateMessage:
                OnPrivateMessage(entry);
                break;
            case RoomEntryKind.Removal when entry.Recipient?.Connection is { } connection:
                room.Send(connection, new RoomEvent(RoomEventKind.Closing, Text: $"{Sessions.RoomConversation.RemovedPrefix}{entry.Text}."));
                room.OnQuit(connection, "removed by " + entry.Text);
                break;
            case RoomEntryKind.Reconnecting:
                OnReconnecting(entry, "is reconnecting.");
                break;
            case RoomEntryKind.Reconnected:
                OnReconnecting(entry, "is back.");
                break;
        }
        (entry.Origin as TaskCompletionSource<bool>)?.TrySetResult(true);
        OnLogged(entry);
    }

    public void OnMoved(RoomMembership member)
    {
        var connection = member.Connection!;
        member.Connection = null;
        connection.Member = null;
        room.Disconnect(connection, "");
    }

    public void OnMissed(in RoomEntry entry, IReadOnlyCollection<RoomMembership> members)
    {
        var kind = entry.Kind == RoomEntryKind.Message ? RoomEventKind.Message : RoomEventKind.PrivateMessage;
        var frame = protocol.Encode(new RoomEvent(kind, entry.Handle, DisplayText.Sanitize(entry.Text)) { Position = entry.Position });
        foreach (var member in members)
            scheduler.EnqueueBeyondLimit(member.Connection!, frame);
    }

    public void OnCaughtUp(RoomMembership member, int removedCount)
    {
        member.Connection!.IsCatchingUpWithLog = false;
        room.Reconnection.OnGapEnded(member.Connection, removedCount);
    }

    public void OnHistory(string handle, string text) => _history.Add(protocol.Encode(new RoomEvent(RoomEventKind.HistoryMessage, handle, DisplayText.Sanitize(text))));

    public void OnClaimRejected(RoomMembership member, string? reason)
    {
        if (member.Connection is not { } connection)
            return;
        if (connection.Member == member)
            room.Registration.OnNicknameLost(connection);
        else
            room.Registration.Reject(connection, reason);
    }

    public void OnRecipientLeft(in RoomEntry entry)
    {
        var error = session.FormatMemberNotFound(entry.To ?? "");
        if (entry.Origin is MemberConnection connection)
            room.Send(connection, new RoomEvent(RoomEventKind.Notice, Text: error));
        else
            (entry.Origin as TaskCompletionSource<bool>)?.TrySetException(new ChatException(ChatErrorReason.MemberNotFound, error));
        OnLogged(entry);
    }

    public void OnStatusChanged(string text, string detail)
    {
        session.AddNotice(ChatNoticeKind.Warning, $"{text} {detail}");
        room.Broadcast(new RoomEvent(RoomEventKind.Notice, Text: text), except: null);
    }

    private static void OnLogged(in RoomEntry entry)
    {
        if (entry.InputPosition > 0 && entry.Origin is MemberConnection connection)
            connection.Input!.OnLogged(entry.InputPosition);
    }

    private void OnJoined(RoomMembership member, long position, bool isAnnounced)
    {
        var connection = member.Connection;
        // The connection may have been lost while the nickname was claimed.
        member.Connection = connection is { IsClosed: false, IsLeaving: false } ? connection : null;
        if (member.Connection is not null)
            member.Connection.Member = member;
        if (isAnnounced)
            AnnounceJoined(member, connection);
        if (member.Connection is not null)
            room.Registration.OnRegistered(member.Connection, position, _history.Frames);
        else if (connection is not null)
            backplane.Release(member, "connection lost");
    }

    private void AnnounceJoined(RoomMembership member, MemberConnection? connection)
    {
        room.Broadcast(new RoomEvent(RoomEventKind.Joined, member.Handle), except: connection);
        session.AddNotice(ChatNoticeKind.Presence, member.Server == room.ServerName
            ? $"{member.Handle} has joined from {member.RemoteEndPoint}."
            : $"{member.Handle} has joined from {member.RemoteEndPoint} at {member.Server}.");
    }

    private void OnLeft(RoomMembership member, string reason)
    {
        session.AddNotice(ChatNoticeKind.Presence, reason.Length > 0 ? $"{member.Handle} has left: {reason}" : $"{member.Handle} has left.");
        room.Broadcast(new RoomEvent(RoomEventKind.Left, member.Handle, reason), except: null);
    }

    private void OnReconnecting(in RoomEntry entry, string state)
    {
        var text = $"{entry.Handle} {state}";
        session.AddNotice(ChatNoticeKind.Presence, text);
        room.Broadcast(new RoomEvent(RoomEventKind.Notice, Text: text), except: entry.Member?.Connection);
    }

    private void OnMessage(in RoomEntry entry)
    {
        CountMessage(entry.Member);
        var text = entry.DisplayText ?? DisplayText.Sanitize(entry.Text);
        room.Broadcast(new RoomEvent(RoomEventKind.Message, entry.Handle, text), except: protocol.EchoesToSender ? null : entry.Origin as MemberConnection, entry.Position);
        if (_history.IsEnabled)
            _history.Add(protocol.Encode(new RoomEvent(RoomEventKind.HistoryMessage, entry.Handle, text)));
        // The host has its own messages already.
        if (entry.Origin is not TaskCompletionSource<bool>)
            session.OnMessage(entry.Handle, entry.Text, to: null);
    }

    private void OnPrivateMessage(in RoomEntry entry)
    {
        CountMessage(entry.Member);
        if (entry.Recipient?.Connection is { IsCatchingUpWithLog: false } connection)
            room.Send(connection, new RoomEvent(RoomEventKind.PrivateMessage, entry.Handle, entry.DisplayText ?? DisplayText.Sanitize(entry.Text)), entry.Position);
        else if (entry.Recipient is null && NicknameComparer.Instance.Equals(entry.To, session.Handle))
            session.OnMessage(entry.Handle, entry.Text, to: session.Handle);
    }

    private static void CountMessage(RoomMembership? member)
    {
        if (member is not null)
            member.MessageCount++;
    }
}
