namespace PSPairChat.Rooms;

/// <summary>An entry in the log of a room. All servers that carry the room apply the same entries in the same order.</summary>
/// <param name="Kind">The kind of entry.</param>
/// <param name="Member">The member that sent the message, joined or left; null for a host.</param>
/// <param name="Handle">The nickname of the member or host.</param>
/// <param name="Text">The text as it was sent.</param>
internal readonly record struct RoomEntry(RoomEntryKind Kind, RoomMembership? Member, string Handle, string Text)
{
    /// <summary>Gets the member that receives a private message or is removed; null for a message to a host.</summary>
    public RoomMembership? Recipient { get; init; }

    /// <summary>Gets the handle of the recipient of a private message.</summary>
    public string? To { get; init; }

    /// <summary>Gets the text for display; null if it was not computed yet.</summary>
    public string? DisplayText { get; init; }

    /// <summary>Gets the position of the entry in the log; 0 before it is in the log, and if only one server carries the room.</summary>
    public long Position { get; init; }

    /// <summary>Gets the number of bytes of the member up to the end of the message; 0 if it cannot continue at another server.</summary>
    public long InputPosition { get; init; }

    /// <summary>Gets what waits for the entry at the server that appended it: a connection, or the call of a host; null at other servers.</summary>
    public object? Origin { get; init; }

    public static RoomEntry Joined(RoomMembership member) => new(RoomEntryKind.Joined, member, member.Handle, "") { InputPosition = member.Connection?.Input?.Position ?? 0 };

    public static RoomEntry Left(RoomMembership member, string reason) => new(RoomEntryKind.Left, member, member.Handle, reason);
}
