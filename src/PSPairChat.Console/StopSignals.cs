using System;
using System.Runtime.InteropServices;
using System.Threading;

namespace PSPairChat.ConsoleApp;

/// <summary>The signals that end a chat: the first one ends it in order, the second one at once.</summary>
internal sealed class StopSignals : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly PosixSignalRegistration[] _registrations;
    private int _number;

    public StopSignals() => _registrations =
    [
        Register(PosixSignal.SIGHUP, 1),
        Register(PosixSignal.SIGINT, 2),
        Register(PosixSignal.SIGTERM, 15),
    ];

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Token => _stop.Token;

    /// <summary>What to tell the shell after a chat that was stopped.</summary>
    public int ExitCode => _number > 0 ? ConsoleApp.ExitCode.Signal + _number : ConsoleApp.ExitCode.Interrupted;

    public void Dispose()
    {
        foreach (var registration in _registrations)
            registration.Dispose();
        _stop.Dispose();
    }

    private PosixSignalRegistration Register(PosixSignal signal, int number) => PosixSignalRegistration.Create(signal, context =>
    {
        if (Interlocked.CompareExchange(ref _number, number, 0) != 0)
            return;
        context.Cancel = true;
        _stop.Cancel();
    });
}
