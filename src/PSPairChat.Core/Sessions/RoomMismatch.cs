namespace PSPairChat.Sessions;

/// <summary>The error of a pair client that has connected to a room.</summary>
internal static class RoomMismatch
{
    /// <summary>Creates the error.</summary>
    /// <param name="session">The session of the client.</param>
    /// <param name="room">The name of the room, as received.</param>
    public static ChatException CreateException(ChatSession session, string room)
    {
        var name = DisplayText.Sanitize(room);
        return new ChatException(ChatErrorReason.RoomRequired,
            $"{session.HostName}:{session.Port} is the room '{name}'. To join it, specify -Room {name} (with pairchat, --room {name}).");
    }
}
