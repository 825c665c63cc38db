using System;
using System.Diagnostics;
using System.Globalization;
using System.Linq;
using System.Net;
using System.Net.Sockets;

namespace PSPairChat.Bench;

/// <summary>The same as bare.c with the sockets of .NET: blocking, and nothing more.</summary>
internal static class BareSocketPeer
{
    public const string Echo = "socket-echo";
    public const string Ping = "socket-ping";
    public const string Count = "socket-count";
    public const string Pour = "socket-pour";

    /// <param name="slice">The time-out of a receive in milliseconds; 0 for none.</param>
    /// <param name="look">Whether to look for an end before each send.</param>
    public static void RunEcho(int slice, bool look)
    {
        using var socket = Accept();
        socket.ReceiveTimeout = slice;
        var buffer = new byte[65536];
        for (int count; (count = socket.Receive(buffer)) > 0;)
        {
            if (look && socket.Poll(0, SelectMode.SelectRead))
                break;
            socket.Send(buffer, 0, count, SocketFlags.None);
        }
    }

    public static void RunPing(int port, int warmUp, int count, int size, int slice, bool look)
    {
        using var socket = Call(port);
        socket.ReceiveTimeout = slice;
        var line = Line(size);
        var buffer = new byte[65536];
        var ticks = new long[count];
        long allocated = 0;
        for (var i = -warmUp; i < count; i++)
        {
            if (i == 0)
                allocated = GC.GetAllocatedBytesForCurrentThread();
            var start = Stopwatch.GetTimestamp();
            if (look && socket.Poll(0, SelectMode.SelectRead))
                break;
            socket.Send(line, 0, size, SocketFlags.None);
            for (var got = 0; got < size;)
                got += socket.Receive(buffer);
            if (i >= 0)
                ticks[i] = Stopwatch.GetTimestamp() - start;
        }
        Console.WriteLine(Measures.OfRoundTrips(ticks, GC.GetAllocatedBytesForCurrentThread() - allocated));
    }

    public static void RunCount()
    {
        using var socket = Accept();
        var buffer = new byte[65536];
        long lines = 0, began = 0;
        for (int count; (count = socket.Receive(buffer)) > 0;)
        {
            if (began == 0)
                began = Stopwatch.GetTimestamp();
            lines += buffer.AsSpan(0, count).Count((byte)'\n');
        }
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"rate={lines / Stopwatch.GetElapsedTime(began).TotalSeconds:0}"));
    }

    public static void RunPour(int port, long count, int size, int batch)
    {
        using var socket = Call(port);
        var lines = Enumerable.Repeat(Line(size), batch).SelectMany(l => l).ToArray();
        for (; count > 0; count -= batch)
            socket.Send(lines, 0, size * (int)Math.Min(count, batch), SocketFlags.None);
    }

    private static byte[] Line(int size) => [.. Enumerable.Repeat((byte)'x', size - 1), (byte)'\n'];

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

    private static Socket Call(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Connect(IPAddress.Loopback, port);
        return socket;
    }
}
