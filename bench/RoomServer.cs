using System;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Threading;

namespace PSPairChat.Bench;

/// <summary>A server of many in a process of its own: our room, ngircd, or ncat as a broker.</summary>
internal sealed class RoomServer : IDisposable
{
    public const string Serve = "serve";
    public static readonly string[] Kinds = ["room", "ngircd", "ncat"];

    private const int MostMembers = 5000;
    private readonly Process _process;
    private readonly string? _configuration;

    private RoomServer(string kind, int port, ProcessStartInfo start, string? configuration)
    {
        Kind = kind;
        Port = port;
        _configuration = configuration;
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        _process = Process.Start(start)!;
        _process.ErrorDataReceived += (_, _) => { };
        _process.BeginErrorReadLine();
        if (kind == "room")
        {
            Port = int.Parse(_process.StandardOutput.ReadLine()!, CultureInfo.InvariantCulture);
            return;
        }
        // Read, or ngircd stops when its log has filled the pipe.
        _process.OutputDataReceived += (_, _) => { };
        _process.BeginOutputReadLine();
        AwaitPort();
    }

    public string Kind { get; }

    public int Port { get; }

    /// <summary>The memory of the process in KiB.</summary>
    public long ResidentKiB
    {
        get
        {
            foreach (var line in File.ReadLines($"/proc/{_process.Id}/status"))
            {
                if (line.StartsWith("VmRSS:", StringComparison.Ordinal))
                    return long.Parse(line[6..^2].Trim(), CultureInfo.InvariantCulture);
            }
            return 0;
        }
    }

    public static RoomServer? Start(string kind)
    {
        var port = FreePort();
        switch (kind)
        {
            case "room":
                return new RoomServer(kind, 0, new ProcessStartInfo(Environment.ProcessPath!, [Serve]), null);
            case "ngircd" when Which("ngircd") is { } ngircd:
                var file = Path.GetTempFileName();
                File.WriteAllText(file, $"""
                    [Global]
                    Name = bench.local
                    Info = bench
                    Listen = 127.0.0.1
                    Ports = {port}
                    [Limits]
                    MaxConnections = 0
                    MaxConnectionsIP = 0
                    MaxJoins = 0
                    MaxPenaltyTime = 0
                    [Options]
                    DNS = no
                    Ident = no
                    PAM = no
                    """);
                return new RoomServer(kind, port, new ProcessStartInfo(ngircd, ["-n", "-f", file]), file);
            case "ncat" when Which("ncat") is { } ncat:
                return new RoomServer(kind, port, new ProcessStartInfo(ncat, ["-l", "127.0.0.1", $"{port}", "--broker", "-m", "1000"]), null);
            default:
                return null;
        }
    }

    /// <summary>What the child process does that is our room: says its port, and what it holds each time it is asked.</summary>
    public static void Host()
    {
        using var room = RoomSession.Start("lobby", 0, new ChatOptions { Handle = "host" },
            new RoomOptions { MaxMessagesPerSecond = 0, MaxMembers = MostMembers }, IPAddress.Loopback);
        Console.WriteLine(room.Port);
        while (Console.ReadLine() is not null)
        {
            GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            Console.WriteLine(GC.GetTotalMemory(forceFullCollection: true));
        }
    }

    /// <summary>The bytes that our room holds after a collection.</summary>
    public long AskHeldBytes()
    {
        _process.StandardInput.WriteLine();
        return long.Parse(_process.StandardOutput.ReadLine()!, CultureInfo.InvariantCulture);
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        if (_configuration is not null)
            File.Delete(_configuration);
    }

    private static string? Which(string tool) =>
        Array.Find([$"/usr/bin/{tool}", $"/usr/sbin/{tool}"], File.Exists);

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private void AwaitPort()
    {
        for (var i = 0; i < 200; i++)
        {
            try
            {
                using var probe = new TcpClient();
                probe.Connect(IPAddress.Loopback, Port);
                return;
            }
            catch (SocketException)
            {
                Thread.Sleep(50);
            }
        }
        throw new InvalidOperationException($"{Kind} does not listen.");
    }
}
