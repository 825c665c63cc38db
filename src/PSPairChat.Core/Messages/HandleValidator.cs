using System.Globalization;

namespace PSPairChat.Messages;

/// <summary>Validates handles: one word of letters, digits, '-', '_' or '.'. A nickname in a room has only letters.</summary>
internal static class HandleValidator
{
    /// <summary>Throws an exception if a handle is not valid.</summary>
    /// <param name="handle">The handle.</param>
    /// <param name="maxLength">The maximum number of characters (Unicode scalar values).</param>
    /// <param name="lettersOnly">Whether the handle is a nickname in a room.</param>
    /// <exception cref="ChatException">HandleInvalid.</exception>
    public static void ThrowIfInvalid(string handle, int maxLength, bool lettersOnly = false)
    {
        if (Validate(handle, maxLength, lettersOnly) is { } error)
            throw new ChatException(ChatErrorReason.HandleInvalid, error);
    }

    /// <summary>Gets why a handle is not valid; null if it is.</summary>
    public static string? Validate(string handle, int maxLength, bool lettersOnly = false)
    {
        if (lettersOnly)
            return NicknameValidator.Validate(handle, maxLength);
        return IsValid(handle, maxLength)
            ? null
            : $"Invalid handle '{DisplayText.Sanitize(handle)}'. A handle is one word of 1 through {maxLength} letters, digits, '-', '_' or '.'.";
    }

    private static bool IsValid(string handle, int maxLength)
    {
        for (var i = 0; i < handle.Length; i += char.IsSurrogatePair(handle, i) ? 2 : 1)
        {
            if (!IsAllowed(handle, i))
                return false;
        }
        return handle.Length > 0 && MessageValidator.CountCharacters(handle) <= maxLength && DisplayText.Sanitize(handle) == handle;
    }

    private static bool IsAllowed(string handle, int index) => char.IsLetterOrDigit(handle, index) || handle[index] is '-' or '_' or '.'
        || CharUnicodeInfo.GetUnicodeCategory(handle, index) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark;
}
