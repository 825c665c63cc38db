using System;
using System.Collections.Generic;
using System.Threading.Tasks;
using PSPairChat.Security;

namespace PSPairChat.Rooms;

/// <summary>
/// The log of a room and its nicknames, which the servers that carry the room share. Every server applies all entries in the order of the log, its own
/// included, when they come back from the log. Used on the event loop of the room only, except where noted.
/// </summary>
internal interface IRoomBackplane : IDisposable
{
    /// <summary>Gets the handles of the hosts of the other servers.</summary>
    IReadOnlyCollection<string> OtherHosts { get; }

    /// <summary>Gets whether so many entries wait that the speakers should be slowed.</summary>
    bool IsCongested { get; }

    /// <summary>Gets whether other servers can carry the room, too, so that members can continue at another one.</summary>
    bool IsShared { get; }

    /// <summary>Reads the state of the room, and starts to pass the entries that follow to the receiver. Called once, before the loop has work.</summary>
    /// <param name="receiver">Applies the entries.</param>
    /// <exception cref="ChatException">BackplaneFailed or HandleTaken.</exception>
    void Start(IBackplaneReceiver receiver);

    /// <summary>Claims the nickname of a member: an entry follows if no other member has it, or else a call that reports the rejection.</summary>
    void Claim(RoomMembership member);

    /// <summary>Releases the nickname of a member; the entry that the member has left follows.</summary>
    /// <param name="member">The member.</param>
    /// <param name="reason">The reason; empty if the member quit.</param>
    void Release(RoomMembership member, string reason);

    /// <summary>Releases the nicknames of all members of this server.</summary>
    void ReleaseAll(string reason);

    /// <summary>Appends a message, a removal, or that a member is reconnecting or is back.</summary>
    /// <returns>false if too many entries wait to be appended.</returns>
    bool TryAppend(in RoomEntry entry);

    /// <summary>Takes back an entry that was not sent to the log yet. Can be called on any thread.</summary>
    /// <param name="origin">The origin of the entry.</param>
    /// <returns>Whether the entry will never be in the log.</returns>
    bool TryWithdraw(object origin);

    /// <summary>Finds the session of a member at any server. Can be called on any thread.</summary>
    /// <param name="id">The text of the identifier.</param>
    /// <returns>The session; null if there is none.</returns>
    Task<SharedSession?> FindSessionAsync(string id);

    /// <summary>Passes the messages to a member that follow a position of the log again to the receiver, which asks for it once for each member.</summary>
    void CatchUp(RoomMembership member, long position);

    /// <summary>Gets the state of the connection; null if only this server carries the room. Can be called on any thread.</summary>
    ChatBackplane? GetStatus();
}
