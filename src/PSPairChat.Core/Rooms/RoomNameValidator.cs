using PSPairChat.Messages;

namespace PSPairChat.Rooms;

/// <summary>Validates the name of a room.</summary>
internal static class RoomNameValidator
{
    private const int MaxLength = 32;

    /// <summary>Throws an exception if a name is not one word of 1 to 32 letters, digits, '-', '_' or '.'.</summary>
    /// <exception cref="ChatException">InvalidRoomName.</exception>
    public static void ThrowIfInvalid(string room)
    {
        if (HandleValidator.Validate(room, MaxLength) is not null)
        {
            throw new ChatException(ChatErrorReason.InvalidRoomName,
                $"Invalid room name '{DisplayText.Sanitize(room)}'. Specify one word of 1 to {MaxLength} letters, digits, '-', '_' or '.'.");
        }
    }
}
