namespace PSPairChat.Dialects;

/// <summary>The commands with which peers leave a conversation.</summary>
internal static class QuitCommands
{
    /// <summary>Determines whether a text is a quit command.</summary>
    /// <param name="text">The text without its prefix.</param>
    /// <param name="hasPrefix">Whether the text had a prefix; if so, only <c>\quit</c> is a command.</param>
    /// <param name="expectsPrefix">Whether the messages of the peer have a prefix; if so, <c>bye</c> without one is a command.</param>
    public static bool IsQuit(string text, bool hasPrefix = false, bool expectsPrefix = false)
    {
        if (text.Length is < 3 or > 16)
            return false;
        return text.TrimEnd() switch
        {
            "\\quit" => true,
            "/quit" or "SIGQUIT" => !hasPrefix,
            "bye" => !hasPrefix && expectsPrefix,
            _ => false,
        };
    }
}
