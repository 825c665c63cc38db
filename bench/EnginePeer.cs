using System;
using System.Diagnostics;
using System.Globalization;
using System.Net;

namespace PSPairChat.Bench;

/// <summary>Our engine at one end: framed, turn-checked, every message an object.</summary>
internal static class EnginePeer
{
    public const string Echo = "engine-echo";
    public const string Ping = "engine-ping";
    public const string Count = "engine-count";
    public const string Pour = "engine-pour";

    private static readonly ChatOptions Free = new() { Handle = "Chris", TurnOrder = TurnOrder.Free };

    public static void RunEcho()
    {
        using var session = Serve(new ChatOptions { Handle = "chatserve" });
        while (session.Receive() is { } message)
            session.Send(message.Text);
    }

    public static void RunPing(int port, int warmUp, int count, int size)
    {
        using var session = ClientSession.Connect("127.0.0.1", port, new ChatOptions { Handle = "Chris" });
        var text = new string('x', size);
        var ticks = new long[count];
        long allocated = 0;
        for (var i = -warmUp; i < count; i++)
        {
            if (i == 0)
                allocated = GC.GetAllocatedBytesForCurrentThread();
            var start = Stopwatch.GetTimestamp();
            session.Send(text);
            if (session.Receive()?.Text.Length != size)
                throw new InvalidOperationException("That was not the answer.");
            if (i >= 0)
                ticks[i] = Stopwatch.GetTimestamp() - start;
        }
        Console.WriteLine(Measures.OfRoundTrips(ticks, GC.GetAllocatedBytesForCurrentThread() - allocated));
    }

    public static void RunCount()
    {
        using var session = Serve(Free);
        long messages = 0, began = 0, allocated = 0;
        while (session.TryReceive(null, waitOnOwnTurn: true).Message is not null)
        {
            if (messages++ > 0)
                continue;
            began = Stopwatch.GetTimestamp();
            allocated = GC.GetAllocatedBytesForCurrentThread();
        }
        var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"rate={messages / seconds:0} allocated={(double)allocated / messages:0.0}"));
    }

    public static void RunPour(int port, long count, int size)
    {
        using var session = ClientSession.Connect("127.0.0.1", port, Free);
        var text = new string('x', size - "Chris> \n".Length);
        for (; count > 0; count--)
            session.Send(text);
    }

    private static ServerSession Serve(ChatOptions options)
    {
        var session = ServerSession.Start(0, options, IPAddress.Loopback);
        Console.WriteLine(session.Port);
        return session;
    }
}
