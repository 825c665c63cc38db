using System;
using System.Threading;

namespace PSPairChat.Terminal;

/// <summary>Prompts for a line until a valid one is entered.</summary>
internal static class LinePrompt
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(50);

    /// <summary>Prompts for a line.</summary>
    /// <param name="terminal">The terminal.</param>
    /// <param name="prompt">The prompt.</param>
    /// <param name="rejectedText">A text that is not valid and is shown for correction; empty for none.</param>
    /// <param name="validate">Gets why a trimmed line is not valid; null if it is.</param>
    /// <param name="cancellationToken">Cancels the prompt.</param>
    /// <returns>The trimmed line; null if the prompt was canceled by Ctrl+C or Ctrl+D.</returns>
    /// <exception cref="OperationCanceledException">The prompt was canceled by the token.</exception>
    public static string? Read(IChatTerminal terminal, string prompt, string rejectedText, Func<string, string?> validate, CancellationToken cancellationToken)
    {
        var renderer = new ChatRenderer(terminal);
        var editor = new LineEditor();
        try
        {
            if (rejectedText.Length > 0 && validate(rejectedText) is { } reason)
            {
                renderer.WriteLine(reason, TextStyle.Error);
                editor.SetText(rejectedText);
            }
            while (true)
            {
                renderer.Render(prompt, TextStyle.Plain, editor);
                cancellationToken.ThrowIfCancellationRequested();
                if (!terminal.TryReadKey(PollInterval, out var key))
                    continue;
                if (key.Command == EditCommand.Interrupt || key.Command == EditCommand.DeleteCharOrExit && editor.Text.Length == 0)
                    return null;
                if (key.Command == EditCommand.RedrawCurrentLine)
                    renderer.Reset();
                if (key.Command != EditCommand.AcceptLine)
                {
                    editor.ProcessKey(key);
                    continue;
                }
                var line = editor.Text.Trim();
                if (validate(line) is not { } error)
                {
                    renderer.WriteLine(prompt + line);
                    return line;
                }
                renderer.WriteLine(error, TextStyle.Error);
            }
        }
        finally
        {
            renderer.Close();
        }
    }
}
