using System;
using System.Diagnostics;
using System.Linq;
using System.Net.Sockets;
using System.Threading;

namespace PSPairChat.Bench;

/// <summary>Measures how one of twenty members that does not read affects the others.</summary>
internal static class SlowConsumerBenchmark
{
    private const int Size = 20;
    private const int WarmUp = 20_000;
    private const int Messages = 6000;
    private static readonly TimeSpan SendInterval = TimeSpan.FromMilliseconds(2);
    private static readonly TimeSpan ReadTimeout = TimeSpan.FromSeconds(30);

    public static void Run()
    {
        using var server = RoomServer.Start();
        var members = Enumerable.Range(0, Size).Select(i => new RoomClient(RoomServerKind.Room, server.Port, i, i == Size - 1 ? 4096 : 0)).ToArray();
        foreach (var member in members)
            member.Drain(100);
        var text = RoomClient.MessageMarker + new string('x', 400);
        // After the warm-up, the heap and the queue of the host no longer grow. Further growth is caused by the slow member.
        for (var i = 0; i < WarmUp; i++)
            SendAndReceive(members, text);
        var residentBefore = server.ResidentKiB;
        var heapBefore = server.GetHeapBytes();
        var gaps = new double[Size];
        var readers = Enumerable.Range(1, Size - 2).Select(i => new Thread(() => gaps[i] = GetLongestGap(members[i])) { IsBackground = true }).ToArray();
        foreach (var reader in readers)
            reader.Start();
        var longestInterval = 0.0;
        var maxResident = residentBefore;
        var clock = Stopwatch.StartNew();
        for (var n = 0; n < Messages; n++)
        {
            var start = clock.Elapsed.TotalMilliseconds;
            members[0].Send(members[0].FormatMessage(text));
            Thread.Sleep(SendInterval);
            longestInterval = Math.Max(longestInterval, clock.Elapsed.TotalMilliseconds - start);
            if (n % 100 == 0)
                maxResident = Math.Max(maxResident, server.ResidentKiB);
        }
        foreach (var reader in readers)
        {
            if (!reader.Join(ReadTimeout))
                throw new TimeoutException("A member has not received all messages.");
        }
        Console.WriteLine($"{Messages} messages of 400 characters: longest gap at a reader {gaps.Max():0.0} ms "
            + $"(longest send interval {longestInterval:0.0} ms); the slow member was {(IsDisconnected(members[^1]) ? "" : "NOT ")}disconnected");
        Console.WriteLine($"memory of the server: {residentBefore} KiB before, {maxResident} KiB at most, {server.ResidentKiB} KiB after; "
            + $"managed heap {heapBefore / 1024} -> {server.GetHeapBytes() / 1024} KiB");
    }

    // In milliseconds.
    private static double GetLongestGap(RoomClient member)
    {
        var longest = 0.0;
        var clock = Stopwatch.StartNew();
        for (var n = 0; n < Messages; n++)
        {
            member.WaitForMessages(1);
            if (n > 0)
                longest = Math.Max(longest, clock.Elapsed.TotalMilliseconds);
            clock.Restart();
        }
        return longest;
    }

    private static bool IsDisconnected(RoomClient member)
    {
        member.Socket.ReceiveTimeout = 5000;
        try
        {
            while (member.Socket.Receive(new byte[65536]) > 0)
            {
            }
            return true;
        }
        catch (SocketException e)
        {
            return e.SocketErrorCode != SocketError.TimedOut;
        }
    }

    private static void SendAndReceive(RoomClient[] members, string text)
    {
        members[0].Send(members[0].FormatMessage(text));
        for (var i = 1; i < Size; i++)
            members[i].WaitForMessages(1);
    }
}
