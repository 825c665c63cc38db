using System.Collections.Generic;

namespace PSPairChat.Rooms;

/// <summary>Applies what comes back from the log of a room. The backplane calls it on the event loop, after it has updated the registry of the members.</summary>
internal interface IBackplaneReceiver
{
    /// <summary>Applies an entry.</summary>
    void OnEntry(in RoomEntry entry);

    /// <summary>Adds a message that was sent before this server carried the room.</summary>
    void OnHistory(string handle, string text);

    /// <summary>Handles that a nickname was not given to a member.</summary>
    /// <param name="member">The member, which is disconnected if it had the nickname before.</param>
    /// <param name="reason">The reason; null if the room is full.</param>
    void OnClaimRejected(RoomMembership member, string? reason);

    /// <summary>Informs the sender of a private message that the recipient has left before the message reached it.</summary>
    void OnRecipientLeft(in RoomEntry entry);

    /// <summary>Handles that a member of this server has continued at another server.</summary>
    void OnMoved(RoomMembership member);

    /// <summary>Sends messages to a member that it has missed at another server.</summary>
    /// <param name="member">The member.</param>
    /// <param name="entries">The messages.</param>
    /// <param name="removedCount">The number of entries that the log does not contain any more, if these messages are the last; otherwise, null.</param>
    void OnMissed(RoomMembership member, IReadOnlyCollection<RoomEntry> entries, int? removedCount);

    /// <summary>Informs the host and the members of this server about the state of the backplane.</summary>
    /// <param name="text">A sentence for everybody.</param>
    /// <param name="detail">A sentence for the host.</param>
    void OnStatusChanged(string text, string detail);

    /// <summary>Gets whether a member of this server cannot keep up, so that entries should be passed more slowly.</summary>
    bool IsBacklogged { get; }
}
