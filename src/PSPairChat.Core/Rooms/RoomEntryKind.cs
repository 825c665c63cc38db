namespace PSPairChat.Rooms;

/// <summary>The kinds of entries in the log of a room.</summary>
internal enum RoomEntryKind
{
    /// <summary>A member has joined.</summary>
    Joined,

    /// <summary>A member of another server continues at this one.</summary>
    Continued,

    /// <summary>A member has left; the text is the reason, or empty if the member quit.</summary>
    Left,

    /// <summary>A message to all members.</summary>
    Message,

    /// <summary>A message to one member, or to the host of a server.</summary>
    PrivateMessage,

    /// <summary>A host removes a member; the text names the host and the reason.</summary>
    Removal,

    /// <summary>The connection of a member is lost, and the member may come back.</summary>
    Reconnecting,

    /// <summary>A member is back, of which <see cref="Reconnecting"/> was appended.</summary>
    Reconnected,
}
