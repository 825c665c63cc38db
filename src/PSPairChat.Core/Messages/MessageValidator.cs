namespace PSPairChat.Messages;

/// <summary>What may be a message of ours: one line of 1 to 500 characters.</summary>
internal static class MessageValidator
{
    /// <summary>Checks a message.</summary>
    /// <param name="text">The message.</param>
    /// <param name="maxLength">The most characters (Unicode scalar values) it may have.</param>
    /// <exception cref="ChatException">MessageEmpty, MessageTooLong or MessageInvalid.</exception>
    public static void ThrowIfInvalid(string text, int maxLength)
    {
        if (text.Length == 0)
            throw new ChatException(ChatErrorReason.MessageEmpty, "A message has at least one character.");
        // Cheap first: a string has no more scalar values than it has chars.
        if (text.Length > maxLength && CountCharacters(text) is var length && length > maxLength)
            throw new ChatException(ChatErrorReason.MessageTooLong, $"The message has {length} characters; {maxLength} are allowed.");
        for (var i = 0; i < text.Length; i++)
        {
            // Nearly everything that is said, and let through with one comparison.
            if (text[i] is >= ' ' and < '\u0085')
                continue;
            if (text[i] == '\0')
                throw CreateInvalidException("has a NUL in it", i);
            if (text[i] is >= '\n' and <= '\r' or '\u0085' or '\u2028' or '\u2029')
                throw CreateInvalidException("has a line break in it", i);
            if (!char.IsSurrogate(text[i]))
                continue;
            if (!char.IsSurrogatePair(text, i))
                throw CreateInvalidException("has half a surrogate pair in it, which no encoding can carry,", i);
            i++;
        }
    }

    /// <summary>Counts the Unicode scalar values; half a surrogate pair counts as one.</summary>
    public static int CountCharacters(string text)
    {
        var length = text.Length;
        for (var i = 1; i < text.Length; i++)
        {
            if (char.IsLowSurrogate(text[i]) && char.IsHighSurrogate(text[i - 1]))
                length--;
        }
        return length;
    }

    private static ChatException CreateInvalidException(string why, int at) =>
        new(ChatErrorReason.MessageInvalid, $"The message {why} at character {at + 1}; a message is one line of text.");
}
