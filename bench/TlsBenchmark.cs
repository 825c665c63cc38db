using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Threading;
using System.Threading.Tasks;
using PSPairChat.Security;

namespace PSPairChat.Bench;

/// <summary>Measures round trips over TLS against plain TCP and C with OpenSSL, the time of a handshake, and the memory of an idle member of a secure room.</summary>
internal static class TlsBenchmark
{
    public const string RoomRole = "secure-room";

    private const int Cpu = 1;
    private const string WarmUp = "60000";
    private const string Count = "20000";
    private const string Size = "32";
    private const int Handshakes = 500;
    private const int DefaultMembers = 500;
    private const int ConcurrentJoins = 50;
    private const int Strangers = 500;
    private const int TalkSeconds = 5;

    /// <summary>Gets the options of a client of a server that has the same user's key.</summary>
    public static SecureClientOptions ClientOptions => new() { Fingerprint = UserKey.Load().Fingerprint.ToString() };

    public static void Run(string[] arguments)
    {
        ComparisonRunner.Run("tls", "p50",
        [
            new("engine, plain", () => Measure(EnginePeer.Echo, EnginePeer.Ping)),
            new("engine, TLS", () => Measure(EnginePeer.SecureEcho, EnginePeer.SecurePing)),
            new("engine, TLS, resumable", () => Measure(EnginePeer.SecureEcho, EnginePeer.ResumablePing)),
            new("C, OpenSSL", MeasureOpenSsl),
        ]);
        MeasureHandshakes();
        MeasureStrangers();
        MeasureMemory(arguments.Length > 0 ? int.Parse(arguments[0], CultureInfo.InvariantCulture) : DefaultMembers);
    }

    /// <summary>Runs a secure room; for each line of input, prints the resident memory in KiB.</summary>
    public static void RunRoom()
    {
        using var room = RoomSession.Start("lobby", 0, new ChatOptions { Handle = "host", SecureServer = new SecureServerOptions { AllowAnonymous = true } },
            new RoomOptions { MaxMembers = 100_000, MaxUnregisteredConnections = 100_000, MaxUnregisteredConnectionsPerAddress = 100_000 }, IPAddress.Loopback);
        Console.WriteLine(room.Port);
        while (Console.ReadLine() is not null)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            GC.Collect();
            using var process = Process.GetCurrentProcess();
            Console.WriteLine($"{process.WorkingSet64 / 1024} {GC.GetTotalMemory(forceFullCollection: true) / 1024}");
        }
    }

    private static Metrics Measure(string serverRole, string clientRole)
    {
        using var server = BenchmarkProcess.Start(Cpu, BenchmarkProcess.GetSelfCommand(serverRole));
        using var client = BenchmarkProcess.Start(Cpu, BenchmarkProcess.GetSelfCommand(clientRole, server.ReadLine(), WarmUp, Count, Size));
        return client.ReadMetrics();
    }

    private static Metrics? MeasureOpenSsl()
    {
        if (CBaseline.TlsProgram is not { } program)
            return null;
        var pem = Path.GetTempFileName();
        try
        {
            using var certificate = X509CertificateLoader.LoadPkcs12(CertificateFactory.CreatePfx(), null, X509KeyStorageFlags.Exportable);
            File.WriteAllText(pem, $"{certificate.ExportCertificatePem()}\n{certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem()}\n");
            using var server = BenchmarkProcess.Start(Cpu, program, "echo", pem);
            using var client = BenchmarkProcess.Start(Cpu, program, "ping", server.ReadLine(), WarmUp, Count, Size);
            return client.ReadMetrics();
        }
        finally
        {
            File.Delete(pem);
        }
    }

    private static void MeasureHandshakes()
    {
        using var server = ServerSession.Start(0, new ChatOptions { Handle = "HostA", SecureServer = new SecureServerOptions() }, IPAddress.Loopback);
        var milliseconds = new List<double>();
        for (var i = 0; i < Handshakes; i++)
        {
            var invite = server.Invites.Create().ToString();
            var start = Stopwatch.GetTimestamp();
            using var client = ClientSession.Connect("127.0.0.1", server.Port, new ChatOptions { Handle = "Chris", SecureClient = new SecureClientOptions { Invite = invite } });
            milliseconds.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            client.Disconnect();
            server.TryReceive(TimeSpan.FromSeconds(10), waitOnOwnTurn: true);
        }
        milliseconds.Sort();
        Console.WriteLine($"handshake and invite: p50 {milliseconds[Handshakes / 2]:0.00} ms, p99 {milliseconds[Handshakes * 99 / 100]:0.00} ms");
    }

    // Strangers send nothing or random bytes to a secure pair server and a secure room, while a client and two members talk.
    private static void MeasureStrangers()
    {
        using var server = BenchmarkProcess.StartUnpinned(BenchmarkProcess.GetSelfCommand(EnginePeer.SecureEcho));
        var pairPort = int.Parse(server.ReadLine(), CultureInfo.InvariantCulture);
        using var roomServer = BenchmarkProcess.StartUnpinned(BenchmarkProcess.GetSelfCommand(RoomRole));
        var roomPort = int.Parse(roomServer.ReadLine(), CultureInfo.InvariantCulture);
        using var pair = ClientSession.Connect("127.0.0.1", pairPort, new ChatOptions { Handle = "Chris", SecureClient = ClientOptions });
        var members = new List<RoomMemberSession>();
        Join(members, roomPort, 2);
        for (var i = 0; i < 2; i++)
        {
            var without = MeasureTalk(pair, members);
            using var stop = new CancellationTokenSource();
            var strangers = Enumerable.Range(0, Strangers).Select(n => Task.Factory.StartNew(
                () => BeStranger(n % 4 < 2 ? pairPort : roomPort, n % 2 == 0, stop.Token), TaskCreationOptions.LongRunning)).ToArray();
            Thread.Sleep(1000);
            var with = MeasureTalk(pair, members);
            stop.Cancel();
            Task.WaitAll(strangers);
            Console.WriteLine($"{Strangers} strangers: pair p99 {without.Pair:0} -> {with.Pair:0} us, room p99 {without.Room:0} -> {with.Room:0} us");
        }
        members.ForEach(m => m.Dispose());
    }

    private static (double Pair, double Room) MeasureTalk(ClientSession pair, List<RoomMemberSession> members) => (
        MeasureRoundTrips(() =>
        {
            pair.Send("hello");
            pair.Receive();
        }),
        MeasureRoundTrips(() =>
        {
            members[0].Send("hello");
            members[1].Receive();
        }, maxPerSecond: RoomOptions.DefaultMaxMessagesPerSecond));

    private static double MeasureRoundTrips(Action roundTrip, int maxPerSecond = 500)
    {
        var ticks = new List<long>();
        for (var clock = Stopwatch.StartNew(); clock.Elapsed.TotalSeconds < TalkSeconds; Thread.Sleep(1000 / maxPerSecond))
        {
            var start = Stopwatch.GetTimestamp();
            roundTrip();
            ticks.Add(Stopwatch.GetTimestamp() - start);
        }
        return Metrics.FromRoundTrips([.. ticks], 0)["p99"];
    }

    private static void BeStranger(int port, bool isSilent, CancellationToken stop)
    {
        var bytes = new byte[1000];
        Random.Shared.NextBytes(bytes);
        while (!stop.IsCancellationRequested)
        {
            try
            {
                using var client = new TcpClient("127.0.0.1", port) { ReceiveTimeout = 1000 };
                if (!isSilent)
                    client.GetStream().Write(bytes);
                while (client.GetStream().Read(bytes) > 0)
                {
                }
            }
            catch (Exception e) when (e is SocketException or IOException)
            {
                stop.WaitHandle.WaitOne(20);
            }
        }
    }

    private static void MeasureMemory(int size)
    {
        using var server = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, RoomRole) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        var port = int.Parse(server.StandardOutput.ReadLine()!, CultureInfo.InvariantCulture);
        var members = new List<RoomMemberSession>();
        Join(members, port, ConcurrentJoins);
        var before = Read(server);
        Join(members, port, size);
        var after = Read(server);
        Console.WriteLine($"idle secure member: {(after.Resident - before.Resident) / (double)size:0.0} KiB resident, {(after.Heap - before.Heap) / (double)size:0.0} KiB of managed heap");
        members.ForEach(m => m.Dispose());
        server.Kill();
    }

    private static void Join(List<RoomMemberSession> members, int port, int count)
    {
        for (var end = members.Count + count; members.Count < end;)
        {
            var names = Enumerable.Range(members.Count, Math.Min(ConcurrentJoins, end - members.Count)).Select(GetNickname);
            members.AddRange(Task.WhenAll(names.Select(name => Task.Factory.StartNew(() => RoomMemberSession.Connect("127.0.0.1", port, "lobby",
                new ChatOptions { Handle = name, SecureClient = ClientOptions }), TaskCreationOptions.LongRunning))).Result);
            members.ForEach(m => m.Refresh());
        }
    }

    private static (long Resident, long Heap) Read(Process server)
    {
        server.StandardInput.WriteLine();
        var values = server.StandardOutput.ReadLine()!.Split(' ').Select(v => long.Parse(v, CultureInfo.InvariantCulture)).ToArray();
        return (values[0], values[1]);
    }

    private static string GetNickname(int number) => "M" + new string([.. number.ToString(CultureInfo.InvariantCulture).Select(digit => (char)(digit - '0' + 'a'))]);
}
