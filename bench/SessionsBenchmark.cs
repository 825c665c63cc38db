using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.Linq;
using System.Net;
using System.Threading;
using PSPairChat.Connections;
using PSPairChat.Sessions;

namespace PSPairChat.Bench;

/// <summary>Measures the time from a message on one of several sessions until a thread that receives from all of them has it; both ends in one process.</summary>
internal static class SessionsBenchmark
{
    private const int WarmUp = 5_000;
    private const int Count = 5_000;

    private static readonly int[] SessionCounts = [1, 10, 100, 500];

    public static void Run() =>
        ComparisonRunner.Run("sessions", "p50", [.. SessionCounts.Select(count => new BenchmarkCase($"{count} sessions", () => Measure(count)))]);

    private static Metrics Measure(int sessionCount)
    {
        var servers = new List<ServerSession>();
        var clients = new List<ClientSession>();
        try
        {
            for (var i = 0; i < sessionCount; i++)
            {
                servers.Add(ServerSession.Start(0, new ChatOptions { Handle = "HostA", TurnOrder = TurnOrder.Free }, IPAddress.Loopback));
                clients.Add(ClientSession.Connect("127.0.0.1", servers[i].Port, new ChatOptions { Handle = "Chris", TurnOrder = TurnOrder.Free }));
                clients[i].Send("hello");
                servers[i].Receive();
            }
            return Measure(servers, clients);
        }
        finally
        {
            clients.ForEach(client => client.Dispose());
            servers.ForEach(server => server.Dispose());
        }
    }

    private static Metrics Measure(List<ServerSession> servers, List<ClientSession> clients)
    {
        var random = new Random(1);
        var ticks = new long[Count];
        var received = new SemaphoreSlim(0);
        var allocated = 0L;
        long receivedAt = 0;
        var receiver = new Thread(() =>
        {
            var selector = new SessionSelector(servers);
            for (var i = -WarmUp; i < Count; i++)
            {
                var result = selector.TryReceive(null, Deadline.Never, waitOnOwnTurn: true, CancellationToken.None, out _);
                receivedAt = Stopwatch.GetTimestamp();
                if (result.Message?.Text != i.ToString(CultureInfo.InvariantCulture))
                    throw new InvalidOperationException("Another message was received.");
                received.Release();
            }
        });
        receiver.Start();
        for (var i = -WarmUp; i < Count; i++)
        {
            if (i == 0)
                allocated = GC.GetTotalAllocatedBytes();
            var client = clients[random.Next(clients.Count)];
            var start = Stopwatch.GetTimestamp();
            client.Send(i.ToString(CultureInfo.InvariantCulture));
            received.Wait();
            if (i >= 0)
                ticks[i] = receivedAt - start;
        }
        receiver.Join();
        return Metrics.FromRoundTrips(ticks, GC.GetTotalAllocatedBytes() - allocated);
    }
}
