using PSPairChat.Conversation;

namespace PSPairChat.Rooms;

/// <summary>What may be the name of a room: one word.</summary>
internal static class RoomName
{
    private const int MaxLength = 32;

    /// <exception cref="ChatException">HandleInvalid.</exception>
    public static void Check(string room)
    {
        if (HandleRule.Explain(room, MaxLength) is not null)
        {
            throw new ChatException(ChatErrorReason.HandleInvalid,
                $"The room's name '{DisplayText.Safe(room)}' is not one word of 1 to {MaxLength} letters, digits, '-', '_' and '.'.");
        }
    }
}
