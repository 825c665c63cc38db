using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.Linq;

namespace PSPairChat.Bench;

/// <summary>
/// Measures deliveries per second of a message of 32 bytes: one member sends, all others receive; one message at a time, and a hundred in one write. The time
/// is that from one write until the last member has received it, in microseconds.
/// </summary>
internal static class RoomBenchmark
{
    private const int Batch = 100;
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(1.5);
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(2);
    private static readonly RoomServerKind[] Kinds = [RoomServerKind.Ngircd, RoomServerKind.Room, RoomServerKind.Ncat];

    public static void Run(string[] arguments)
    {
        int[] sizes = arguments.Length > 0 ? [.. arguments.Select(a => int.Parse(a, CultureInfo.InvariantCulture))] : [10, 60, 100, 500];
        foreach (var size in sizes)
            ComparisonRunner.Run($"room-{size}", "single", [.. Kinds.Select(kind => new BenchmarkCase(RoomServer.GetName(kind), () => Measure(kind, size)))]);
    }

    private static Metrics? Measure(RoomServerKind kind, int size)
    {
        using var server = RoomServer.Start(kind);
        if (server is null)
            return null;
        var members = Enumerable.Range(0, size).Select(i => new RoomClient(kind, server.Port, i)).ToArray();
        foreach (var member in members)
            member.Drain(0);
        members[^1].Drain(500);
        foreach (var member in members)
            member.Drain(0);
        var single = MeasureDeliveries(members, 1, out var latency);
        var batched = MeasureDeliveries(members, Batch, out _);
        foreach (var member in members)
            member.Dispose();
        return new Metrics([KeyValuePair.Create("single", single), KeyValuePair.Create("us", latency), KeyValuePair.Create("batched", batched)]);
    }

    private static double MeasureDeliveries(RoomClient[] members, int batch, out double microseconds)
    {
        var sender = members[0];
        var readers = members[1..];
        var random = new Random(1);
        var lines = string.Concat(Enumerable.Repeat(sender.FormatMessage(RoomClient.MessageMarker + new string('x', 31)), batch));
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed < WarmUp)
            RunRound();
        clock.Restart();
        long rounds = 0;
        for (; clock.Elapsed < Duration; rounds++)
            RunRound();
        var seconds = clock.Elapsed.TotalSeconds;
        microseconds = seconds * 1e6 / rounds;
        return rounds * batch * (members.Length - 1) / seconds;

        void RunRound()
        {
            // A server that sends in the order in which the members are waited for would wake the waiting thread for each of them, and another would not.
            random.Shuffle(readers);
            sender.Send(lines);
            foreach (var reader in readers)
                reader.WaitForMessages(batch);
        }
    }
}
