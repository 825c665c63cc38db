namespace PSPairChat.Rooms;

/// <summary>What a member wants of a room.</summary>
internal enum ClientCommandKind
{
    /// <summary>Nothing: an empty line.</summary>
    None,

    /// <summary>To be called by a nickname.</summary>
    Nick,

    /// <summary>To say something to all.</summary>
    Message,

    /// <summary>To say something to one.</summary>
    PrivateMessage,

    /// <summary>To know who is there.</summary>
    ListMembers,

    /// <summary>To know what can be done.</summary>
    Help,

    /// <summary>To leave.</summary>
    Quit,
}
