using System;
using System.Collections.Generic;

namespace PSPairChat.Bench;

/// <summary>
/// Measures round trips of 32 bytes after 1,000 and after 20,000 of them, with the default settings of the runtime and with both ends on one CPU: a person's and a
/// short script's messages run in code that is not optimized yet.
/// </summary>
internal static class FirstMessagesBenchmark
{
    private const int Cpu = 1;
    private const int Size = 32;
    private const int Iterations = 7;

    public static void Run()
    {
        foreach (var warmUp in new[] { 1_000, 20_000 })
        {
            var count = Math.Min(warmUp, 2_000);
            string[] options = [$"{warmUp}", $"{count}", $"{Size}"];
            ComparisonRunner.Run($"first-messages-{warmUp}", "p50",
            [
                new("C", () => CBaseline.Program is { } program ? Measure([program, "echo"], port => [program, "ping", port, .. options]) : null),
                new(".NET sockets", () => Measure(
                    BenchmarkProcess.GetSelfCommand(SocketPeer.Echo, "0", "0"), port => BenchmarkProcess.GetSelfCommand([SocketPeer.Ping, port, .. options, "0", "0"]))),
                new("engine", () => Measure(
                    BenchmarkProcess.GetSelfCommand(EnginePeer.Echo), port => BenchmarkProcess.GetSelfCommand([EnginePeer.Ping, port, .. options]))),
            ], Iterations);
        }
    }

    private static Metrics Measure(IEnumerable<string> serverCommand, Func<string, IEnumerable<string>> clientCommand) =>
        BenchmarkProcess.Measure(Cpu, serverCommand, clientCommand, isCold: true);
}
