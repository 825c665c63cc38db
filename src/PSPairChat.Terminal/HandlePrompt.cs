using System;
using System.Threading;
using PSPairChat.Messages;

namespace PSPairChat.Terminal;

/// <summary>Prompts for a handle until a valid one is entered.</summary>
internal static class HandlePrompt
{
    /// <summary>Prompts for a handle.</summary>
    /// <param name="terminal">The terminal.</param>
    /// <param name="rejectedHandle">An invalid handle that is shown for correction; empty for none.</param>
    /// <param name="maxLength">The maximum number of characters.</param>
    /// <param name="cancellationToken">Cancels the prompt.</param>
    /// <param name="lettersOnly">Whether the handle is a nickname in a room.</param>
    /// <returns>The handle; null if the prompt was canceled by Ctrl+C or Ctrl+D.</returns>
    /// <exception cref="OperationCanceledException">The prompt was canceled by the token.</exception>
    public static string? Read(
        IChatTerminal terminal, string rejectedHandle, int maxLength, CancellationToken cancellationToken, bool lettersOnly = false) =>
        LinePrompt.Read(terminal, ConsoleMessages.FormatHandlePrompt(maxLength), rejectedHandle,
            handle => HandleValidator.Validate(handle, maxLength, lettersOnly), cancellationToken);
}
