using System;
using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.IO;
using System.Text;
using System.Threading;
using PSPairChat.Terminal;

namespace PSPairChat.ConsoleApp;

/// <summary>
/// The standard streams of a process that is not at a terminal: each line of the input is one message, received messages go to the output, and notices go to
/// the error stream.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "The standard streams live as long as the process.")]
internal sealed class PipedTerminal : ILineTerminal
{
    private const int MaxBufferedLines = 1024;

    private readonly BlockingCollection<string> _lines = new(MaxBufferedLines);
    private readonly StandardOutputs _outputs;
    private string? _next;

    /// <summary>Starts to read the input on a thread of its own, because a pipe cannot be polled for a line.</summary>
    /// <param name="outputs">The destination of messages and notices.</param>
    public PipedTerminal(StandardOutputs outputs)
    {
        _outputs = outputs;
        new Thread(ReadLines) { IsBackground = true, Name = "Standard input" }.Start();
    }

    public bool IsOutputLost => _outputs.IsLost;

    public InputStatus Peek(TimeSpan timeout)
    {
        if (_next is not null || _lines.TryTake(out _next, timeout))
            return InputStatus.LineAvailable;
        return _lines.IsCompleted ? InputStatus.Ended : InputStatus.Pending;
    }

    public string? ReadLine(string prompt)
    {
        var line = _next;
        _next = null;
        return line;
    }

    public void WriteMessage(string line) => _outputs.WriteMessage(line);

    public void WriteNotice(string text) => _outputs.WriteNotice(text);

    public void WriteStatus(string text)
    {
        // The status is for users at a terminal only.
    }

    private void ReadLines()
    {
        try
        {
            using var input = new StreamReader(Console.OpenStandardInput(), Encoding.UTF8);
            while (input.ReadLine() is { } line)
                _lines.Add(line);
        }
        catch (IOException)
        {
            // An input that cannot be read is treated as ended.
        }
        _lines.CompleteAdding();
    }
}
