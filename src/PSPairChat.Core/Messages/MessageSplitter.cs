using System.Collections.Generic;

namespace PSPairChat.Messages;

/// <summary>Splits a text into messages.</summary>
internal static class MessageSplitter
{
    /// <summary>
    /// Splits a text at line breaks, and lines that are too long between words. The white space between two parts is removed. A word that is too long is split.
    /// </summary>
    /// <param name="text">The text.</param>
    /// <param name="maxLength">The maximum number of characters (Unicode scalar values) of a part.</param>
    /// <returns>The parts, none of which is empty.</returns>
    public static IReadOnlyList<string> Split(string text, int maxLength)
    {
        var parts = new List<string>();
        foreach (var line in text.Split('\n', '\r', '\v', '\f', '\u0085', '\u2028', '\u2029'))
        {
            var rest = line;
            for (int limit; (limit = GetIndex(rest, maxLength)) < rest.Length;)
            {
                var end = FindWordEnd(rest, limit);
                AddPart(parts, rest.Substring(0, end).TrimEnd());
                rest = end < limit || char.IsWhiteSpace(rest[end]) ? rest.Substring(end).TrimStart() : rest.Substring(end);
            }
            AddPart(parts, rest);
        }
        return parts;
    }

    private static void AddPart(List<string> parts, string part)
    {
        if (part.Length > 0)
            parts.Add(part);
    }

    // The index after a number of characters, or at the end of the text.
    private static int GetIndex(string text, int count)
    {
        var index = 0;
        for (; count > 0 && index < text.Length; count--)
            index += char.IsSurrogatePair(text, index) ? 2 : 1;
        return index;
    }

    // The index of the last white space that follows a word, up to the limit; the limit if there is none.
    private static int FindWordEnd(string text, int limit)
    {
        for (var i = limit; i > 0; i--)
        {
            if (char.IsWhiteSpace(text[i]) && !char.IsWhiteSpace(text[i - 1]))
                return i;
        }
        return limit;
    }
}
