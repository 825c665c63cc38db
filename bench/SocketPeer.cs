using System;
using System.Diagnostics;
using System.Globalization;
using System.Linq;
using System.Net;
using System.Net.Sockets;

namespace PSPairChat.Bench;

/// <summary>Implements the roles of baseline.c with blocking .NET sockets.</summary>
internal static class SocketPeer
{
    public const string Echo = "socket-echo";
    public const string Ping = "socket-ping";
    public const string Sink = "socket-sink";
    public const string Source = "socket-source";

    /// <summary>Echoes what one client sends.</summary>
    /// <param name="receiveTimeout">The timeout of a receive call in milliseconds; 0 for none.</param>
    /// <param name="pollBeforeSend">Whether to poll for the end of the stream before each send.</param>
    public static void RunEcho(int receiveTimeout, bool pollBeforeSend)
    {
        using var socket = Accept();
        socket.ReceiveTimeout = receiveTimeout;
        var buffer = new byte[65536];
        for (int count; (count = socket.Receive(buffer)) > 0;)
        {
            if (pollBeforeSend && socket.Poll(0, SelectMode.SelectRead))
                break;
            socket.Send(buffer, 0, count, SocketFlags.None);
        }
    }

    /// <summary>Measures round trips, one at a time.</summary>
    public static void RunPing(int port, int warmUp, int count, int size, int receiveTimeout, bool pollBeforeSend)
    {
        using var socket = Connect(port);
        socket.ReceiveTimeout = receiveTimeout;
        var line = CreateLine(size);
        var buffer = new byte[65536];
        var ticks = new long[count];
        long allocated = 0;
        for (var i = -warmUp; i < count; i++)
        {
            if (i == 0)
                allocated = GC.GetAllocatedBytesForCurrentThread();
            var start = Stopwatch.GetTimestamp();
            if (pollBeforeSend && socket.Poll(0, SelectMode.SelectRead))
                break;
            socket.Send(line, 0, size, SocketFlags.None);
            for (var received = 0; received < size;)
                received += socket.Receive(buffer);
            if (i >= 0)
                ticks[i] = Stopwatch.GetTimestamp() - start;
        }
        Console.WriteLine(Metrics.FromRoundTrips(ticks, GC.GetAllocatedBytesForCurrentThread() - allocated));
    }

    /// <summary>Counts the lines that one client sends.</summary>
    public static void RunSink()
    {
        using var socket = Accept();
        var buffer = new byte[65536];
        long lines = 0, start = 0;
        for (int count; (count = socket.Receive(buffer)) > 0;)
        {
            if (start == 0)
                start = Stopwatch.GetTimestamp();
            lines += buffer.AsSpan(0, count).Count((byte)'\n');
        }
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"rate={lines / Stopwatch.GetElapsedTime(start).TotalSeconds:0}"));
    }

    /// <summary>Sends lines, a number of them in each send call.</summary>
    public static void RunSource(int port, long count, int size, int batch)
    {
        using var socket = Connect(port);
        var lines = Enumerable.Repeat(CreateLine(size), batch).SelectMany(l => l).ToArray();
        for (; count > 0; count -= batch)
            socket.Send(lines, 0, size * (int)Math.Min(count, batch), SocketFlags.None);
    }

    private static byte[] CreateLine(int size) => [.. Enumerable.Repeat((byte)'x', size - 1), (byte)'\n'];

    private static Socket Accept()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        Console.WriteLine(((IPEndPoint)listener.LocalEndPoint!).Port);
        var socket = listener.Accept();
        socket.NoDelay = true;
        return socket;
    }

    private static Socket Connect(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Connect(IPAddress.Loopback, port);
        return socket;
    }
}
