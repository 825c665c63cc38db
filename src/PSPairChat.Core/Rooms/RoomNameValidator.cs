using PSPairChat.Messages;

namespace PSPairChat.Rooms;

/// <summary>What may be the name of a room: one word.</summary>
internal static class RoomNameValidator
{
    private const int MaxLength = 32;

    /// <exception cref="ChatException">HandleInvalid.</exception>
    public static void ThrowIfInvalid(string room)
    {
        if (HandleValidator.Validate(room, MaxLength) is not null)
        {
            throw new ChatException(ChatErrorReason.HandleInvalid,
                $"The room's name '{DisplayText.Sanitize(room)}' is not one word of 1 to {MaxLength} letters, digits, '-', '_' and '.'.");
        }
    }
}
