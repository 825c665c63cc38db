using System;
using System.Runtime.InteropServices;
using System.Threading;

namespace PSPairChat.ConsoleApp;

/// <summary>Handles the signals that stop a chat: the first one closes the session, the second one terminates the process.</summary>
internal sealed class StopSignals : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly PosixSignalRegistration[] _registrations;
    private int _receivedSignal;

    public StopSignals() => _registrations =
    [
        Register(PosixSignal.SIGHUP, 1),
        Register(PosixSignal.SIGINT, 2),
        Register(PosixSignal.SIGTERM, 15),
    ];

    /// <summary>Gets a token that the first signal cancels.</summary>
    public CancellationToken Token => _stop.Token;

    /// <summary>Gets the exit code of a chat that was stopped.</summary>
    public int ExitCode => _receivedSignal > 0 ? ConsoleApp.ExitCode.SignalBase + _receivedSignal : ConsoleApp.ExitCode.Interrupted;

    public void Dispose()
    {
        foreach (var registration in _registrations)
            registration.Dispose();
        _stop.Dispose();
    }

    private PosixSignalRegistration Register(PosixSignal signal, int number) => PosixSignalRegistration.Create(signal, context =>
    {
        if (Interlocked.CompareExchange(ref _receivedSignal, number, 0) != 0)
            return;
        context.Cancel = true;
        _stop.Cancel();
    });
}
