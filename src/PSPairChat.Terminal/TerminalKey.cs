namespace PSPairChat.Terminal;

/// <summary>A key, as the command it is bound to.</summary>
/// <param name="command">The command.</param>
/// <param name="text">The text to insert; empty unless the command is <see cref="EditCommand.SelfInsert"/>.</param>
internal readonly struct TerminalKey(EditCommand command, string text = "")
{
    public EditCommand Command { get; } = command;

    public string Text { get; } = text;
}
