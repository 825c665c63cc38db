using System.Threading;
using PSPairChat.Scripting;

namespace PSPairChat;

/// <summary>Runs scripts in sessions.</summary>
public static class ChatScriptRunner
{
    /// <summary>Sends the lines of the own handle and expects the lines of the others. The session remains open unless the script quits.</summary>
    /// <param name="session">The session.</param>
    /// <param name="script">The script.</param>
    /// <param name="options">Specifies how the script runs; null for the default options.</param>
    /// <param name="cancellationToken">Stops the script within 100 ms. The session remains open.</param>
    /// <returns>The result. Errors while the script runs are part of it and are not thrown.</returns>
    /// <exception cref="ChatException">
    /// ScriptInvalid: the script cannot run in this session. Nothing was sent. The message begins with line and column of the error.
    /// </exception>
    /// <exception cref="System.OperationCanceledException">The script was stopped.</exception>
    public static ChatScriptResult Run(
        ChatSession session, ChatScript script, ChatScriptOptions? options = null, CancellationToken cancellationToken = default) =>
        new ScriptRun(session, script, options ?? new ChatScriptOptions(), cancellationToken).Run();
}
