using System;
using PSPairChat.Messages;

namespace PSPairChat.Dialects;

/// <summary>The handle and separator before a text, such as <c>Chris> </c>.</summary>
/// <param name="handle">The handle.</param>
/// <param name="separator">The separator between the handle and the text.</param>
internal readonly struct HandlePrefix(string handle, string separator)
{
    /// <summary>The default separator.</summary>
    public const string Separator = "> ";

    /// <summary>The separator of some other programs, and of ordinary text such as 'Note: buy milk'.</summary>
    public const string Colon = ": ";

    private const int MaxHandleLength = 64;
    private const int MaxWordLength = 10;

    public string Handle { get; } = handle;

    public string MatchedSeparator { get; } = separator;

    /// <summary>Gets the number of characters of the prefix.</summary>
    public int Length => Handle.Length + MatchedSeparator.Length;

    /// <summary>
    /// Finds the prefix of a line with an unknown separator: a word and <c>> </c>, <c>></c> or <c>-> </c>, or a valid handle and <c>: </c>. Returns null if
    /// there is none.
    /// </summary>
    public static HandlePrefix? Find(string line)
    {
        for (var i = 0; i < line.Length && i <= MaxHandleLength; i++)
        {
            if (line[i] == '>')
                return ParseAt(line, i);
            if (line[i] == ':' && i + 1 < line.Length && line[i + 1] == ' ' && IsHandle(line.Substring(0, i)))
                return new HandlePrefix(line.Substring(0, i), Colon);
            if (char.IsWhiteSpace(line[i]))
                return null;
        }
        return null;
    }

    /// <summary>Finds the prefix of a line with a known separator; null if there is none. Handles of several words are found, too.</summary>
    public static HandlePrefix? Find(string line, string separator)
    {
        if (separator is "> " or ">" or Colon)
            return Find(line);
        var at = line.IndexOf(separator, 0, Math.Min(line.Length, MaxHandleLength + separator.Length), StringComparison.Ordinal);
        return at > 0 ? new HandlePrefix(line.Substring(0, at), separator) : Find(line);
    }

    /// <summary>Finds the prefix of a line with a known handle; null if the line does not begin with the handle and a separator.</summary>
    public static HandlePrefix? FindAfter(string handle, string line)
    {
        if (!line.StartsWith(handle, StringComparison.Ordinal))
            return null;
        foreach (var separator in (string[])["> ", ">", "-> ", "->", Colon])
        {
            if (string.CompareOrdinal(line, handle.Length, separator, 0, separator.Length) == 0)
                return new HandlePrefix(handle, separator);
        }
        return null;
    }

    /// <summary>Determines whether a word is a valid handle of 1 through 10 characters.</summary>
    public static bool IsHandle(string word) => HandleValidator.Validate(word, MaxWordLength) is null;

    private static HandlePrefix? ParseAt(string line, int arrow)
    {
        var handleEnd = arrow > 1 && line[arrow - 1] == '-' ? arrow - 1 : arrow;
        if (handleEnd == 0)
            return null;
        var end = arrow + 1 < line.Length && line[arrow + 1] == ' ' ? arrow + 2 : arrow + 1;
        return new HandlePrefix(line.Substring(0, handleEnd), line.Substring(handleEnd, end - handleEnd));
    }
}
