using System;
using System.Management.Automation.Host;
using PSPairChat.Terminal;

namespace PSPairChat.Cmdlets;

/// <summary>A line terminal over the user interface of a PowerShell host that cannot read single keys.</summary>
/// <param name="host">The user interface of the host.</param>
/// <param name="isWindow">Whether the host wraps long lines, which are therefore indented. Otherwise, each line is written as one line.</param>
internal sealed class HostTerminal(PSHostUserInterface host, bool isWindow) : ILineTerminal
{
    private bool _ended;

    public bool IsOutputLost => false;

    public InputStatus Peek(TimeSpan timeout) => _ended ? InputStatus.Ended : InputStatus.LineAvailable;

    public string? ReadLine(string prompt)
    {
        host.Write(prompt);
        var line = host.ReadLine();
        _ended = line is null;
        return line;
    }

    public void WriteMessage(string line) => WriteLine(line);

    public void WriteNotice(string text) => WriteLine(text);

    public void WriteStatus(string text) => WriteLine(text);

    private void WriteLine(string line)
    {
        if (!isWindow || host.RawUI is not { BufferSize.Width: > 0 and var width })
        {
            host.WriteLine(line);
            return;
        }
        foreach (var row in TextWrapper.Wrap(line, width))
            host.WriteLine(row);
    }
}
