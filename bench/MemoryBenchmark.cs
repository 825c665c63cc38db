using System;
using System.Collections.Generic;
using System.Globalization;
using System.Net.Sockets;
using System.Threading;

namespace PSPairChat.Bench;

/// <summary>Measures the memory that a server uses for each idle member.</summary>
internal static class MemoryBenchmark
{
    private const int WarmUpMembers = 20;

    public static void Run(string[] arguments)
    {
        var size = arguments.Length > 0 ? int.Parse(arguments[0], CultureInfo.InvariantCulture) : 2000;
        // ncat --broker accepts at most 1,000 connections.
        foreach (var kind in new[] { RoomServerKind.Room, RoomServerKind.Ngircd })
        {
            using var server = RoomServer.Start(kind);
            if (server is null)
                continue;
            try
            {
                Measure(kind, server, size);
            }
            catch (Exception e) when (e is InvalidOperationException or SocketException)
            {
                Console.WriteLine($"{RoomServer.GetName(kind),8}: failed with {size} members: {e.Message}");
            }
        }
    }

    private static void Measure(RoomServerKind kind, RoomServer server, int size)
    {
        for (var i = 0; i < WarmUpMembers; i++)
            new RoomClient(kind, server.Port, 10_000 + i).Dispose();
        Thread.Sleep(500);
        var heapBefore = kind == RoomServerKind.Room ? server.GetHeapBytes() : 0;
        var residentBefore = server.ResidentKiB;
        var members = new List<RoomClient>();
        while (members.Count < size)
        {
            members.Add(new RoomClient(kind, server.Port, members.Count));
            // Members that do not read the join notices would be disconnected.
            if (members.Count % 50 == 0)
                members.ForEach(m => m.Drain(0));
        }
        Thread.Sleep(1000);
        members.ForEach(m => m.Drain(0));
        var heap = kind == RoomServerKind.Room ? server.GetHeapBytes() - heapBefore : 0;
        Thread.Sleep(500);
        Console.WriteLine($"{RoomServer.GetName(kind),8}: {size} members, {(server.ResidentKiB - residentBefore) / (double)size:0.0} KiB resident per member"
            + (heap > 0 ? $", {heap / 1024.0 / size:0.00} KiB of managed heap" : ""));
        foreach (var member in members)
            member.Dispose();
    }
}
