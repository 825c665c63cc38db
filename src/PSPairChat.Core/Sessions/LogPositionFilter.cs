using PSPairChat.Rooms;

namespace PSPairChat.Sessions;

/// <summary>
/// Recognizes messages that another server sends again, because it does not know yet that the member has received them, by their positions in the log of the room.
/// Pure; a structure, so that a copy can look ahead.
/// </summary>
internal struct LogPositionFilter
{
    private long _last;
    private long _duplicatesEnd;

    /// <summary>Handles an event.</summary>
    /// <returns>false if it is a message that was received before, or only informs the filter.</returns>
    public bool TryAccept(RoomEvent roomEvent)
    {
        if (roomEvent.Kind == RoomEventKind.Continued)
        {
            _duplicatesEnd = roomEvent.Position > 0 ? _last : 0;
            return false;
        }
        if (roomEvent.Position == 0)
            return true;
        if (roomEvent.Position <= _duplicatesEnd)
            return false;
        _last = roomEvent.Position;
        _duplicatesEnd = 0;
        return true;
    }
}
