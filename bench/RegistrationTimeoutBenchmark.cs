using System;
using System.Diagnostics;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Threading;

namespace PSPairChat.Bench;

/// <summary>Measures how five hundred connections that never register affect two members.</summary>
internal static class RegistrationTimeoutBenchmark
{
    private const int Connections = 500;

    public static void Run()
    {
        using var server = RoomServer.Start();
        var sender = new RoomClient(RoomServerKind.Room, server.Port, 0);
        var receiver = new RoomClient(RoomServerKind.Room, server.Port, 1);
        var clock = Stopwatch.StartNew();
        var sockets = Enumerable.Range(0, Connections).Select(_ =>
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Connect(IPAddress.Loopback, server.Port);
            return socket;
        }).ToArray();
        var connectSeconds = clock.Elapsed.TotalSeconds;
        var maxLatency = 0.0;
        using var completed = new CancellationTokenSource();
        var conversation = new Thread(() =>
        {
            var latency = new Stopwatch();
            while (!completed.IsCancellationRequested)
            {
                latency.Restart();
                sender.Send(sender.FormatMessage(RoomClient.MessageMarker + "hello"));
                receiver.WaitForMessages(1);
                maxLatency = Math.Max(maxLatency, latency.Elapsed.TotalMilliseconds);
                Thread.Sleep(5);
            }
        });
        conversation.Start();
        var buffer = new byte[1024];
        foreach (var socket in sockets)
        {
            socket.ReceiveTimeout = 20_000;
            while (socket.Receive(buffer) > 0)
            {
            }
        }
        Console.WriteLine($"{Connections} unregistered connections (opened in {connectSeconds:0.0} s) were closed {clock.Elapsed.TotalSeconds:0.0} s "
            + $"after the first one; highest latency of a message meanwhile {maxLatency:0.0} ms");
        completed.Cancel();
        conversation.Join();
    }
}
