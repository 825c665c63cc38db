using System;

namespace PSPairChat.Rooms;

/// <summary>
/// Members that continue here a session that another server has begun: discards what that server has sent of a line, and requests what they have missed. Used on
/// the event loop only.
/// </summary>
internal sealed class RoomContinuation(RoomSendScheduler scheduler, RoomProtocol protocol, IRoomBackplane backplane)
{
    /// <summary>Begins to send to a member.</summary>
    public void Begin(MemberConnection connection) => SendContinued(connection, connection.Session!.LogPosition);

    /// <summary>Begins to send a registered member what it has missed.</summary>
    /// <param name="connection">The connection of the member.</param>
    /// <param name="position">The position in the log at which the member is registered.</param>
    /// <returns>false if the member has not joined at another server.</returns>
    public bool TryContinue(MemberConnection connection, long position)
    {
        if (connection.Session is not { Origin: not null, LogPosition: > 0 and var received })
            return false;
        // After the log was emptied, its positions begin again.
        if (received > position)
            SendContinued(connection, 0);
        connection.IsCatchingUpWithLog = true;
        backplane.CatchUp(connection.Member!, Math.Min(received, position));
        return true;
    }

    private void SendContinued(MemberConnection connection, long position) =>
        scheduler.EnqueueBeyondLimit(connection, protocol.Encode(new RoomEvent(RoomEventKind.Continued) { Position = position }));
}
