namespace PSPairChat.Dialects;

/// <summary>How peers say that they leave.</summary>
internal static class QuitCommands
{
    /// <summary>Tells whether a line is a quit.</summary>
    /// <param name="text">The line without its prefix.</param>
    /// <param name="prefixed">Whether the line had a prefix: then only <c>\quit</c> is meant as a command.</param>
    /// <param name="usuallyPrefixed">Whether this peer's messages have one: then a bare <c>bye</c> is no message.</param>
    public static bool IsQuit(string text, bool prefixed, bool usuallyPrefixed)
    {
        if (text.Length is < 3 or > 16)
            return false;
        return text.TrimEnd() switch
        {
            "\\quit" => true,
            "/quit" or "SIGQUIT" => !prefixed,
            "bye" => !prefixed && usuallyPrefixed,
            _ => false,
        };
    }
}
