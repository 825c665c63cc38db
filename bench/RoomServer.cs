using System;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Net;

namespace PSPairChat.Bench;

/// <summary>A chat server for many clients in a process of its own.</summary>
internal sealed class RoomServer : IDisposable
{
    public const string Role = "room-server";

    private const int MaxMembers = 5000;
    private readonly Process _process;
    private readonly string? _configurationPath;

    private RoomServer(RoomServerKind kind, int port, ProcessStartInfo start, string? configurationPath)
    {
        _configurationPath = configurationPath;
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        _process = Process.Start(start)!;
        _process.ErrorDataReceived += (_, _) => { };
        _process.BeginErrorReadLine();
        if (kind == RoomServerKind.Room)
        {
            Port = int.Parse(_process.StandardOutput.ReadLine()!, CultureInfo.InvariantCulture);
            return;
        }
        Port = port;
        // ngircd blocks when the pipe of its log is full.
        _process.OutputDataReceived += (_, _) => { };
        _process.BeginOutputReadLine();
        BenchmarkProcess.WaitForPort(port);
    }

    public int Port { get; }

    /// <summary>Gets the resident memory of the process in KiB.</summary>
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

    /// <summary>Starts a room of the engine.</summary>
    /// <param name="backplane">The URL of a Redis server; null for none.</param>
    public static RoomServer Start(string? backplane = null) =>
        new(RoomServerKind.Room, 0, new ProcessStartInfo(Environment.ProcessPath!, backplane is null ? [Role] : [Role, backplane]), null);

    /// <summary>Starts a server; returns null if it is not installed.</summary>
    public static RoomServer? Start(RoomServerKind kind)
    {
        if (kind == RoomServerKind.Room)
            return Start();
        if (BenchmarkProcess.FindProgram(GetName(kind)) is not { } program)
            return null;
        var port = BenchmarkProcess.GetFreePort();
        if (kind == RoomServerKind.Ncat)
            return new RoomServer(kind, port, new ProcessStartInfo(program, ["-l", "127.0.0.1", $"{port}", "--broker", "-m", "1000"]), null);
        return StartNgircd(program, port, "bench.local", "");
    }

    /// <summary>Starts two servers that pass messages on to each other.</summary>
    /// <param name="kind">The kind of server: ngircd or NATS.</param>
    /// <param name="program">The path of the program.</param>
    public static RoomServer[] StartLinked(RoomServerKind kind, string program)
    {
        int[] ports = [BenchmarkProcess.GetFreePort(), BenchmarkProcess.GetFreePort()];
        if (kind == RoomServerKind.Nats)
        {
            int[] routes = [BenchmarkProcess.GetFreePort(), BenchmarkProcess.GetFreePort()];
            return [.. ports.Select((port, i) => new RoomServer(kind, port, new ProcessStartInfo(program, ["-a", "127.0.0.1", "-p", $"{port}",
                "--cluster_name", "bench", "--cluster", $"nats://127.0.0.1:{routes[i]}", "--routes", $"nats://127.0.0.1:{routes[1 - i]}"]), null))];
        }
        const string Passwords = "MyPassword = bench\nPeerPassword = bench";
        return
        [
            StartNgircd(program, ports[0], "first.local", $"[Server]\nName = second.local\nPassive = yes\n{Passwords}"),
            StartNgircd(program, ports[1], "second.local", $"[Server]\nName = first.local\nHost = 127.0.0.1\nPort = {ports[0]}\n{Passwords}"),
        ];
    }

    /// <summary>Gets the name of a server in the tables.</summary>
    public static string GetName(RoomServerKind kind) => kind switch
    {
        RoomServerKind.Room => "room",
        RoomServerKind.Ngircd => "ngircd",
        RoomServerKind.Nats => "nats-server",
        _ => "ncat",
    };

    /// <summary>Runs a room of the engine: prints its port, then the size of the managed heap for each line of input.</summary>
    /// <param name="backplane">The URL of a Redis server; null for none.</param>
    public static void Run(string? backplane)
    {
        using var room = RoomSession.Start("lobby", 0, new ChatOptions { Handle = "host" },
            new RoomOptions { MaxMessagesPerSecond = 0, MaxMembers = MaxMembers, Backplane = backplane }, IPAddress.Loopback);
        Console.WriteLine(room.Port);
        while (Console.ReadLine() is not null)
        {
            GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            Console.WriteLine(GC.GetTotalMemory(forceFullCollection: true));
        }
    }

    /// <summary>Gets the size of the managed heap of a room after a collection, in bytes.</summary>
    public long GetHeapBytes()
    {
        _process.StandardInput.WriteLine();
        return long.Parse(_process.StandardOutput.ReadLine()!, CultureInfo.InvariantCulture);
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        if (_configurationPath is not null)
            File.Delete(_configurationPath);
    }

    private static RoomServer StartNgircd(string program, int port, string name, string servers)
    {
        var path = Path.GetTempFileName();
        File.WriteAllText(path, $"""
            [Global]
            Name = {name}
            Info = bench
            Listen = 127.0.0.1
            Ports = {port}
            [Limits]
            ConnectRetry = 5
            MaxConnections = 0
            MaxConnectionsIP = 0
            MaxJoins = 0
            MaxPenaltyTime = 0
            [Options]
            DNS = no
            Ident = no
            PAM = no
            {servers}
            """);
        return new RoomServer(RoomServerKind.Ngircd, port, new ProcessStartInfo(program, ["-n", "-f", path]), path);
    }
}
