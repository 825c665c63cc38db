using System;
using System.Diagnostics;
using System.Globalization;
using System.Net;

namespace PSPairChat.Bench;

/// <summary>Implements the roles of baseline.c with sessions of the engine.</summary>
internal static class EnginePeer
{
    public const string Echo = "engine-echo";
    public const string Ping = "engine-ping";
    public const string Sink = "engine-sink";
    public const string Source = "engine-source";
    public const string SecureEcho = "engine-secure-echo";
    public const string SecurePing = "engine-secure-ping";
    public const string ResumablePing = "engine-resumable-ping";

    private static readonly ChatOptions FreeOptions = new() { Handle = "Chris", TurnOrder = TurnOrder.Free };

    /// <summary>Echoes the messages of one client.</summary>
    /// <param name="isSecure">Whether to use TLS. The client decides whether the session can be resumed.</param>
    public static void RunEcho(bool isSecure)
    {
        using var session = StartServer(new ChatOptions
        {
            Handle = "chatserve",
            SecureServer = isSecure ? new SecureServerOptions { AllowAnonymous = true } : null,
            Resume = new ResumeOptions { Mode = ResumeMode.Always },
        });
        while (session.Receive() is { } message)
            session.Send(message.Text);
    }

    /// <summary>Measures round trips, one at a time.</summary>
    public static void RunPing(int port, int warmUp, int count, int size, bool isSecure, ResumeMode resume = ResumeMode.Never)
    {
        using var session = ClientSession.Connect("127.0.0.1", port, new ChatOptions
        {
            Handle = "Chris", SecureClient = isSecure ? TlsBenchmark.ClientOptions : null, Resume = new ResumeOptions { Mode = resume },
        });
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
                throw new InvalidOperationException("The reply differs from the message.");
            if (i >= 0)
                ticks[i] = Stopwatch.GetTimestamp() - start;
        }
        Console.WriteLine(Metrics.FromRoundTrips(ticks, GC.GetAllocatedBytesForCurrentThread() - allocated));
    }

    /// <summary>Counts the messages that one client sends.</summary>
    public static void RunSink()
    {
        using var session = StartServer(FreeOptions);
        long messages = 0, start = 0, allocated = 0;
        while (session.TryReceive(null, waitOnOwnTurn: true).Message is not null)
        {
            if (messages++ > 0)
                continue;
            start = Stopwatch.GetTimestamp();
            allocated = GC.GetAllocatedBytesForCurrentThread();
        }
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"rate={messages / seconds:0} allocated={(double)allocated / messages:0.0}"));
    }

    /// <summary>Sends messages, one in each send call.</summary>
    public static void RunSource(int port, long count, int size)
    {
        using var session = ClientSession.Connect("127.0.0.1", port, FreeOptions);
        var text = new string('x', size - "Chris> \n".Length);
        for (; count > 0; count--)
            session.Send(text);
    }

    private static ServerSession StartServer(ChatOptions options)
    {
        var session = ServerSession.Start(0, options, IPAddress.Loopback);
        Console.WriteLine(session.Port);
        return session;
    }
}
