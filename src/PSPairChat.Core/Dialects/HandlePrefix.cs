using System;

namespace PSPairChat.Dialects;

/// <summary>The <c>handle> </c> before a text.</summary>
/// <param name="handle">The handle.</param>
/// <param name="separator">What stands between the handle and the text.</param>
internal readonly struct HandlePrefix(string handle, string separator)
{
    /// <summary>The separator that we use.</summary>
    public const string Separator = "> ";

    /// <summary>The separator that people write, too.</summary>
    public const string Colon = ": ";

    private const int MaxHandleLength = 64;
    private const int MaxWordLength = 10;

    public string Handle { get; } = handle;

    public string MatchedSeparator { get; } = separator;

    /// <summary>How many characters it takes.</summary>
    public int Length => Handle.Length + MatchedSeparator.Length;

    /// <summary>
    /// Finds the prefix of a line whose separator is not known: one word and <c>> </c>, <c>></c>, <c>-> </c> or, where the word may be a handle,
    /// <c>: </c>; null where there is none.
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

    /// <summary>Finds the prefix of a line by its separator; null where there is none. Before a separator that no text has, the handle may be any words.</summary>
    public static HandlePrefix? Find(string line, string separator)
    {
        if (separator is "> " or ">" or Colon)
            return Find(line);
        var at = line.IndexOf(separator, 0, Math.Min(line.Length, MaxHandleLength + separator.Length), StringComparison.Ordinal);
        return at > 0 ? new HandlePrefix(line.Substring(0, at), separator) : Find(line);
    }

    /// <summary>Finds the prefix of a line by the handle; null where the line does not begin with it and a separator.</summary>
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

    /// <summary>Whether a word can be somebody's handle: 1 to 10 letters, digits, '-', '_' or '.'.</summary>
    public static bool IsHandle(string word)
    {
        if (word.Length is < 1 or > MaxWordLength)
            return false;
        foreach (var c in word)
        {
            if (!char.IsLetterOrDigit(c) && c is not ('-' or '_' or '.'))
                return false;
        }
        return true;
    }

    private static HandlePrefix? ParseAt(string line, int arrow)
    {
        var handleEnd = arrow > 1 && line[arrow - 1] == '-' ? arrow - 1 : arrow;
        if (handleEnd == 0)
            return null;
        var end = arrow + 1 < line.Length && line[arrow + 1] == ' ' ? arrow + 2 : arrow + 1;
        return new HandlePrefix(line.Substring(0, handleEnd), line.Substring(handleEnd, end - handleEnd));
    }
}
