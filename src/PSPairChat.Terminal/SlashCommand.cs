namespace PSPairChat.Terminal;

/// <summary>A line that a user has entered: a message, or a command for the chat.</summary>
/// <param name="Kind">The kind of command.</param>
/// <param name="Text">The text of a message, or why an invalid command is refused.</param>
/// <param name="Handle">The handle of the recipient of a private message.</param>
internal readonly record struct SlashCommand(SlashCommandKind Kind, string Text = "", string Handle = "");
