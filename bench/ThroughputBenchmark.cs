using System;
using System.Collections.Generic;

namespace PSPairChat.Bench;

/// <summary>Measures the throughput of 64-byte lines in one direction, with the ends on two CPUs if there are two.</summary>
internal static class ThroughputBenchmark
{
    private const int BatchedCount = 20_000_000;
    private const int SingleCount = 1_000_000;
    private const int Size = 64;
    private const int Batch = 1000;

    public static void Run()
    {
        var baseline = CBaseline.Program;
        string[]? baselineSink = baseline is null ? null : [baseline, "sink"];
        var socketSink = BenchmarkProcess.GetSelfCommand(SocketPeer.Sink);
        var engineSink = BenchmarkProcess.GetSelfCommand(EnginePeer.Sink);
        ComparisonRunner.Run("throughput", "rate",
        [
            new("C -> C", () => MeasureBaseline(baseline, Batch, baselineSink)),
            new("C -> .NET sockets", () => MeasureBaseline(baseline, Batch, socketSink)),
            new("C -> engine", () => MeasureBaseline(baseline, Batch, engineSink)),
        ]);
        ComparisonRunner.Run("throughput-single", "rate",
        [
            new("C, one send per line -> C", () => MeasureBaseline(baseline, 1, baselineSink)),
            new(".NET sockets, one send per line -> C", () => Measure(GetSource(SocketPeer.Source, "1"), baselineSink)),
            new("engine -> C", () => Measure(GetSource(EnginePeer.Source), baselineSink)),
            new("engine -> engine", () => Measure(GetSource(EnginePeer.Source), engineSink)),
        ]);
    }

    private static Func<string, IEnumerable<string>> GetSource(string role, params string[] options) =>
        port => BenchmarkProcess.GetSelfCommand([role, port, $"{SingleCount}", $"{Size}", .. options]);

    private static Metrics? MeasureBaseline(string? baseline, int batch, string[]? sinkCommand) =>
        baseline is null ? null
        : Measure(port => [baseline, "source", port, $"{(batch > 1 ? BatchedCount : SingleCount)}", $"{Size}", $"{batch}"], sinkCommand);

    private static Metrics? Measure(Func<string, IEnumerable<string>> sourceCommand, string[]? sinkCommand)
    {
        if (sinkCommand is null)
            return null;
        using var sink = BenchmarkProcess.Start(0, sinkCommand);
        using var source = BenchmarkProcess.Start(1, sourceCommand(sink.ReadLine()));
        return sink.ReadMetrics();
    }
}
