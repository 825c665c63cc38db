using System;
using System.Threading;
using PSPairChat.Conversation;

namespace PSPairChat.Terminal;

/// <summary>Asks for a handle, and again while it is refused.</summary>
internal static class HandleQuestion
{
    private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(50);

    /// <summary>Asks.</summary>
    /// <param name="terminal">Where.</param>
    /// <param name="refused">A handle that is no good and is offered to be changed; empty for none.</param>
    /// <param name="maxLength">The most characters it may have.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <param name="lettersOnly">Whether it is a nickname in a room.</param>
    /// <returns>The handle; null when the person would rather not.</returns>
    public static string? Ask(IChatTerminal terminal, string refused, int maxLength, CancellationToken cancellationToken, bool lettersOnly = false)
    {
        var question = ChatSentences.AskHandle(maxLength);
        var screen = new ChatScreen(terminal);
        var editor = new LineEditor();
        try
        {
            if (refused.Length > 0 && HandleRule.Explain(refused, maxLength, lettersOnly) is { } why)
            {
                screen.Print(why, ScreenStyle.Fault);
                editor.Offer(refused);
            }
            while (true)
            {
                screen.Show(question, ScreenStyle.Plain, editor);
                cancellationToken.ThrowIfCancellationRequested();
                if (!terminal.TryReadKey(Breath, out var key))
                    continue;
                if (key.Kind == TerminalKeyKind.Interrupt || key.Kind == TerminalKeyKind.EndOfInput && editor.Text.Length == 0)
                    return null;
                if (key.Kind != TerminalKeyKind.Enter)
                {
                    editor.Edit(key);
                    continue;
                }
                var handle = editor.Text.Trim();
                if (HandleRule.Explain(handle, maxLength, lettersOnly) is not { } refusal)
                {
                    screen.Print(question + handle);
                    return handle;
                }
                screen.Print(refusal, ScreenStyle.Fault);
            }
        }
        finally
        {
            screen.Close();
        }
    }
}
