using System;
using System.Diagnostics;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Threading;

namespace PSPairChat.Bench;

/// <summary>Five hundred connections that never say a word, while two members talk.</summary>
internal static class SilentBenchmark
{
    public static void Run()
    {
        using var server = RoomServer.Start("room")!;
        var ann = new Member("room", server.Port, 0);
        var bob = new Member("room", server.Port, 1);
        var clock = Stopwatch.StartNew();
        var silent = Enumerable.Range(0, 500).Select(_ =>
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Connect(IPAddress.Loopback, server.Port);
            return socket;
        }).ToArray();
        var connected = clock.Elapsed.TotalSeconds;
        var worst = 0.0;
        using var over = new CancellationTokenSource();
        var talking = new Thread(() =>
        {
            var round = new Stopwatch();
            while (!over.IsCancellationRequested)
            {
                round.Restart();
                ann.Send(ann.Line(Member.Mark + "hello"));
                bob.Count(1);
                worst = Math.Max(worst, round.Elapsed.TotalMilliseconds);
                Thread.Sleep(5);
            }
        });
        talking.Start();
        var buffer = new byte[1024];
        foreach (var socket in silent)
        {
            socket.ReceiveTimeout = 20_000;
            while (socket.Receive(buffer) > 0)
            {
            }
        }
        Console.WriteLine($"500 silent connections (made within {connected:0.0} s) were gone {clock.Elapsed.TotalSeconds:0.0} s after the first; worst trip of a message meanwhile {worst:0.0} ms");
        over.Cancel();
        talking.Join();
    }
}
