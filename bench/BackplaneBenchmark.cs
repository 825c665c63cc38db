using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.Linq;
using System.Net.Sockets;
using System.Text;
using System.Threading;
using System.Threading.Tasks;

namespace PSPairChat.Bench;

/// <summary>
/// Measures a room that one, two or three servers carry over Redis, beside one server without Redis: the latency from a member at the first server to one at the
/// last at a fixed rate, and the messages and deliveries per second when all speakers send as fast as they can.
/// </summary>
internal static class BackplaneBenchmark
{
    private const int MemberCount = 30;
    private const int SpeakerCount = 6;
    private const int BurstCount = 20_000;

    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(5);

    private static int _received;

    public static void Run(string[] arguments)
    {
        var rate = arguments.Length > 0 ? int.Parse(arguments[0], CultureInfo.InvariantCulture) : 5000;
        if (BenchmarkProcess.FindProgram("redis-server") is not { } program)
        {
            Console.WriteLine("redis-server is not installed");
            return;
        }
        Console.WriteLine($"{MemberCount} members, {SpeakerCount} speakers; latency in microseconds at {rate} messages per second, from the first server to the last");
        Console.WriteLine($"{"servers",8} {"backplane",10} {"p50",8} {"p99",8} {"sent/s",8} {"messages/s",12} {"deliveries/s",12}");
        Measure(null, 1, rate);
        var port = BenchmarkProcess.GetFreePort();
        foreach (var count in new[] { 1, 2, 3 })
        {
            using var redis = Process.Start(new ProcessStartInfo(program, ["--port", $"{port}", "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]) { RedirectStandardOutput = true })!;
            redis.OutputDataReceived += (_, _) => { };
            redis.BeginOutputReadLine();
            BenchmarkProcess.WaitForPort(port);
            try
            {
                Measure($"redis://127.0.0.1:{port}", count, rate);
            }
            finally
            {
                redis.Kill();
                redis.WaitForExit();
            }
        }
    }

    private static void Measure(string? backplane, int serverCount, int rate)
    {
        var servers = Enumerable.Range(0, serverCount).Select(_ => RoomServer.Start(backplane)).ToArray();
        var members = Enumerable.Range(0, MemberCount).Select(i => new RoomClient(RoomServerKind.Room, servers[i % serverCount].Port, i)).ToArray();
        try
        {
            foreach (var member in members)
                member.Drain(200);
            // The last member is at the last server, and does not send.
            var speakers = members.Take(SpeakerCount * serverCount).Where((_, i) => i % serverCount == 0).ToArray();
            var latencies = MeasureLatency(members, speakers, rate, out var actualRate);
            Array.Sort(latencies);
            foreach (var member in members[..^1])
                member.Drain(200);
            var messages = MeasureThroughput(members, speakers);
            Console.WriteLine($"{serverCount,8} {(backplane is null ? "none" : "redis"),10} {latencies[latencies.Length / 2],8:N0} {latencies[latencies.Length * 99 / 100],8:N0} "
                + $"{actualRate,8:N0} {messages,12:N0} {messages * (MemberCount - 2),12:N0}");
        }
        finally
        {
            foreach (var member in members)
                member.Dispose();
            foreach (var server in servers)
                server.Dispose();
        }
    }

    // Each message contains the time at which it was sent. The other members are read by a thread of their own, so that they keep up.
    private static double[] MeasureLatency(RoomClient[] members, RoomClient[] speakers, int rate, out double actualRate)
    {
        using var stop = new CancellationTokenSource();
        var reading = Task.Factory.StartNew(() => Discard(members[..^1], stop.Token), TaskCreationOptions.LongRunning);
        var latencies = new List<double>();
        var receiving = Task.Factory.StartNew(() => ReceiveTimes(members[^1].Socket, latencies), TaskCreationOptions.LongRunning);
        var clock = Stopwatch.StartNew();
        var sent = 0;
        for (; clock.Elapsed < Duration; sent++)
        {
            while (sent > clock.Elapsed.TotalSeconds * rate)
                Thread.Sleep(TimeSpan.FromMicroseconds(50));
            speakers[sent % speakers.Length].Send(Stopwatch.GetTimestamp().ToString("D20", CultureInfo.InvariantCulture) + "............\n");
        }
        actualRate = sent / clock.Elapsed.TotalSeconds;
        while (Volatile.Read(ref _received) < sent && clock.Elapsed < 3 * Duration)
            Thread.Sleep(10);
        if (_received < sent)
            Console.WriteLine($"{sent - _received} of {sent} messages were not received");
        members[^1].Dispose();
        receiving.Wait();
        stop.Cancel();
        reading.Wait();
        _received = 0;
        return [.. latencies.Skip(latencies.Count / 5)];
    }

    private static void ReceiveTimes(Socket socket, List<double> latencies)
    {
        var buffer = new byte[256 * 1024];
        var text = "";
        int count;
        while ((count = Receive(socket, buffer)) > 0)
        {
            var now = Stopwatch.GetTimestamp();
            text += Encoding.ASCII.GetString(buffer, 0, count);
            var start = 0;
            for (var end = text.IndexOf('\n', StringComparison.Ordinal); end >= 0; end = text.IndexOf('\n', start))
            {
                var index = text.IndexOf("> ", start, end - start, StringComparison.Ordinal);
                if (index > 0)
                {
                    latencies.Add((now - long.Parse(text.AsSpan(index + 2, 20), CultureInfo.InvariantCulture)) * 1e6 / Stopwatch.Frequency);
                    Interlocked.Increment(ref _received);
                }
                start = end + 1;
            }
            text = text[start..];
        }
    }

    private static int Receive(Socket socket, byte[] buffer)
    {
        try
        {
            return socket.Receive(buffer);
        }
        catch (SocketException)
        {
            return 0;
        }
    }

    private static void Discard(RoomClient[] members, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            var readable = members.Select(m => m.Socket).ToList();
            Socket.Select(readable, null, null, 10_000);
            foreach (var member in members)
                member.Drain(0);
        }
    }

    // Messages per second from the first write until every member has received all of them.
    private static double MeasureThroughput(RoomClient[] members, RoomClient[] speakers)
    {
        var perSpeaker = BurstCount / speakers.Length;
        var receivers = members.Except(speakers).SkipLast(1).ToArray();
        using var stop = new CancellationTokenSource();
        var clock = Stopwatch.StartNew();
        var sending = speakers.Select(speaker => Task.Factory.StartNew(() =>
        {
            var line = speaker.FormatMessage(RoomClient.MessageMarker + new string('x', 31));
            for (var i = 0; i < perSpeaker; i += 10)
            {
                speaker.Send(string.Concat(Enumerable.Repeat(line, 10)));
                speaker.Drain(0);
            }
            // A speaker that does not read would slow the others.
            while (!stop.IsCancellationRequested)
                speaker.Drain(5);
        }, TaskCreationOptions.LongRunning)).ToArray();
        ReceiveAll(receivers, perSpeaker * speakers.Length);
        var seconds = clock.Elapsed.TotalSeconds;
        stop.Cancel();
        Task.WaitAll(sending);
        return perSpeaker * speakers.Length / seconds;
    }

    private static void ReceiveAll(RoomClient[] members, int count)
    {
        var buffer = new byte[256 * 1024];
        var missing = members.ToDictionary(m => m.Socket, _ => count);
        while (missing.Count > 0)
        {
            var readable = missing.Keys.ToList();
            Socket.Select(readable, null, null, 10_000);
            foreach (var socket in readable)
            {
                var received = socket.Receive(buffer);
                if (received == 0)
                    throw new InvalidOperationException("The server disconnected a member.");
                missing[socket] -= buffer.AsSpan(0, received).Count((byte)RoomClient.MessageMarker);
                if (missing[socket] <= 0)
                    missing.Remove(socket);
            }
        }
    }
}
