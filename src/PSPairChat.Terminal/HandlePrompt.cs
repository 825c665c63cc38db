using System;
using System.Threading;
using PSPairChat.Messages;

namespace PSPairChat.Terminal;

/// <summary>Asks for a handle, and again while it is refused.</summary>
internal static class HandlePrompt
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(50);

    /// <summary>Asks.</summary>
    /// <param name="terminal">Where.</param>
    /// <param name="refused">A handle that is no good and is offered to be changed; empty for none.</param>
    /// <param name="maxLength">The most characters it may have.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <param name="lettersOnly">Whether it is a nickname in a room.</param>
    /// <returns>The handle; null when the person would rather not.</returns>
    public static string? Read(IChatTerminal terminal, string refused, int maxLength, CancellationToken cancellationToken, bool lettersOnly = false)
    {
        var question = ConsoleMessages.FormatHandlePrompt(maxLength);
        var screen = new ChatRenderer(terminal);
        var editor = new LineEditor();
        try
        {
            if (refused.Length > 0 && HandleValidator.Validate(refused, maxLength, lettersOnly) is { } why)
            {
                screen.WriteLine(why, TextStyle.Error);
                editor.SetText(refused);
            }
            while (true)
            {
                screen.Render(question, TextStyle.Plain, editor);
                cancellationToken.ThrowIfCancellationRequested();
                if (!terminal.TryReadKey(PollInterval, out var key))
                    continue;
                if (key.Kind == TerminalKeyKind.Interrupt || key.Kind == TerminalKeyKind.DeleteCharOrExit && editor.Text.Length == 0)
                    return null;
                if (key.Kind != TerminalKeyKind.Enter)
                {
                    editor.ProcessKey(key);
                    continue;
                }
                var handle = editor.Text.Trim();
                if (HandleValidator.Validate(handle, maxLength, lettersOnly) is not { } refusal)
                {
                    screen.WriteLine(question + handle);
                    return handle;
                }
                screen.WriteLine(refusal, TextStyle.Error);
            }
        }
        finally
        {
            screen.Close();
        }
    }
}
