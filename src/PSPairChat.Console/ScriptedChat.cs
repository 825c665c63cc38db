using System.Linq;
using System.Threading;

namespace PSPairChat.ConsoleApp;

/// <summary>A scripted conversation in place of an interactive chat.</summary>
/// <param name="script">The script.</param>
/// <param name="options">The options of the script.</param>
/// <param name="repeat">The number of clients to run the script with.</param>
internal sealed class ScriptedChat(ChatScript script, ChatScriptOptions options, int repeat)
{
    /// <summary>Runs the script. Received messages are written to the output, and the result of a failed script to the error stream.</summary>
    /// <returns>The exit code.</returns>
    public int Run(ChatSession session, StandardOutputs outputs, CancellationToken cancellationToken)
    {
        for (var i = 0; i < repeat; i++)
        {
            // The timeouts of the script start when a client is connected.
            session.WaitForPeer(null, cancellationToken);
            var result = ChatScriptRunner.Run(session, script, options, cancellationToken);
            foreach (var received in result.Transcript.Where(entry => !entry.IsMine))
                outputs.WriteMessage(DisplayText.FormatLine(received.From, received.Text));
            if (!result.Succeeded)
            {
                outputs.WriteNotice(result.ToString());
                return ExitCode.ScriptFailed;
            }
            if (outputs.IsLost)
                return ExitCode.OutputFailed;
            session.Disconnect();
        }
        return ExitCode.Success;
    }
}
