using System.Threading;
using PSPairChat.Scripting;

namespace PSPairChat;

/// <summary>Runs scripts.</summary>
public static class ChatScriptRunner
{
    /// <summary>Says our lines of a script and expects the others'. The session stays as the script leaves it.</summary>
    /// <param name="session">The session.</param>
    /// <param name="script">The script.</param>
    /// <param name="options">How to run it.</param>
    /// <param name="cancellationToken">Stops it within 100 ms; the session goes on.</param>
    /// <returns>How it came out: whatever happens while it runs is told here, and is no exception.</returns>
    /// <exception cref="ChatException">
    /// ScriptInvalid: the script is refused before the first byte is sent; the message begins with the line and the column.
    /// </exception>
    /// <exception cref="System.OperationCanceledException">It was stopped.</exception>
    public static ChatScriptResult Run(
        ChatSession session, ChatScript script, ChatScriptOptions? options = null, CancellationToken cancellationToken = default) =>
        new ScriptRun(session, script, options ?? new ChatScriptOptions(), cancellationToken).Run();
}
