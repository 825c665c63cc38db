namespace PSPairChat.Rooms;

/// <summary>
/// Members whose connection is lost and that may come back: informs the others of them, and informs those that are back of what they have missed. Used on the
/// event loop only.
/// </summary>
internal sealed class RoomReconnection(Room room, RoomEventLoop loop, RoomSendScheduler scheduler, RoomProtocol protocol, IRoomBackplane backplane)
{
    /// <summary>Handles that the transport of a connection was lost or replaced.</summary>
    public void OnTransportChanged(MemberConnection connection)
    {
        connection.OnTransportChanged();
        scheduler.MarkDirty(connection);
        Announce(connection);
    }

    /// <summary>Informs the others, if it is time, that a member is reconnecting or is back.</summary>
    public void Announce(MemberConnection connection)
    {
        if (connection.Member is { } member && connection.UpdateAnnouncement(loop.Now) is { } kind)
            backplane.TryAppend(new RoomEntry(kind, member, member.Handle, ""));
    }

    /// <summary>Informs a member of the messages that it has missed. It may have missed changes of the members, too.</summary>
    public void OnGapEnded(MemberConnection connection, int missed)
    {
        if (missed > 0)
            Send(connection, new RoomEvent(RoomEventKind.Notice, Text: missed == 1 ? "1 message was missed." : $"{missed} messages were missed."));
        Send(connection, room.CreateMemberList());
    }

    private void Send(MemberConnection connection, RoomEvent roomEvent) => scheduler.EnqueueBeyondLimit(connection, protocol.Encode(roomEvent));
}
