namespace PSPairChat.Messages;

/// <summary>Validates messages: one line of at least one character and at most the limit.</summary>
internal static class MessageValidator
{
    /// <summary>The maximum number of characters of a line of JSON. It contains only ASCII, so that a peer can receive it: its limit is 64 KiB.</summary>
    public const int MaxJsonLength = 60_000;

    /// <summary>Throws an exception if a message is not valid.</summary>
    /// <param name="text">The message.</param>
    /// <param name="maxLength">The maximum number of characters (Unicode scalar values).</param>
    /// <param name="allowEmpty">Whether the message can be empty.</param>
    /// <exception cref="ChatException">MessageEmpty, MessageTooLong or MessageInvalid.</exception>
    public static void ThrowIfInvalid(string text, int maxLength, bool allowEmpty = false)
    {
        if (text.Length == 0 && !allowEmpty)
            throw new ChatException(ChatErrorReason.MessageEmpty, "The message is empty.");
        // A string never has more scalar values than chars, so that short messages need not be counted.
        if (text.Length > maxLength && CountCharacters(text) is var length && length > maxLength)
            throw new ChatException(ChatErrorReason.MessageTooLong, $"The message has {length} characters. The limit is {maxLength}.");
        for (var i = 0; i < text.Length; i++)
        {
            // One comparison accepts nearly every character.
            if (text[i] is >= ' ' and < '\u0085')
                continue;
            if (text[i] == '\0')
                throw CreateInvalidException("a NUL", i);
            if (text[i] is >= '\n' and <= '\r' or '\u0085' or '\u2028' or '\u2029')
                throw CreateInvalidException("a line break", i);
            if (!char.IsSurrogate(text[i]))
                continue;
            if (!char.IsSurrogatePair(text, i))
                throw CreateInvalidException("an unpaired surrogate", i);
            i++;
        }
    }

    /// <summary>Counts the Unicode scalar values of a text. An unpaired surrogate counts as one.</summary>
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

    private static ChatException CreateInvalidException(string content, int index) =>
        new(ChatErrorReason.MessageInvalid, $"The message contains {content} at character {index + 1}. A message is one line of text.");
}
