namespace PSPairChat.Conversation;

/// <summary>What may be a handle of ours: one word of letters, digits, '-', '_' or '.'; in a room letters only.</summary>
internal static class HandleRule
{
    /// <summary>Checks a handle.</summary>
    /// <param name="handle">The handle.</param>
    /// <param name="maxLength">The most characters (Unicode scalar values) it may have.</param>
    /// <param name="lettersOnly">Whether it is a nickname in a room.</param>
    /// <exception cref="ChatException">HandleInvalid.</exception>
    public static void Check(string handle, int maxLength, bool lettersOnly = false)
    {
        if (Explain(handle, maxLength, lettersOnly) is { } refusal)
            throw new ChatException(ChatErrorReason.HandleInvalid, refusal);
    }

    /// <summary>Tells why a handle is refused; null where it is a good one.</summary>
    public static string? Explain(string handle, int maxLength, bool lettersOnly = false)
    {
        if (handle.Length == 0)
            return "A handle has at least one character.";
        var alphabet = lettersOnly ? "letters" : "letters, digits, '-', '_' and '.'";
        for (var i = 0; i < handle.Length; i += char.IsSurrogatePair(handle, i) ? 2 : 1)
        {
            if (!IsAllowed(handle, i, lettersOnly))
                return $"The handle '{DisplayText.Safe(handle)}' is not one word of {alphabet}.";
        }
        var length = MessageRule.Length(handle);
        return length > maxLength
            ? $"The handle '{DisplayText.Safe(handle)}' has {length} characters; {maxLength} are allowed."
            : null;
    }

    private static bool IsAllowed(string handle, int index, bool lettersOnly) => char.IsLetter(handle, index)
        || !lettersOnly && (char.IsDigit(handle, index) || handle[index] is '-' or '_' or '.');
}
