namespace PSPairChat.Rooms;

/// <summary>What a member wants of a room.</summary>
internal enum RoomRequestKind
{
    /// <summary>Nothing: an empty line.</summary>
    Nothing,

    /// <summary>To be called by a nickname.</summary>
    Nick,

    /// <summary>To say something to all.</summary>
    Say,

    /// <summary>To say something to one.</summary>
    Whisper,

    /// <summary>To know who is there.</summary>
    Who,

    /// <summary>To know what can be done.</summary>
    Help,

    /// <summary>To leave.</summary>
    Bye,
}
