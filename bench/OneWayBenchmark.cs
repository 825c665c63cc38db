using System.Collections.Generic;

namespace PSPairChat.Bench;

/// <summary>Lines of 64 bytes, one way, as fast as they go; the ends on two CPUs where there are two.</summary>
internal static class OneWayBenchmark
{
    private const int Count = 2_000_000;
    private const int CountOfSingles = 100_000;
    private const int Size = 64;
    private const int Batch = 1000;

    public static void Run()
    {
        var bare = BareC.Program;
        string[]? counter = bare is null ? null : [bare, "count"];
        Contest.Run("oneway", "rate",
        [
            new("bare C -> bare C", () => Pour(bare, Batch, counter)),
            new("bare C -> bare .NET sockets", () => Pour(bare, Batch, Peer.Self(BareSocketPeer.Count))),
            new("bare C -> engine", () => Pour(bare, Batch, Peer.Self(EnginePeer.Count))),
            new("bare C, one send a line -> bare C", () => Pour(bare, 1, counter)),
            new("bare .NET sockets, one send a line -> bare C", () => Pour(port => Peer.Self(BareSocketPeer.Pour, port, $"{CountOfSingles}", $"{Size}", "1"), counter)),
            new("engine -> bare C", () => Pour(port => Peer.Self(EnginePeer.Pour, port, $"{CountOfSingles}", $"{Size}"), counter)),
            new("engine -> engine", () => Pour(port => Peer.Self(EnginePeer.Pour, port, $"{CountOfSingles}", $"{Size}"), Peer.Self(EnginePeer.Count))),
        ]);
    }

    private static Measures? Pour(string? bare, int batch, string[]? counter) =>
        bare is null ? null : Pour(port => [bare, "pour", port, $"{(batch > 1 ? Count : CountOfSingles)}", $"{Size}", $"{batch}"], counter);

    private static Measures? Pour(System.Func<string, IEnumerable<string>> source, string[]? counter)
    {
        if (counter is null)
            return null;
        using var counting = Peer.Start(0, counter);
        using var pouring = Peer.Start(1, source(counting.ReadLine()));
        return counting.ReadMeasures();
    }
}
