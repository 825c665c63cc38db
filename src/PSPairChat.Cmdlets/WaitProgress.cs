using System;
using System.Diagnostics;
using System.Globalization;
using System.Linq;
using System.Management.Automation;

namespace PSPairChat.Cmdlets;

/// <summary>Shows a person at a console that something is waited for, once it has taken a while. In a script nothing is shown.</summary>
/// <param name="cmdlet">The cmdlet that waits.</param>
/// <param name="activity">What for.</param>
internal sealed class WaitProgress(PSCmdlet cmdlet, string activity)
{
    private const string ConsoleHost = "ConsoleHost";
    private static readonly TimeSpan ShowDelay = TimeSpan.FromSeconds(1.5);

    private static readonly bool AtConsole = !Console.IsInputRedirected && !Console.IsOutputRedirected
        && !Environment.GetCommandLineArgs().Any(a => a.StartsWith("-noni", StringComparison.OrdinalIgnoreCase));

    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private bool _shown;

    /// <summary>Shows how long it has taken, where somebody may want to know.</summary>
    public void Show()
    {
        if (_watch.Elapsed < ShowDelay || !AtConsole || cmdlet.Host.Name != ConsoleHost || !string.IsNullOrEmpty(cmdlet.MyInvocation.ScriptName))
            return;
        cmdlet.WriteProgress(Record(string.Format(CultureInfo.InvariantCulture, "{0:0} s; Ctrl+C ends the wait", _watch.Elapsed.TotalSeconds)));
        _shown = true;
    }

    /// <summary>Takes it off the screen again.</summary>
    public void Hide()
    {
        if (!_shown)
            return;
        var record = Record("Done");
        record.RecordType = ProgressRecordType.Completed;
        cmdlet.WriteProgress(record);
        _shown = false;
    }

    private ProgressRecord Record(string status) => new(0, activity, status);
}
