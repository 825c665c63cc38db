using System;
using System.Management.Automation.Host;
using PSPairChat.Terminal;

namespace PSPairChat.Cmdlets;

/// <summary>A line terminal over the user interface of a PowerShell host that cannot read single keys.</summary>
/// <param name="host">The user interface of the host.</param>
internal sealed class HostTerminal(PSHostUserInterface host) : ILineTerminal
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

    public void WriteMessage(string line) => host.WriteLine(line);

    public void WriteNotice(string text) => host.WriteLine(text);

    public void WriteStatus(string text) => host.WriteLine(text);
}
