using System;
using System.Diagnostics;
using System.Globalization;
using System.Linq;

namespace PSPairChat.Bench;

/// <summary>Measures deliveries per second: one member sends, all others receive; one message at a time, and a hundred in one write.</summary>
internal static class RoomBenchmark
{
    private const int Batch = 100;
    private const int WarmUpRounds = 5;
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(3);

    public static void Run(string[] arguments)
    {
        var sizes = arguments.Length > 0 ? arguments.Select(a => int.Parse(a, CultureInfo.InvariantCulture)).ToArray() : [10, 100, 500];
        Console.WriteLine("deliveries per second of a 32-byte message; us = microseconds from the write until the last member has received it");
        Console.WriteLine($"{"members",8} {"server",8} {"one by one",12} {"us",8} {"batched",12}");
        foreach (var size in sizes)
        {
            foreach (var kind in Enum.GetValues<RoomServerKind>())
                Measure(kind, size);
        }
    }

    private static void Measure(RoomServerKind kind, int size)
    {
        var name = RoomServer.GetName(kind);
        using var server = RoomServer.Start(kind);
        if (server is null)
        {
            Console.WriteLine($"{size,8} {name,8} not installed");
            return;
        }
        var members = Enumerable.Range(0, size).Select(i => new RoomClient(kind, server.Port, i)).ToArray();
        foreach (var member in members)
            member.Drain(0);
        members[^1].Drain(500);
        foreach (var member in members)
            member.Drain(0);
        var single = MeasureDeliveries(members, 1, out var latency);
        var batched = MeasureDeliveries(members, Batch, out _);
        Console.WriteLine($"{size,8} {name,8} {single,12:N0} {latency,8:N0} {batched,12:N0}");
        foreach (var member in members)
            member.Dispose();
    }

    private static double MeasureDeliveries(RoomClient[] members, int batch, out double microseconds)
    {
        var sender = members[0];
        var lines = string.Concat(Enumerable.Repeat(sender.FormatMessage(RoomClient.MessageMarker + new string('x', 31)), batch));
        for (var i = 0; i < WarmUpRounds; i++)
            RunRound();
        var clock = Stopwatch.StartNew();
        long rounds = 0;
        for (; clock.Elapsed < Duration; rounds++)
            RunRound();
        var seconds = clock.Elapsed.TotalSeconds;
        microseconds = seconds * 1e6 / rounds;
        return rounds * batch * (members.Length - 1) / seconds;

        void RunRound()
        {
            sender.Send(lines);
            for (var i = 1; i < members.Length; i++)
                members[i].WaitForMessages(batch);
        }
    }
}
