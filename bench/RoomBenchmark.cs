using System;
using System.Diagnostics;
using System.Globalization;
using System.Linq;

namespace PSPairChat.Bench;

/// <summary>Deliveries a second: one member speaks, all others hear; one message at a time, and a hundred in one write.</summary>
internal static class RoomBenchmark
{
    private const int Batch = 100;
    private static readonly TimeSpan Time = TimeSpan.FromSeconds(3);

    public static void Run(string[] arguments)
    {
        var sizes = arguments.Length > 0 ? arguments.Select(a => int.Parse(a, CultureInfo.InvariantCulture)).ToArray() : [10, 100, 500];
        Console.WriteLine("deliveries a second of a 32-byte message; us = microseconds from the write until the last member has it");
        Console.WriteLine($"{"members",8} {"server",8} {"one by one",12} {"us",8} {"batched",12}");
        foreach (var size in sizes)
        {
            foreach (var kind in RoomServer.Kinds)
            {
                using var server = RoomServer.Start(kind);
                if (server is null)
                {
                    Console.WriteLine($"{size,8} {kind,8} not installed");
                    continue;
                }
                var members = Enumerable.Range(0, size).Select(i => new Member(kind, server.Port, i)).ToArray();
                foreach (var member in members)
                    member.Drain(0);
                members[^1].Drain(500);
                foreach (var member in members)
                    member.Drain(0);
                var single = Measure(members, 1, out var latency);
                var batched = Measure(members, Batch, out _);
                Console.WriteLine($"{size,8} {kind,8} {single,12:N0} {latency,8:N0} {batched,12:N0}");
                foreach (var member in members)
                    member.Dispose();
            }
        }
    }

    private static double Measure(Member[] members, int batch, out double microseconds)
    {
        var speaker = members[0];
        var words = string.Concat(Enumerable.Repeat(speaker.Line(Member.Mark + new string('x', 31)), batch));
        for (var i = 0; i < 5; i++)
            Round();
        var clock = Stopwatch.StartNew();
        long rounds = 0;
        for (; clock.Elapsed < Time; rounds++)
            Round();
        var seconds = clock.Elapsed.TotalSeconds;
        microseconds = seconds * 1e6 / rounds;
        return rounds * batch * (members.Length - 1) / seconds;

        void Round()
        {
            speaker.Send(words);
            for (var i = 1; i < members.Length; i++)
                members[i].Count(batch);
        }
    }
}
