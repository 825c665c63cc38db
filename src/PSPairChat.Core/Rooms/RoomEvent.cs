namespace PSPairChat.Rooms;

/// <summary>An event that a room sends to a member.</summary>
/// <param name="Kind">The kind of event.</param>
/// <param name="Handle">The nickname of the member, or the name of the room, that the event is about; otherwise empty.</param>
/// <param name="Text">The text; empty if the event has none.</param>
internal readonly record struct RoomEvent(RoomEventKind Kind, string Handle = "", string Text = "")
{
    /// <summary>Gets the position in the log of the room up to which the member has received the messages with this event; 0 if the event does not change it.</summary>
    public long Position { get; init; }

    /// <summary>Gets whether the event is a message that is sent now.</summary>
    public bool IsMessage => Kind is RoomEventKind.Message or RoomEventKind.PrivateMessage;
}
