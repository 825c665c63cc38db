using System.IO;
using System.Linq;
using System.Threading;

namespace PSPairChat.ConsoleApp;

/// <summary>A script in the place of a person.</summary>
/// <param name="script">The script.</param>
/// <param name="options">How to run it.</param>
/// <param name="repeat">With how many clients, at a server.</param>
internal sealed class ScriptedChat(ChatScript script, ChatScriptOptions options, int repeat)
{
    /// <summary>Runs the script; the others' lines go to the output, and a failing exchange, marked, to where errors go.</summary>
    /// <returns>The exit code.</returns>
    public int Run(ChatSession session, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        for (var i = 0; i < repeat; i++)
        {
            // However long it takes until a client calls: only then the script begins.
            session.WaitForPeer(null, cancellationToken);
            var result = ChatScriptRunner.Run(session, script, options, cancellationToken);
            foreach (var heard in result.Transcript.Where(entry => !entry.IsMine))
                output.WriteLine(DisplayText.FormatLine(heard.From, heard.Text));
            if (!result.Succeeded)
            {
                error.WriteLine(result.ToString());
                return ExitCode.ScriptFailed;
            }
            session.Disconnect();
        }
        return ExitCode.Success;
    }
}
