using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace PSPairChat.Bench;

/// <summary>Runs a benchmark: <c>dotnet run -c Release --project bench -- pingpong</c>.</summary>
internal static class Program
{
    private static readonly Dictionary<string, Action<string[]>> Benchmarks = new()
    {
        ["pingpong"] = _ => PingPongBenchmark.Run(),
        ["firstmessages"] = _ => FirstMessagesBenchmark.Run(),
        ["tls"] = _ => TlsBenchmark.Run(),
        ["handshake"] = _ => HandshakeBenchmark.Run(),
        ["strangers"] = _ => SecureServerBenchmark.RunStrangers(),
        ["securememory"] = SecureServerBenchmark.RunMemory,
        ["cmdlets"] = _ => CmdletsBenchmark.Run(),
        ["throughput"] = _ => ThroughputBenchmark.Run(),
        ["startup"] = _ => StartupBenchmark.Run(),
        ["events"] = _ => EventsBenchmark.Run(),
        ["sessions"] = _ => SessionsBenchmark.Run(),
        ["room"] = RoomBenchmark.Run,
        ["backplane"] = BackplaneBenchmark.Run,
        ["slowconsumer"] = _ => SlowConsumerBenchmark.Run(),
        ["memory"] = MemoryBenchmark.Run,
        ["churn"] = ChurnBenchmark.Run,
        ["registration"] = _ => RegistrationTimeoutBenchmark.Run(),
        ["attack"] = AttackBenchmark.Run,
        ["shutdown"] = _ => ShutdownBenchmark.Run(),
        ["micro"] = MicroBenchmark.Run,
    };

    // The roles of the processes that a benchmark starts.
    private static readonly Dictionary<string, Action<string[]>> Roles = new()
    {
        [RoomServer.Role] = a => RoomServer.Run(a.FirstOrDefault()),
        [AttackServer.Role] = _ => AttackServer.Run(),
        [Attacker.Role] = a => Attacker.Run(a[0], Parse(a[1]), Parse(a[2])),
        [SocketPeer.Echo] = a => SocketPeer.RunEcho(Parse(a[0]), Parse(a[1]) > 0),
        [SocketPeer.Ping] = a => SocketPeer.RunPing(Parse(a[0]), Parse(a[1]), Parse(a[2]), Parse(a[3]), Parse(a[4]), Parse(a[5]) > 0),
        [SocketPeer.Sink] = _ => SocketPeer.RunSink(),
        [SocketPeer.Source] = a => SocketPeer.RunSource(Parse(a[0]), Parse(a[1]), Parse(a[2]), Parse(a[3])),
        [EnginePeer.Echo] = _ => EnginePeer.RunEcho(isSecure: false),
        [EnginePeer.Ping] = a => EnginePeer.RunPing(Parse(a[0]), Parse(a[1]), Parse(a[2]), Parse(a[3]), isSecure: false),
        [EnginePeer.SecureEcho] = _ => EnginePeer.RunEcho(isSecure: true),
        [EnginePeer.SecurePing] = a => EnginePeer.RunPing(Parse(a[0]), Parse(a[1]), Parse(a[2]), Parse(a[3]), isSecure: true),
        [SecureServerBenchmark.RoomRole] = _ => SecureServerBenchmark.RunRoom(),
        [EnginePeer.ResumablePing] = a => EnginePeer.RunPing(Parse(a[0]), Parse(a[1]), Parse(a[2]), Parse(a[3]), isSecure: true, ResumeMode.Always),
        [EnginePeer.Sink] = _ => EnginePeer.RunSink(),
        [EnginePeer.Source] = a => EnginePeer.RunSource(Parse(a[0]), Parse(a[1]), Parse(a[2])),
    };

    private static int Main(string[] arguments)
    {
        var name = arguments.FirstOrDefault() ?? "";
        var rest = arguments.Skip(1).ToArray();
        if (name == "all")
        {
            foreach (var benchmark in Benchmarks.Values)
                benchmark([]);
            return 0;
        }
        if (!Benchmarks.TryGetValue(name, out var run) && !Roles.TryGetValue(name, out run))
        {
            Console.Error.WriteLine($"Usage: {string.Join(" | ", Benchmarks.Keys)} | all");
            Console.Error.WriteLine("Arguments: room [members..], backplane [messages per second], memory [members], securememory [members], churn [members], attack [names..]");
            return 2;
        }
        run(rest);
        return 0;
    }

    private static int Parse(string argument) => int.Parse(argument, CultureInfo.InvariantCulture);
}
