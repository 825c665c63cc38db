using System;
using System.Linq;
using System.Runtime.InteropServices;
using System.Threading;
using PSPairChat.Terminal;

namespace PSPairChat.ConsoleApp;

/// <summary>
/// Handles the signals that stop a chat: the first one closes the session, a second SIGINT or SIGTERM terminates the process. The loss of the terminal acts
/// like SIGHUP, which the process may have been started to ignore.
/// </summary>
internal sealed class StopSignals : IDisposable
{
    private static readonly TimeSpan TerminalCheckInterval = TimeSpan.FromMilliseconds(250);

    private readonly CancellationTokenSource _stop = new();
    private readonly PosixSignalRegistration[] _registrations;
    private readonly int[] _terminals;
    private readonly Timer _terminalCheck;
    private int _exitCode;

    /// <summary>Registers the signals.</summary>
    /// <param name="readsInput">Whether the standard input is used: its loss stops the chat, too.</param>
    public StopSignals(bool readsInput)
    {
        _registrations =
        [
            Register(PosixSignal.SIGHUP, ConsoleApp.ExitCode.HungUp),
            Register(PosixSignal.SIGINT, ConsoleApp.ExitCode.Interrupted),
            Register(PosixSignal.SIGTERM, ConsoleApp.ExitCode.Terminated),
        ];
        int[] descriptors = [UnixDescriptor.Output, UnixDescriptor.Error, .. readsInput ? [UnixDescriptor.Input] : Array.Empty<int>()];
        _terminals = [.. descriptors.Where(UnixDescriptor.IsTerminal)];
        _terminalCheck = new Timer(_ => CheckTerminals(), null, TerminalCheckInterval, TerminalCheckInterval);
    }

    /// <summary>Gets a token that is cancelled when the chat is stopped.</summary>
    public CancellationToken Token => _stop.Token;

    /// <summary>Gets the exit code of a chat that was stopped.</summary>
    public int ExitCode
    {
        get
        {
            CheckTerminals();
            return _exitCode > 0 ? _exitCode : ConsoleApp.ExitCode.Interrupted;
        }
    }

    public void Dispose()
    {
        foreach (var registration in _registrations)
            registration.Dispose();
        using var stopped = new ManualResetEvent(initialState: false);
        if (_terminalCheck.Dispose(stopped))
            stopped.WaitOne();
        _stop.Dispose();
    }

    private void CheckTerminals()
    {
        if (_terminals.Any(UnixDescriptor.IsHungUp))
            TryStop(ConsoleApp.ExitCode.HungUp);
    }

    private PosixSignalRegistration Register(PosixSignal signal, int exitCode) => PosixSignalRegistration.Create(signal, context =>
    {
        // A terminal that is closed can send SIGHUP more than once.
        context.Cancel = TryStop(exitCode) || signal == PosixSignal.SIGHUP;
    });

    private bool TryStop(int exitCode)
    {
        if (Interlocked.CompareExchange(ref _exitCode, exitCode, 0) != 0)
            return false;
        _stop.Cancel();
        return true;
    }
}
