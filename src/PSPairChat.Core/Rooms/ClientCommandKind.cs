namespace PSPairChat.Rooms;

/// <summary>The kinds of commands that a member sends to a room.</summary>
internal enum ClientCommandKind
{
    /// <summary>An empty line.</summary>
    None,

    /// <summary>Requests a nickname.</summary>
    Nick,

    /// <summary>Sends a message to all members.</summary>
    Message,

    /// <summary>Sends a message to one member.</summary>
    PrivateMessage,

    /// <summary>Requests the list of members.</summary>
    ListMembers,

    /// <summary>Requests the list of commands.</summary>
    Help,

    /// <summary>Leaves the room.</summary>
    Quit,
}
