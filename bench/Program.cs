using System;
using System.Linq;

namespace PSPairChat.Bench;

/// <summary>Side-by-side measurements, run by hand: <c>dotnet run -c Release --project bench -- room</c>.</summary>
internal static class Program
{
    private static int Main(string[] arguments)
    {
        var rest = arguments.Skip(1).ToArray();
        switch (arguments.FirstOrDefault())
        {
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
            case RoomServer.Serve:
                RoomServer.Host();
                return 0;
            default:
                Console.Error.WriteLine("room [members..] | stalled | idle [members] | crowd [members] | silent | stop");
                return 2;
        }
    }
}
