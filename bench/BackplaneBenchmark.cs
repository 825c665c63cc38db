using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.Linq;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;

namespace PSPairChat.Bench;

/// <summary>
/// Measures a room that one, two or three servers carry over Redis, beside one server without Redis, and beside two linked servers of NATS and ngircd: the
/// latency from a member at the first server to one at the last at a fixed rate, and the messages and deliveries per second of speakers that send on as soon as
/// all members have received what was sent, except for the last <see cref="Window"/> messages.
/// </summary>
internal static class BackplaneBenchmark
{
    private const int MemberCount = 30;
    private const int SpeakerCount = 6;
    private const int BatchCount = 10;

    // Less than makes a member backlogged: a room slows its speakers then, by pauses of a fixed length, and the result would be the number of such pauses.
    private const int Window = 2000;

    // The runtime compiles the methods of a server for about five seconds.
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ShortWarmUp = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan DrainInterval = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(20);

    private static readonly (string Name, RoomServerKind Kind, int ServerCount)[] Cases =
    [
        ("room", RoomServerKind.Room, 1), ("redis", RoomServerKind.Room, 1), ("redis", RoomServerKind.Room, 2), ("redis", RoomServerKind.Room, 3),
        ("nats", RoomServerKind.Nats, 2), ("ngircd", RoomServerKind.Ngircd, 2),
    ];

    /// <summary>Runs the benchmark.</summary>
    /// <param name="arguments">The rate at which latency is measured, in messages per second, and the cases, such as <c>redis-3</c>; by default, 5000 and all.</param>
    public static void Run(string[] arguments)
    {
        var rate = arguments.Length > 0 ? int.Parse(arguments[0], CultureInfo.InvariantCulture) : 5000;
        Console.WriteLine($"{MemberCount} members, {SpeakerCount} speakers; latency in microseconds at {rate} messages per second, from the first server to the last");
        Console.WriteLine($"{"case",-8} {"servers",8} {"p50",8} {"p99",8} {"sent/s",8} {"messages/s",12} {"deliveries/s",12}");
        foreach (var (name, kind, count) in Cases.Where(c => arguments.Length < 2 || arguments.Skip(1).Contains($"{c.Name}-{c.ServerCount}")))
        {
            var program = name == "room" ? Environment.ProcessPath : BenchmarkProcess.FindProgram(name == "redis" ? "redis-server" : RoomServer.GetName(kind));
            if (program is null)
                Console.WriteLine($"{name,-8} not installed");
            else if (name == "redis")
                MeasureWithRedis(program, count, rate);
            else
                Measure(name, kind, kind == RoomServerKind.Room ? [RoomServer.Start()] : RoomServer.StartLinked(kind, program), rate);
        }
    }

    private static void MeasureWithRedis(string program, int count, int rate)
    {
        var port = BenchmarkProcess.GetFreePort();
        using var redis = Process.Start(new ProcessStartInfo(program, ["--port", $"{port}", "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]) { RedirectStandardOutput = true })!;
        redis.OutputDataReceived += (_, _) => { };
        redis.BeginOutputReadLine();
        BenchmarkProcess.WaitForPort(port);
        try
        {
            Measure("redis", RoomServerKind.Room, [.. Enumerable.Range(0, count).Select(_ => RoomServer.Start($"redis://127.0.0.1:{port}"))], rate);
        }
        finally
        {
            redis.Kill();
            redis.WaitForExit();
        }
    }

    private static void Measure(string name, RoomServerKind kind, RoomServer[] servers, int rate)
    {
        var members = Enumerable.Range(0, MemberCount).Select(i => new RoomClient(kind, servers[i % servers.Length].Port, i)).ToArray();
        try
        {
            // The last member is at the last server, and does not send.
            var speakers = members.Take(SpeakerCount * servers.Length).Where((_, i) => i % servers.Length == 0).ToArray();
            WaitForLink(speakers[0], members);
            SendAtRate(members, speakers, rate, WarmUp, []);
            var latencies = new List<double>();
            var actualRate = SendAtRate(members, speakers, rate, Duration, latencies);
            latencies.Sort();
            MeasureThroughput(members, speakers, ShortWarmUp);
            var messages = MeasureThroughput(members, speakers, Duration);
            Console.WriteLine($"{name,-8} {servers.Length,8} {latencies[latencies.Count / 2],8:N0} {latencies[latencies.Count * 99 / 100],8:N0} "
                + $"{actualRate,8:N0} {messages,12:N0} {messages * (MemberCount - 1),12:N0}");
        }
        finally
        {
            foreach (var member in members)
                member.Dispose();
            foreach (var server in servers)
                server.Dispose();
        }
    }

    // Servers that were started one after the other may need a moment to connect to each other.
    private static void WaitForLink(RoomClient speaker, RoomClient[] members)
    {
        var clock = Stopwatch.StartNew();
        do
        {
            if (clock.Elapsed > Timeout)
                throw new InvalidOperationException("The last member does not receive what the first one sends.");
            speaker.Send(speaker.FormatMessage("link"));
        }
        while (!members[^1].Socket.Poll(DrainInterval, SelectMode.SelectRead));
        Discard(members);
    }

    private static void Discard(RoomClient[] members)
    {
        members[^1].Drain(300);
        foreach (var member in members)
            member.Drain(0);
    }

    // Each message contains the time at which it was sent. What the other members receive is discarded at intervals, so that it takes little time of the CPU.
    private static double SendAtRate(RoomClient[] members, RoomClient[] speakers, int rate, TimeSpan duration, List<double> latencies)
    {
        var sent = 0;
        using var stop = new CancellationTokenSource();
        var receiving = Task.Factory.StartNew(() => ReceiveTimes(members[^1].Socket, latencies, () => stop.IsCancellationRequested && latencies.Count >= sent), TaskCreationOptions.LongRunning);
        var clock = Stopwatch.StartNew();
        var nextDrain = DrainInterval;
        while (clock.Elapsed < duration)
        {
            for (var due = (int)(clock.Elapsed.TotalSeconds * rate); sent < due; sent++)
            {
                var speaker = speakers[sent % speakers.Length];
                speaker.Send(speaker.FormatMessage($"{RoomClient.TimeMarker}{Stopwatch.GetTimestamp():D20}..........."));
            }
            if (clock.Elapsed >= nextDrain)
            {
                foreach (var member in members[..^1])
                    member.Drain(0);
                nextDrain = clock.Elapsed + DrainInterval;
            }
            Thread.Sleep(1);
        }
        var actualRate = sent / clock.Elapsed.TotalSeconds;
        stop.Cancel();
        receiving.Wait();
        Discard(members);
        return actualRate;
    }

    private static void ReceiveTimes(Socket socket, List<double> latencies, Func<bool> isComplete)
    {
        var buffer = new byte[256 * 1024];
        var end = 0;
        for (var clock = Stopwatch.StartNew(); !isComplete();)
        {
            if (!socket.Poll(DrainInterval, SelectMode.SelectRead))
            {
                if (clock.Elapsed > Timeout)
                    throw new InvalidOperationException("Messages were not received.");
                continue;
            }
            clock.Restart();
            end += socket.Receive(buffer.AsSpan(end));
            var now = Stopwatch.GetTimestamp();
            var rest = buffer.AsSpan(0, end);
            for (int index; (index = rest.IndexOf((byte)RoomClient.TimeMarker)) >= 0 && rest.Length - index > 20; rest = rest[(index + 21)..])
                latencies.Add((now - long.Parse(rest.Slice(index + 1, 20), CultureInfo.InvariantCulture)) * 1e6 / Stopwatch.Frequency);
            // What is left is a line without a time, or the begin of the next one.
            rest.CopyTo(buffer);
            end = rest.Length > 1024 ? 0 : rest.Length;
        }
    }

    private static double MeasureThroughput(RoomClient[] members, RoomClient[] speakers, TimeSpan duration)
    {
        var receivers = members.Except(speakers).ToDictionary(m => m.Socket, _ => 0L);
        var buffer = new byte[256 * 1024];
        long sent = 0, received = 0;
        var clock = Stopwatch.StartNew();
        var next = 0;
        while (clock.Elapsed < duration)
        {
            for (; sent - received + BatchCount <= Window; sent += BatchCount)
            {
                var speaker = speakers[next++ % speakers.Length];
                speaker.Send(string.Concat(Enumerable.Repeat(speaker.FormatMessage(RoomClient.MessageMarker + new string('x', 31)), BatchCount)));
            }
            ReceiveOnce(members, receivers, buffer);
            received = receivers.Values.Min();
        }
        var rate = received / clock.Elapsed.TotalSeconds;
        while (receivers.Values.Min() < sent)
            ReceiveOnce(members, receivers, buffer);
        Discard(members);
        return rate;
    }

    private static void ReceiveOnce(RoomClient[] members, Dictionary<Socket, long> receivers, byte[] buffer)
    {
        var readable = members.Select(m => m.Socket).ToList();
        Socket.Select(readable, null, null, 1000);
        foreach (var socket in readable)
        {
            var count = socket.Receive(buffer);
            if (count == 0)
                throw new InvalidOperationException("The server disconnected a member.");
            if (receivers.TryGetValue(socket, out var received))
                receivers[socket] = received + buffer.AsSpan(0, count).Count((byte)RoomClient.MessageMarker);
        }
    }
}
