using System;
using System.Collections.Generic;
using System.Globalization;
using System.Threading;

namespace PSPairChat.Bench;

/// <summary>What a member costs who only listens in a silent room.</summary>
internal static class IdleBenchmark
{
    public static void Run(string[] arguments)
    {
        var size = arguments.Length > 0 ? int.Parse(arguments[0], CultureInfo.InvariantCulture) : 2000;
        foreach (var kind in RoomServer.Kinds)
        {
            using var server = RoomServer.Start(kind);
            if (server is null)
                continue;
            try
            {
                for (var i = 0; i < 20; i++)
                    new Member(kind, server.Port, 10_000 + i).Dispose();
                Thread.Sleep(500);
                var heldBefore = kind == "room" ? server.AskHeldBytes() : 0;
                var before = server.ResidentKiB;
                var members = new List<Member>();
                while (members.Count < size)
                {
                    members.Add(new Member(kind, server.Port, members.Count));
                    // They are told of each other, and must not fall behind.
                    if (members.Count % 50 == 0)
                        members.ForEach(m => m.Drain(0));
                }
                Thread.Sleep(1000);
                members.ForEach(m => m.Drain(0));
                var held = kind == "room" ? server.AskHeldBytes() - heldBefore : 0;
                Thread.Sleep(500);
                Console.WriteLine($"{kind,8}: {size} members, {(server.ResidentKiB - before) / (double)size:0.0} KiB resident each"
                    + (held > 0 ? $", {held / 1024.0 / size:0.00} KiB held each" : ""));
                foreach (var member in members)
                    member.Dispose();
            }
            catch (Exception e) when (e is InvalidOperationException or System.Net.Sockets.SocketException)
            {
                Console.WriteLine($"{kind,8}: not with {size} members: {e.Message}");
            }
        }
    }
}
