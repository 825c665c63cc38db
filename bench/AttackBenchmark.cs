using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Net.Sockets;
using System.Text;
using System.Threading;

namespace PSPairChat.Bench;

/// <summary>
/// Measures how attacks on the limits of a room and of a pair server affect a pair and a room beside them in the same process, and a member of the attacked room.
/// </summary>
internal static class AttackBenchmark
{
    private const int Iterations = 3;
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(8);
    private static readonly string[] Columns = ["pair", "room", "attacked"];

    public static void Run(string[] names)
    {
        Console.WriteLine("| Attack | pair beside | ratio | room beside | ratio | attacked room | ratio | members | longest queue | memory |");
        Console.WriteLine("|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|");
        foreach (var name in Attacker.Attacks.Keys.Where(n => names.Length == 0 || names.Contains(n)))
        {
            var iterations = Enumerable.Range(0, Iterations).Select(_ => (Without: Measure(Attacker.None), With: Measure(name))).ToArray();
            var with = Metrics.GetMedians([.. iterations.Select(i => i.With)]);
            var cells = Columns.Select(c => string.Create(CultureInfo.InvariantCulture,
                $"{with[c]:0} | {Metrics.GetMedian(iterations.Select(i => i.With[c] / i.Without[c])):0.00}"));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"| {name} | {string.Join(" | ", cells)} | {with["members"]:0} | {with["queued"]:0} | {with["memory"]:0} MiB |"));
        }
    }

    private static Metrics Measure(string attack)
    {
        using var server = BenchmarkProcess.StartUnpinned(BenchmarkProcess.GetSelfCommand(AttackServer.Role));
        var ports = server.ReadLine().Split(' ').Select(p => int.Parse(p, CultureInfo.InvariantCulture)).ToArray();
        using RoomClient attacked = new(RoomServerKind.Room, ports[0], 0), beside = new(RoomServerKind.Room, ports[2], 0);
        using var pair = ClientSession.Connect("127.0.0.1", ports[3], new ChatOptions { Handle = "Chris", TurnOrder = TurnOrder.Free });
        // The attacker gets the time that the others leave.
        using var attacker = BenchmarkProcess.StartUnpinned(["nice", "-n", "19", .. BenchmarkProcess.GetSelfCommand(Attacker.Role, attack, $"{ports[0]}", $"{ports[1]}")]);
        var results = new[] { Start(() => MeasureRoundTrip(pair)), StartReading(beside), StartReading(attacked) }.Select(wait => wait()).ToArray();
        var state = Metrics.Parse(server.Ask());
        for (var i = 0; i < Columns.Length; i++)
            state[Columns[i]] = results[i];
        return state;
    }

    private static long MeasureRoundTrip(ClientSession pair)
    {
        Thread.Sleep(Interval);
        var start = Stopwatch.GetTimestamp();
        pair.Send("hello");
        pair.Receive();
        return Stopwatch.GetTimestamp() - start;
    }

    // The messages of the host contain the time at which they were sent. Other lines are skipped.
    private static Func<double> StartReading(RoomClient member)
    {
        var reader = new StreamReader(new NetworkStream(member.Socket), Encoding.UTF8);
        var prefix = "host> " + RoomClient.MessageMarker;
        return Start(() =>
        {
            string line;
            do
                line = reader.ReadLine() ?? throw new InvalidOperationException("The server disconnected a member that reads.");
            while (!line.StartsWith(prefix, StringComparison.Ordinal));
            return Stopwatch.GetTimestamp() - long.Parse(line.AsSpan(prefix.Length), CultureInfo.InvariantCulture);
        });
    }

    // Starts to repeat a measurement. Returns a function that waits for the result, p99 in microseconds.
    private static Func<double> Start(Func<long> measure)
    {
        var p99 = 0.0;
        var thread = new Thread(() =>
        {
            var ticks = new List<long>();
            for (var clock = Stopwatch.StartNew(); clock.Elapsed < WarmUp + Duration;)
            {
                var elapsed = measure();
                if (clock.Elapsed > WarmUp)
                    ticks.Add(elapsed);
            }
            p99 = Metrics.FromRoundTrips([.. ticks], 0)["p99"];
        });
        thread.Start();
        return () =>
        {
            thread.Join();
            return p99;
        };
    }
}
