namespace PSPairChat.ConsoleApp;

/// <summary>The standard output for messages, and the standard error stream for notices. The first failure of the output is reported as a notice.</summary>
internal sealed class StandardOutputs
{
    private readonly OutputWriter _output = OutputWriter.OpenOutput();
    private readonly OutputWriter _error = OutputWriter.OpenError();
    private bool _isReported;

    /// <summary>Gets whether one of the streams can no longer be written.</summary>
    public bool IsLost
    {
        get
        {
            ReportFailure();
            return _isReported || _error.Error is not null;
        }
    }

    /// <summary>Writes a message to the output.</summary>
    public void WriteMessage(string line)
    {
        _output.WriteLine(line);
        ReportFailure();
    }

    /// <summary>Writes a notice to the error stream.</summary>
    public void WriteNotice(string text) => _error.WriteLine(text);

    private void ReportFailure()
    {
        if (_isReported || _output.Error is not { } error)
            return;
        _isReported = true;
        _error.WriteLine($"pairchat: The standard output cannot be written. {error}");
    }
}
