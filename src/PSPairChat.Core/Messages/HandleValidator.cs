using System.Globalization;

namespace PSPairChat.Messages;

/// <summary>What may be a handle of ours: one word of letters, digits, '-', '_' or '.'; in a room letters only.</summary>
internal static class HandleValidator
{
    /// <summary>Checks a handle.</summary>
    /// <param name="handle">The handle.</param>
    /// <param name="maxLength">The most characters (Unicode scalar values) it may have.</param>
    /// <param name="lettersOnly">Whether it is a nickname in a room.</param>
    /// <exception cref="ChatException">HandleInvalid.</exception>
    public static void ThrowIfInvalid(string handle, int maxLength, bool lettersOnly = false)
    {
        if (Validate(handle, maxLength, lettersOnly) is { } refusal)
            throw new ChatException(ChatErrorReason.HandleInvalid, refusal);
    }

    /// <summary>Tells why a handle is refused; null where it is a good one.</summary>
    public static string? Validate(string handle, int maxLength, bool lettersOnly = false)
    {
        if (lettersOnly)
            return NicknameValidator.Validate(handle, maxLength);
        if (handle.Length == 0)
            return "A handle has at least one character.";
        for (var i = 0; i < handle.Length; i += char.IsSurrogatePair(handle, i) ? 2 : 1)
        {
            if (!IsAllowed(handle, i))
                return $"The handle '{DisplayText.Sanitize(handle)}' is not one word of letters, digits, '-', '_' and '.'.";
        }
        if (DisplayText.Sanitize(handle) != handle)
            return $"The handle '{DisplayText.Sanitize(handle)}' has letters that are not visible.";
        var length = MessageValidator.CountCharacters(handle);
        return length > maxLength
            ? $"The handle '{DisplayText.Sanitize(handle)}' has {length} characters; {maxLength} are allowed."
            : null;
    }

    private static bool IsAllowed(string handle, int index) => char.IsLetterOrDigit(handle, index) || handle[index] is '-' or '_' or '.'
        || CharUnicodeInfo.GetUnicodeCategory(handle, index) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark;
}
