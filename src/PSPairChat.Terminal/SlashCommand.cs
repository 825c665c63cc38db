using System;
using System.Collections.Generic;
using PSPairChat.Sessions;

namespace PSPairChat.Terminal;

/// <summary>What can be typed besides messages.</summary>
internal static class SlashCommand
{
    public const string Quit = TurnTracker.QuitCommand;
    public const string Help = "\\help";

    /// <summary>What <c>\help</c> shows.</summary>
    public static IReadOnlyList<string> HelpText { get; } =
    [
        "\\quit    ends the conversation; so does Ctrl+D on an empty line",
        "\\help    shows this",
        "\\\\help   says \\help instead of showing this",
        "Ctrl+C   leaves at any moment; a server stops",
        "Anything else is a message: Enter sends it when it is your turn. What you type before that is kept.",
    ];

    /// <summary>Tells which command a line is; null where it is a message.</summary>
    public static string? Find(string line)
    {
        var word = line.TrimEnd();
        return word is Quit or Help ? word : null;
    }

    /// <summary>The message that a line means: <c>\\help</c> says <c>\help</c>; any other line says itself.</summary>
    public static string Message(string line) =>
        line.StartsWith("\\\\", StringComparison.Ordinal) && Find(line.TrimStart('\\').Insert(0, "\\")) is not null ? line.Substring(1) : line;
}
