using System.Collections.Generic;
using PSPairChat.Messages;

namespace PSPairChat.Rooms;

/// <summary>Makes connections members: claims their nicknames, and welcomes or rejects them. Used on the event loop only.</summary>
internal sealed class RoomRegistration(
    Room room, RoomSession session, RoomOptions options, RoomProtocol protocol, RoomConnections connections, RoomReceiver receiver, RoomSendScheduler scheduler,
    IRoomBackplane backplane)
{
    /// <summary>Welcomes a connection that was admitted, or rejects it because the room is full.</summary>
    public void OnAdmitted(MemberConnection connection)
    {
        if (backplane.IsShared && protocol.HasPositions)
            connection.EnableContinuation();
        if (connection.Session?.Origin is { } origin)
        {
            room.Continuation.Begin(connection);
            Register(connection, origin.Handle);
        }
        else if (room.IsFull)
        {
            RejectFull(connection);
            return;
        }
        else
        {
            room.Send(connection, new RoomEvent(RoomEventKind.Welcome, session.Room,
                $"{TextProtocol.WelcomePrefix}1 to {session.Options.MaxHandleLength} letters, or NICK and the nickname."));
        }
        connection.WaitReadable();
    }

    /// <summary>Claims a nickname for a connection, which becomes a member or whose nickname is rejected.</summary>
    public void Register(MemberConnection connection, string handle)
    {
        if (HandleValidator.Validate(handle, session.Options.MaxHandleLength, lettersOnly: true) is { } reason)
        {
            Reject(connection, reason);
            return;
        }
        connection.IsRegistering = true;
        backplane.Claim(new RoomMembership(handle, room.ServerName, connection.RemoteEndPoint?.ToString(), connection.ConnectedAt)
        {
            Connection = connection,
            Token = connection.Input is null ? null : connection.Session!.Token,
        });
    }

    /// <summary>Welcomes a member whose nickname was accepted, or sends it what it has missed since it was at another server.</summary>
    /// <param name="connection">The connection of the member.</param>
    /// <param name="position">The position in the log at which the member has joined.</param>
    /// <param name="history">The frames of the history.</param>
    public void OnRegistered(MemberConnection connection, long position, IReadOnlyCollection<byte[]> history)
    {
        connections.OnRegistered(connection);
        if (!room.Continuation.TryContinue(connection, position))
        {
            room.Send(connection, new RoomEvent(RoomEventKind.NickAccepted, connection.Handle!, RoomCommandHandler.Help), position);
            room.Send(connection, room.CreateMemberList());
            foreach (var frame in history)
                scheduler.EnqueueBeyondLimit(connection, frame);
        }
        receiver.OnRegistrationEnded(connection);
    }

    /// <summary>Informs a connection that it cannot have the nickname. The reason is null if the room is full.</summary>
    public void Reject(MemberConnection connection, string? reason)
    {
        if (connection.IsClosed || connection.IsLeaving)
            return;
        if (reason is null)
            RejectFull(connection);
        else if (connection.Session?.Origin is not null)
            room.SendAndClose(connection, reason);
        else
            room.Send(connection, new RoomEvent(RoomEventKind.NickRejected, Text: reason));
        receiver.OnRegistrationEnded(connection);
    }

    /// <summary>Disconnects a member whose nickname was given to another while this server was not connected to the backplane.</summary>
    public void OnNicknameLost(MemberConnection connection)
    {
        connection.Member!.Connection = null;
        connection.Member = null;
        room.SendAndClose(connection, "The nickname was given to another member while this server had no connection to the others.");
    }

    private void RejectFull(MemberConnection connection)
    {
        room.SendAndClose(connection, new RoomEvent(RoomEventKind.RoomFull, Text: $"The room {session.Room} is full ({options.MaxMembers} of {options.MaxMembers} members)."));
        session.AddNotice(ChatNoticeKind.Lifecycle, $"Rejected {connection.RemoteEndPoint}: the room is full.");
    }
}
