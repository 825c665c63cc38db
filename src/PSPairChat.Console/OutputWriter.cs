using System;
using System.IO;
using System.Text;
using PSPairChat.Terminal;

namespace PSPairChat.ConsoleApp;

/// <summary>
/// Writes lines to a standard stream. Each line is one line of the stream; at a terminal, it is wrapped. After a failure, lines are discarded.
/// </summary>
internal sealed class OutputWriter
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    private readonly int _descriptor;
    private readonly bool _isTerminal;
    private readonly Stream _stream;
    private string? _error;

    private OutputWriter(int descriptor, Stream stream, bool isRedirected)
    {
        _descriptor = descriptor;
        _stream = stream;
        _isTerminal = !isRedirected;
        if (UnixDescriptor.IsClosed(descriptor))
            _error = "The stream is closed.";
    }

    /// <summary>Gets the reason why the stream cannot be written; null while it can be.</summary>
    public string? Error
    {
        get
        {
            // The reader of a pipe can leave at any time; the runtime ignores that a write failed for this reason.
            if (_error is null && !_isTerminal && UnixDescriptor.IsHungUp(_descriptor))
                _error = "The reader has closed the stream.";
            return _error;
        }
    }

    /// <summary>Opens the standard output.</summary>
    public static OutputWriter OpenOutput() => new(UnixDescriptor.Output, Console.OpenStandardOutput(), Console.IsOutputRedirected);

    /// <summary>Opens the standard error stream.</summary>
    public static OutputWriter OpenError() => new(UnixDescriptor.Error, Console.OpenStandardError(), Console.IsErrorRedirected);

    /// <summary>Determines whether an exception means that a stream cannot be written.</summary>
    public static bool IsWriteError(Exception exception) => exception is IOException or UnauthorizedAccessException;

    /// <summary>Writes a line that is safe to display.</summary>
    public void WriteLine(string line)
    {
        if (Error is not null)
            return;
        try
        {
            _stream.Write(Utf8.GetBytes((_isTerminal ? string.Join('\n', TextWrapper.Wrap(line, Console.WindowWidth)) : line) + "\n"));
        }
        catch (Exception e) when (IsWriteError(e))
        {
            _error = e.Message;
        }
    }
}
