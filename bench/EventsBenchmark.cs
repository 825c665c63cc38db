using System;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Threading;

namespace PSPairChat.Bench;

/// <summary>
/// Measures what a subscriber costs: round trips of a client to a server in the same process that replies from a receive loop, or from a subscriber of the event
/// MessageReceived.
/// </summary>
internal static class EventsBenchmark
{
    private const int WarmUp = 5_000;
    private const int RoundTrips = 20_000;
    private const int Iterations = 5;

    public static void Run()
    {
        var loop = new Metrics[Iterations];
        var events = new Metrics[Iterations];
        for (var i = 0; i < Iterations; i++)
        {
            loop[i] = Measure(StartLoop);
            events[i] = Measure(server => server.MessageReceived += (_, e) => server.Send(e.Message.Text));
        }
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"receive loop  {Metrics.GetMedians(loop)}"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"subscriber    {Metrics.GetMedians(events)}"));
    }

    private static void StartLoop(ServerSession server)
    {
        var thread = new Thread(() =>
        {
            try
            {
                while (server.Receive() is { } message)
                    server.Send(message.Text);
            }
            catch (ChatException e) when (e.Reason == ChatErrorReason.SessionClosed)
            {
                // The measurement is complete.
            }
        });
        thread.Start();
    }

    private static Metrics Measure(Action<ServerSession> startServer)
    {
        using var server = ServerSession.Start(0, new ChatOptions { Handle = "HostA" }, IPAddress.Loopback);
        startServer(server);
        using var client = ClientSession.Connect("127.0.0.1", server.Port, new ChatOptions { Handle = "Chris" });
        var text = new string('x', 32);
        var ticks = new long[RoundTrips];
        var allocated = 0L;
        for (var i = -WarmUp; i < RoundTrips; i++)
        {
            if (i == 0)
                allocated = GC.GetTotalAllocatedBytes();
            var start = Stopwatch.GetTimestamp();
            client.Send(text);
            client.Receive();
            if (i >= 0)
                ticks[i] = Stopwatch.GetTimestamp() - start;
        }
        return Metrics.FromRoundTrips(ticks, GC.GetTotalAllocatedBytes() - allocated);
    }
}
