using PSPairChat.Rooms;

namespace PSPairChat.Sessions;

/// <summary>
/// Follows the position in the log of a room up to which a member has received the messages, and recognizes messages that another server sends again because it
/// does not know yet that the member has received them. Pure.
/// </summary>
internal sealed class LogPositionFilter
{
    private long _duplicatesEnd;

    /// <summary>Gets the position; 0 if it is not known.</summary>
    public long Position { get; private set; }

    /// <summary>Gets whether an event was received before.</summary>
    public bool IsDuplicate(RoomEvent roomEvent) => roomEvent.Position > 0 && roomEvent.Position <= _duplicatesEnd;

    /// <summary>Updates the position.</summary>
    /// <returns>false if the event was received before.</returns>
    public bool TryAccept(RoomEvent roomEvent)
    {
        if (roomEvent.Kind == RoomEventKind.Continued)
        {
            _duplicatesEnd = roomEvent.Position > 0 ? Position : 0;
            return true;
        }
        if (IsDuplicate(roomEvent))
            return false;
        if (roomEvent.Position > 0)
        {
            _duplicatesEnd = 0;
            Position = roomEvent.Position;
        }
        return true;
    }
}
