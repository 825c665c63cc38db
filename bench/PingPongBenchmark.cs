using System;
using System.Collections.Generic;

namespace PSPairChat.Bench;

/// <summary>Measures round trips of 32 bytes, one at a time, with both ends on one CPU.</summary>
internal static class PingPongBenchmark
{
    private const int Cpu = 1;
    private const int WarmUp = 60_000;
    private const int Count = 20_000;
    private const int Size = 32;

    public static void Run()
    {
        var baseline = CBaseline.Program;
        Func<string, IEnumerable<string>>? baselineClient = baseline is null ? null : port => [baseline, "ping", port, $"{WarmUp}", $"{Count}", $"{Size}"];
        string[]? baselineServer = baseline is null ? null : [baseline, "echo"];
        ComparisonRunner.Run("pingpong", "p50",
        [
            new("C", () => Measure(baselineServer, baselineClient)),
            new(".NET sockets", () => MeasureSockets("0", "0")),
            new(".NET sockets, receive timeout 50 ms", () => MeasureSockets("50", "0")),
            new("the same, poll before each send", () => MeasureSockets("50", "1")),
            new("engine", () => Measure(BenchmarkProcess.GetSelfCommand(EnginePeer.Echo), GetClient(EnginePeer.Ping))),
            new("engine, server C", () => Measure(baselineServer, GetClient(EnginePeer.Ping))),
            new("socat, client C", () => MeasureProgram("socat", port => [$"TCP-LISTEN:{port},bind=127.0.0.1,fork,nodelay", "PIPE"], baselineClient)),
            new("ncat --exec cat, client C", () => MeasureProgram(
                "ncat", port => ["-l", "127.0.0.1", port, "-k", "--exec", BenchmarkProcess.FindProgram("cat")!], baselineClient)),
        ]);
    }

    private static Func<string, IEnumerable<string>> GetClient(string role, params string[] options) =>
        port => BenchmarkProcess.GetSelfCommand([role, port, $"{WarmUp}", $"{Count}", $"{Size}", .. options]);

    private static Metrics? MeasureSockets(string receiveTimeout, string pollBeforeSend) =>
        Measure(BenchmarkProcess.GetSelfCommand(SocketPeer.Echo, receiveTimeout, pollBeforeSend), GetClient(SocketPeer.Ping, receiveTimeout, pollBeforeSend));

    private static Metrics? Measure(IEnumerable<string>? serverCommand, Func<string, IEnumerable<string>>? clientCommand) =>
        serverCommand is null || clientCommand is null ? null : BenchmarkProcess.Measure(Cpu, serverCommand, clientCommand);

    private static Metrics? MeasureProgram(string program, Func<string, IEnumerable<string>> arguments, Func<string, IEnumerable<string>>? clientCommand) =>
        clientCommand is null ? null : BenchmarkProcess.MeasureProgram(Cpu, program, arguments, clientCommand);
}
