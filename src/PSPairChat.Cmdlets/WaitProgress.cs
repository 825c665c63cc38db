using System;
using System.Diagnostics;
using System.Globalization;
using System.Linq;
using System.Management.Automation;

namespace PSPairChat.Cmdlets;

/// <summary>Displays a progress bar for a long wait that was started at the prompt of a console. A script displays none.</summary>
/// <param name="cmdlet">The cmdlet that waits.</param>
/// <param name="activity">The title of the progress bar.</param>
internal sealed class WaitProgress(PSCmdlet cmdlet, string activity)
{
    private const string ConsoleHost = "ConsoleHost";
    private static readonly TimeSpan Delay = TimeSpan.FromSeconds(1.5);

    private static readonly bool IsConsoleInteractive = !Console.IsInputRedirected && !Console.IsOutputRedirected
        && !Environment.GetCommandLineArgs().Any(a => a.StartsWith("-noni", StringComparison.OrdinalIgnoreCase));

    private readonly Stopwatch _stopwatch = Stopwatch.StartNew();
    private bool _isVisible;

    /// <summary>Displays the elapsed time.</summary>
    public void Update()
    {
        if (_stopwatch.Elapsed < Delay || !IsConsoleInteractive || cmdlet.Host.Name != ConsoleHost || !string.IsNullOrEmpty(cmdlet.MyInvocation.ScriptName))
            return;
        var status = string.Format(CultureInfo.InvariantCulture, "{0:0} seconds elapsed. Press Ctrl+C to stop waiting.", _stopwatch.Elapsed.TotalSeconds);
        cmdlet.WriteProgress(new ProgressRecord(0, activity, status));
        _isVisible = true;
    }

    /// <summary>Removes the progress bar.</summary>
    public void Complete()
    {
        if (!_isVisible)
            return;
        cmdlet.WriteProgress(new ProgressRecord(0, activity, "Completed") { RecordType = ProgressRecordType.Completed });
        _isVisible = false;
    }
}
