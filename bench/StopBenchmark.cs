using System;
using System.Diagnostics;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading;

namespace PSPairChat.Bench;

/// <summary>Stopping a room of five hundred, ten of whom do not read.</summary>
internal static class StopBenchmark
{
    private const int Size = 500;
    private const int Stalled = 10;

    public static void Run()
    {
        using var room = RoomSession.Start("lobby", 0, new ChatOptions { Handle = "host" }, new RoomOptions { MaxMessagesPerSecond = 0 }, IPAddress.Loopback);
        var members = Enumerable.Range(0, Size).Select(i => new Member("room", room.Port, i, i < Stalled ? 4096 : 0)).ToArray();
        foreach (var member in members)
            member.Drain(0);
        for (var n = 0; room.Members.Count(m => m.QueuedBytes > 1000) < Stalled; n++)
        {
            room.Send(Member.Mark + new string('x', 490));
            foreach (var member in members.Skip(Stalled))
                member.Count(1);
        }
        Console.WriteLine($"{room.Members.Count} members, {room.Members.Count(m => m.QueuedBytes > 0)} stalled, {ThreadPool.ThreadCount} threads in the pool");
        var clock = Stopwatch.StartNew();
        room.Dispose();
        var seconds = clock.Elapsed.TotalSeconds;
        var told = 0;
        foreach (var member in members.Skip(Stalled))
        {
            var buffer = new byte[65536];
            var text = "";
            try
            {
                for (int count; (count = member.Socket.Receive(buffer)) > 0;)
                    text += Encoding.UTF8.GetString(buffer, 0, count);
            }
            catch (SocketException e)
            {
                text += e.SocketErrorCode;
            }
            if (text.EndsWith("BYE The room is closed.\n", StringComparison.Ordinal))
                told++;
        }
        Console.WriteLine($"stopped within {seconds:0.00} s; {told} of {Size - Stalled} were told and hung up on in order");
    }
}
