using System;
using System.Diagnostics;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading;

namespace PSPairChat.Bench;

/// <summary>Measures the shutdown of a room with five hundred members, ten of which do not read.</summary>
internal static class ShutdownBenchmark
{
    private const int Size = 500;
    private const int SlowMembers = 10;

    public static void Run()
    {
        using var room = RoomSession.Start("lobby", 0, new ChatOptions { Handle = "host" }, new RoomOptions { MaxMessagesPerSecond = 0 }, IPAddress.Loopback);
        var members = Enumerable.Range(0, Size).Select(i => new RoomClient(RoomServerKind.Room, room.Port, i, i < SlowMembers ? 4096 : 0)).ToArray();
        foreach (var member in members)
            member.Drain(0);
        while (room.Members.Count(m => m.QueuedBytes > 1000) < SlowMembers)
        {
            room.Send(RoomClient.MessageMarker + new string('x', 490));
            foreach (var member in members.Skip(SlowMembers))
                member.WaitForMessages(1);
        }
        Console.WriteLine($"{room.Members.Count} members, {room.Members.Count(m => m.QueuedBytes > 0)} with queued bytes, "
            + $"{ThreadPool.ThreadCount} threads in the pool");
        var clock = Stopwatch.StartNew();
        room.Dispose();
        var seconds = clock.Elapsed.TotalSeconds;
        var notified = members.Skip(SlowMembers).Count(m => ReadToEnd(m).EndsWith("BYE The room is closed.\n", StringComparison.Ordinal));
        Console.WriteLine($"stopped in {seconds:0.00} s; {notified} of {Size - SlowMembers} members were notified before the connection was closed");
    }

    private static string ReadToEnd(RoomClient member)
    {
        var text = new StringBuilder();
        var buffer = new byte[65536];
        try
        {
            for (int count; (count = member.Socket.Receive(buffer)) > 0;)
                text.Append(Encoding.UTF8.GetString(buffer, 0, count));
        }
        catch (SocketException e)
        {
            text.Append(e.SocketErrorCode);
        }
        return text.ToString();
    }
}
