using System.Collections.Generic;
using System.Net;
using PSPairChat.Security;

namespace PSPairChat.Rooms;

/// <summary>
/// The connections of a room, with and without a nickname: admits new ones within the limits, and disconnects those that time out. Used on the event loop only.
/// </summary>
/// <param name="room">The room.</param>
/// <param name="loop">The event loop of the room.</param>
/// <param name="options">The limits of the room.</param>
internal sealed class RoomConnections(Room room, RoomEventLoop loop, RoomOptions options)
{
    /// <summary>The time in milliseconds within which a connection must register a nickname.</summary>
    public const int RegistrationTimeout = 10_000;

    /// <summary>The time in milliseconds after which a member that receives nothing is disconnected.</summary>
    public const int SendTimeout = 5_000;

    private readonly HashSet<MemberConnection> _connections = [];
    private readonly PendingLimits<MemberConnection> _unregistered = new(options.MaxUnregisteredConnections, options.MaxUnregisteredConnectionsPerAddress);
    private MemberConnection? _waiting;

    /// <summary>Gets the admitted connections.</summary>
    public IReadOnlyCollection<MemberConnection> Admitted => _connections;

    /// <summary>Gets whether a connection waits until the limits admit it.</summary>
    public bool IsWaiting => _waiting is not null;

    /// <summary>Gets whether no more connections are admitted.</summary>
    public bool IsClosed { get; private set; }

    /// <summary>Admits a new connection, or keeps it waiting until <see cref="TryAdmitWaiting"/> admits it.</summary>
    /// <returns>Whether the connection does not have to wait.</returns>
    public bool TryAdmit(MemberConnection member)
    {
        _waiting = null;
        if (IsClosed)
        {
            member.Dispose();
            return true;
        }
        if (!room.IsFull || member.Session?.Origin is not null)
        {
            var address = ((IPEndPoint)member.RemoteEndPoint!).Address;
            if (!_unregistered.TryMakeRoom(address, loop.Now, out var evicted))
            {
                _waiting = member;
                return false;
            }
            if (evicted is not null)
                Evict(evicted);
            _unregistered.Add(member, address, loop.Now);
        }
        member.ConnectedTimestamp = loop.Now;
        _connections.Add(member);
        room.Registration.OnAdmitted(member);
        return true;
    }

    /// <summary>Admits the waiting connection if the limits allow it now.</summary>
    /// <returns>Whether a connection was waiting and no longer is.</returns>
    public bool TryAdmitWaiting() => _waiting is { } member && TryAdmit(member);

    /// <summary>Admits no more connections, and disposes of the waiting one.</summary>
    /// <returns>Whether a connection was waiting.</returns>
    public bool Close()
    {
        IsClosed = true;
        return TryAdmitWaiting();
    }

    /// <summary>Records that a connection without a nickname has sent something.</summary>
    public void OnReceived(MemberConnection member) => _unregistered.OnHeard(member, loop.Now);

    /// <summary>Records that a connection has a nickname.</summary>
    public void OnRegistered(MemberConnection member) => _unregistered.Remove(member);

    /// <summary>Removes a connection that is closed once none of its operations is pending.</summary>
    public void Remove(MemberConnection member)
    {
        if (!member.IsCompleted)
            return;
        _connections.Remove(member);
        _unregistered.Remove(member);
    }

    /// <summary>
    /// Disconnects members that have received nothing for too long or have not come back in time, and connections that have not registered a nickname in time.
    /// </summary>
    public void CheckTimeouts()
    {
        foreach (var member in _connections)
        {
            room.Reconnection.Announce(member);
            if (member.FindLoss(loop.Now, SendTimeout) is { } reason)
                loop.Defer(m => room.Disconnect(m, reason), member);
            else if (member.Handle is null && !member.IsLeaving && !member.IsRegistering && loop.Now - member.ConnectedTimestamp > RegistrationTimeout)
                room.SendAndClose(member, $"Registration timed out: no nickname within {RegistrationTimeout / 1000} seconds.");
        }
    }

    // Disconnects a connection without a nickname in favor of another.
    private void Evict(MemberConnection member)
    {
        if (member.QueuedBytes > 0)
            room.Disconnect(member, "");
        else
            room.SendAndClose(member, "Too many connections have no nickname.");
    }
}
