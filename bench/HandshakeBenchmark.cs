using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Net;

namespace PSPairChat.Bench;

/// <summary>Measures how long a client takes to connect to a server with an invite, one after the other, both ends in one process.</summary>
internal static class HandshakeBenchmark
{
    private const int WarmUp = 200;
    private const int Count = 500;

    public static void Run()
    {
        using var server = ServerSession.Start(0, new ChatOptions { Handle = "HostA", SecureServer = new SecureServerOptions() }, IPAddress.Loopback);
        var milliseconds = new List<double>();
        for (var i = 0; i < WarmUp + Count; i++)
        {
            var invite = server.Invites.Create().ToString();
            var start = Stopwatch.GetTimestamp();
            using var client = ClientSession.Connect("127.0.0.1", server.Port, new ChatOptions { Handle = "Chris", SecureClient = new SecureClientOptions { Invite = invite } });
            if (i >= WarmUp)
                milliseconds.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            client.Disconnect();
            server.TryReceive(TimeSpan.FromSeconds(10), waitOnOwnTurn: true);
        }
        milliseconds.Sort();
        Console.WriteLine($"handshake and invite: p50 {milliseconds[Count / 2]:0.00} ms, p99 {milliseconds[Count * 99 / 100]:0.00} ms");
    }
}
