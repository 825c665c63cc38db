using System;
using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.IO;
using System.Text;
using System.Threading;

namespace PSPairChat.Terminal;

/// <summary>
/// The standard streams of a script: its input is said line by line, the peer's lines are all that its output gets, and notices go where errors go.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "The standard streams live as long as the process.")]
internal sealed class PipedTerminal : ILineTerminal
{
    private const int MaxLinesAhead = 1024;
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    private readonly BlockingCollection<string> _lines = new(MaxLinesAhead);
    private readonly StreamWriter _output = new(Console.OpenStandardOutput(), Utf8) { AutoFlush = true };
    private readonly StreamWriter _error = new(Console.OpenStandardError(), Utf8) { AutoFlush = true };
    private string? _next;

    /// <summary>Begins to read the input, on a thread of its own: a pipe cannot be asked whether a line is there.</summary>
    public PipedTerminal() => new Thread(ReadLines) { IsBackground = true, Name = "Standard input" }.Start();

    public LineInput Peek(TimeSpan wait)
    {
        if (_next is not null || _lines.TryTake(out _next, wait))
            return LineInput.Line;
        return _lines.IsCompleted ? LineInput.End : LineInput.NotAvailable;
    }

    public string? ReadLine(string prompt)
    {
        var line = _next;
        _next = null;
        return line;
    }

    public void WriteMessage(string line) => _output.Write(line + "\n");

    public void WriteNotice(string text) => _error.Write(text + "\n");

    public void WriteWaiting(string text)
    {
        // A script knows.
    }

    private void ReadLines()
    {
        try
        {
            using var input = new StreamReader(Console.OpenStandardInput(), Utf8);
            while (input.ReadLine() is { } line)
                _lines.Add(line);
        }
        catch (IOException)
        {
            // An input that cannot be read has ended.
        }
        _lines.CompleteAdding();
    }
}
