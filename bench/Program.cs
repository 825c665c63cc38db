using System;
using System.Globalization;
using System.Linq;

namespace PSPairChat.Bench;

/// <summary>Side-by-side measurements, run by hand: <c>dotnet run -c Release --project bench -- pingpong</c>.</summary>
internal static class Program
{
    private static int Main(string[] arguments)
    {
        var rest = arguments.Skip(1).ToArray();
        switch (arguments.FirstOrDefault())
        {
            case "pingpong":
                PingPongBenchmark.Run();
                return 0;
            case "cmdlets":
                CmdletsBenchmark.Run();
                return 0;
            case "oneway":
                OneWayBenchmark.Run();
                return 0;
            case "room":
                RoomBenchmark.Run(rest);
                return 0;
            case "stalled":
                StalledBenchmark.Run();
                return 0;
            case "idle":
                IdleBenchmark.Run(rest);
                return 0;
            case "crowd":
                CrowdBenchmark.Run(rest);
                return 0;
            case "silent":
                SilentBenchmark.Run();
                return 0;
            case "stop":
                StopBenchmark.Run();
                return 0;
            case "startup":
                StartupBenchmark.Run();
                return 0;
            case "pure":
                PureBenchmark.Run(rest);
                return 0;
            case "all":
                PingPongBenchmark.Run();
                CmdletsBenchmark.Run();
                OneWayBenchmark.Run();
                StartupBenchmark.Run();
                RoomBenchmark.Run([]);
                StalledBenchmark.Run();
                IdleBenchmark.Run([]);
                PureBenchmark.Run([]);
                return 0;

            // The roles of the processes that these start.
            case RoomServer.Serve:
                RoomServer.Host();
                return 0;
            case BareSocketPeer.Echo:
                BareSocketPeer.RunEcho(Number(0), Number(1) > 0);
                return 0;
            case BareSocketPeer.Ping:
                BareSocketPeer.RunPing(Number(0), Number(1), Number(2), Number(3), Number(4), Number(5) > 0);
                return 0;
            case BareSocketPeer.Count:
                BareSocketPeer.RunCount();
                return 0;
            case BareSocketPeer.Pour:
                BareSocketPeer.RunPour(Number(0), Number(1), Number(2), Number(3));
                return 0;
            case EnginePeer.Echo:
                EnginePeer.RunEcho();
                return 0;
            case EnginePeer.Ping:
                EnginePeer.RunPing(Number(0), Number(1), Number(2), Number(3));
                return 0;
            case EnginePeer.Count:
                EnginePeer.RunCount();
                return 0;
            case EnginePeer.Pour:
                EnginePeer.RunPour(Number(0), Number(1), Number(2));
                return 0;
            default:
                Console.Error.WriteLine("pingpong | cmdlets | oneway | startup | pure | room [members..] | stalled | idle [members] | crowd [members] | silent | stop | all");
                return 2;
        }

        int Number(int index) => int.Parse(rest[index], CultureInfo.InvariantCulture);
    }
}
