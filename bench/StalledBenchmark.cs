using System;
using System.Diagnostics;
using System.Linq;
using System.Threading;

namespace PSPairChat.Bench;

/// <summary>Twenty members, one of whom never reads: what the others notice of it.</summary>
internal static class StalledBenchmark
{
    private const int Size = 20;
    private const int WarmUp = 20_000;
    private const int Messages = 6000;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(2);

    public static void Run()
    {
        using var server = RoomServer.Start("room")!;
        var members = Enumerable.Range(0, Size).Select(i => new Member("room", server.Port, i, i == Size - 1 ? 4096 : 0)).ToArray();
        foreach (var member in members)
            member.Drain(100);
        var text = Member.Mark + new string('x', 400);
        // Until the runtime's heap and the host's inbox have their usual size: what grows after that is the stalled member's.
        for (var i = 0; i < WarmUp; i++)
            Say(members, text);
        var before = server.ResidentKiB;
        var heldBefore = server.AskHeldBytes();
        var gaps = new double[Size];
        long worst = before;
        var heard = new Thread[Size - 2];
        for (var i = 1; i < Size - 1; i++)
        {
            var me = i;
            heard[i - 1] = new Thread(() =>
            {
                var clock = Stopwatch.StartNew();
                for (var n = 0; n < Messages; n++)
                {
                    members[me].Count(1);
                    if (n > 0)
                        gaps[me] = Math.Max(gaps[me], clock.Elapsed.TotalMilliseconds);
                    clock.Restart();
                }
            });
            heard[i - 1].Start();
        }
        var slip = 0.0;
        var pace = Stopwatch.StartNew();
        for (var n = 0; n < Messages; n++)
        {
            var started = pace.Elapsed.TotalMilliseconds;
            members[0].Send(members[0].Line(text));
            Thread.Sleep(Pause);
            slip = Math.Max(slip, pace.Elapsed.TotalMilliseconds - started);
            if (n % 100 == 0)
                worst = Math.Max(worst, server.ResidentKiB);
        }
        foreach (var thread in heard)
            thread.Join();
        var cut = members[^1].Socket.Poll(1_000_000, System.Net.Sockets.SelectMode.SelectError) || IsCut(members[^1]);
        Console.WriteLine($"{Messages} messages of 400 characters: longest gap of the others {gaps.Max():0.0} ms (of the speaker itself {slip:0.0} ms); the reader was {(cut ? "cut" : "NOT cut")}");
        Console.WriteLine($"memory of the server: {before} KiB before, {worst} KiB at most, {server.ResidentKiB} KiB after; held after a collection {heldBefore / 1024} -> {server.AskHeldBytes() / 1024} KiB");
    }

    private static bool IsCut(Member member)
    {
        try
        {
            while (member.Socket.Receive(new byte[65536]) > 0)
            {
            }
            return true;
        }
        catch (System.Net.Sockets.SocketException)
        {
            return true;
        }
    }

    private static void Say(Member[] members, string text)
    {
        members[0].Send(members[0].Line(text));
        for (var i = 1; i < Size; i++)
            members[i].Count(1);
    }
}
