using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.Linq;
using System.Net;
using System.Threading;
using System.Threading.Tasks;

namespace PSPairChat.Bench;

/// <summary>Measures what a secure server spends on strangers, and on idle members.</summary>
internal static class SecureServerBenchmark
{
    public const string RoomRole = "secure-room";

    private const int DefaultMembers = 500;
    private const int ConcurrentJoins = 50;
    private const int TalkSeconds = 5;
    private const int Iterations = 3;

    /// <summary>Measures how strangers that send nothing or random bytes to a secure pair server and a secure room affect a client and two members that talk.</summary>
    public static void RunStrangers()
    {
        using var server = BenchmarkProcess.StartUnpinned(BenchmarkProcess.GetSelfCommand(EnginePeer.SecureEcho));
        var pairPort = int.Parse(server.ReadLine(), CultureInfo.InvariantCulture);
        using var roomServer = BenchmarkProcess.StartUnpinned(BenchmarkProcess.GetSelfCommand(RoomRole));
        var roomPort = int.Parse(roomServer.ReadLine(), CultureInfo.InvariantCulture);
        using var pair = ClientSession.Connect("127.0.0.1", pairPort, new ChatOptions { Handle = "Chris", SecureClient = TlsBenchmark.ClientOptions });
        var members = new List<RoomMemberSession>();
        Join(members, roomPort, 2);
        var ratios = new List<(double Pair, double Room)>();
        for (var i = 0; i < Iterations; i++)
        {
            var without = MeasureTalk(pair, members);
            using var strangers = BenchmarkProcess.StartUnpinned(["nice", "-n", "19", .. BenchmarkProcess.GetSelfCommand(Attacker.Role, Attacker.Strangers, $"{roomPort}", $"{pairPort}")]);
            Thread.Sleep(1000);
            var with = MeasureTalk(pair, members);
            Console.WriteLine($"strangers: pair p99 {without.Pair:0} -> {with.Pair:0} us, room p99 {without.Room:0} -> {with.Room:0} us");
            ratios.Add((with.Pair / without.Pair, with.Room / without.Room));
        }
        Console.WriteLine($"median ratios: pair {Metrics.GetMedian(ratios.Select(r => r.Pair)):0.00}, room {Metrics.GetMedian(ratios.Select(r => r.Room)):0.00}");
        members.ForEach(m => m.Dispose());
    }

    private static (double Pair, double Room) MeasureTalk(ClientSession pair, List<RoomMemberSession> members) => (
        MeasureRoundTrips(() =>
        {
            pair.Send("hello");
            pair.Receive();
        }),
        MeasureRoundTrips(() =>
        {
            members[0].Send("hello");
            members[1].Receive();
        }, maxPerSecond: RoomOptions.DefaultMaxMessagesPerSecond));

    private static double MeasureRoundTrips(Action roundTrip, int maxPerSecond = 500)
    {
        var ticks = new List<long>();
        for (var clock = Stopwatch.StartNew(); clock.Elapsed.TotalSeconds < TalkSeconds; Thread.Sleep(1000 / maxPerSecond))
        {
            var start = Stopwatch.GetTimestamp();
            roundTrip();
            ticks.Add(Stopwatch.GetTimestamp() - start);
        }
        return Metrics.FromRoundTrips([.. ticks], 0)["p99"];
    }

    /// <summary>Runs a secure room; for each line of input, prints the resident memory in KiB.</summary>
    public static void RunRoom()
    {
        using var room = RoomSession.Start("lobby", 0, new ChatOptions { Handle = "host", SecureServer = new SecureServerOptions { AllowAnonymous = true } },
            new RoomOptions { MaxMembers = 100_000, MaxUnregisteredConnections = 100_000, MaxUnregisteredConnectionsPerAddress = 100_000 }, IPAddress.Loopback);
        Console.WriteLine(room.Port);
        while (Console.ReadLine() is not null)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            GC.Collect();
            using var process = Process.GetCurrentProcess();
            Console.WriteLine($"{process.WorkingSet64 / 1024} {GC.GetTotalMemory(forceFullCollection: true) / 1024}");
        }
    }

    /// <summary>Measures the memory of an idle member.</summary>
    public static void RunMemory(string[] arguments)
    {
        var size = arguments.Length > 0 ? int.Parse(arguments[0], CultureInfo.InvariantCulture) : DefaultMembers;
        using var server = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, RoomRole) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        var port = int.Parse(server.StandardOutput.ReadLine()!, CultureInfo.InvariantCulture);
        var members = new List<RoomMemberSession>();
        Join(members, port, ConcurrentJoins);
        var before = Read(server);
        Join(members, port, size);
        var after = Read(server);
        Console.WriteLine($"idle secure member: {(after.Resident - before.Resident) / (double)size:0.0} KiB resident, {(after.Heap - before.Heap) / (double)size:0.0} KiB of managed heap");
        members.ForEach(m => m.Dispose());
        server.Kill();
    }

    private static void Join(List<RoomMemberSession> members, int port, int count)
    {
        for (var end = members.Count + count; members.Count < end;)
        {
            var names = Enumerable.Range(members.Count, Math.Min(ConcurrentJoins, end - members.Count)).Select(GetNickname);
            members.AddRange(Task.WhenAll(names.Select(name => Task.Factory.StartNew(() => RoomMemberSession.Connect("127.0.0.1", port, "lobby",
                new ChatOptions { Handle = name, SecureClient = TlsBenchmark.ClientOptions }), TaskCreationOptions.LongRunning))).Result);
            members.ForEach(m => m.Refresh());
        }
    }

    private static (long Resident, long Heap) Read(Process server)
    {
        server.StandardInput.WriteLine();
        var values = server.StandardOutput.ReadLine()!.Split(' ').Select(v => long.Parse(v, CultureInfo.InvariantCulture)).ToArray();
        return (values[0], values[1]);
    }

    private static string GetNickname(int number) => "M" + new string([.. number.ToString(CultureInfo.InvariantCulture).Select(digit => (char)(digit - '0' + 'a'))]);
}
