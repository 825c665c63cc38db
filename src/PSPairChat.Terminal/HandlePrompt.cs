using System;
using System.Threading;
using PSPairChat.Messages;

namespace PSPairChat.Terminal;

/// <summary>Prompts for a handle until a valid one is entered.</summary>
internal static class HandlePrompt
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(50);

    /// <summary>Prompts for a handle.</summary>
    /// <param name="terminal">The terminal.</param>
    /// <param name="rejectedHandle">An invalid handle that is shown for correction; empty for none.</param>
    /// <param name="maxLength">The maximum number of characters.</param>
    /// <param name="cancellationToken">Cancels the prompt.</param>
    /// <param name="lettersOnly">Whether the handle is a nickname in a room.</param>
    /// <returns>The handle; null if the prompt was cancelled by Ctrl+C or Ctrl+D.</returns>
    /// <exception cref="OperationCanceledException">The prompt was cancelled by the token.</exception>
    public static string? Read(
        IChatTerminal terminal, string rejectedHandle, int maxLength, CancellationToken cancellationToken, bool lettersOnly = false)
    {
        var prompt = ConsoleMessages.FormatHandlePrompt(maxLength);
        var renderer = new ChatRenderer(terminal);
        var editor = new LineEditor();
        try
        {
            if (rejectedHandle.Length > 0 && HandleValidator.Validate(rejectedHandle, maxLength, lettersOnly) is { } reason)
            {
                renderer.WriteLine(reason, TextStyle.Error);
                editor.SetText(rejectedHandle);
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
                var handle = editor.Text.Trim();
                if (HandleValidator.Validate(handle, maxLength, lettersOnly) is not { } error)
                {
                    renderer.WriteLine(prompt + handle);
                    return handle;
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
