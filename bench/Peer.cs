using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Threading;

namespace PSPairChat.Bench;

/// <summary>A program at one end of a measurement, in a process of its own, on a CPU of its own where <c>taskset</c> can see to that.</summary>
internal sealed class Peer : IDisposable
{
    private static readonly string? Taskset = Which("taskset");
    private readonly Process _process;

    private Peer(int cpu, bool isWarm, IEnumerable<string> command)
    {
        string[] pinned = Taskset is null ? [] : [Taskset, "-c", (cpu % Environment.ProcessorCount).ToString(CultureInfo.InvariantCulture)];
        string[] words = [.. pinned, .. command];
        var start = new ProcessStartInfo(words[0], words[1..]) { RedirectStandardOutput = true, RedirectStandardInput = true };
        // Otherwise the runtime takes about five seconds of talk to compile a road like ours for good, and the warm-up would have to last as long.
        if (isWarm)
            start.Environment["DOTNET_TC_CallCountingDelayMs"] = "0";
        _process = Process.Start(start)!;
    }

    public static bool CanPin => Taskset is not null;

    /// <summary>Starts a peer.</summary>
    /// <param name="cpu">The number of the CPU.</param>
    /// <param name="command">The program and its arguments.</param>
    public static Peer Start(int cpu, params IEnumerable<string> command) => new(cpu, isWarm: true, command);

    /// <summary>Starts a peer whose start itself is measured.</summary>
    public static Peer StartCold(int cpu, params IEnumerable<string> command) => new(cpu, isWarm: false, command);

    /// <summary>This program, in one of its roles.</summary>
    public static string[] Self(params string[] arguments) => [Environment.ProcessPath!, .. arguments];

    /// <summary>The next line it prints.</summary>
    public string ReadLine() => _process.StandardOutput.ReadLine()
        ?? throw new InvalidOperationException($"{_process.StartInfo.FileName} {string.Join(' ', _process.StartInfo.ArgumentList)} said nothing.");

    /// <summary>The line of measures it prints.</summary>
    public Measures ReadMeasures() => Measures.Parse(ReadLine());

    public void Dispose()
    {
        _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();
    }

    /// <summary>Where a program is; null where it is not installed.</summary>
    public static string? Which(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Append("/usr/sbin")
        .Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);

    public static string FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);
    }

    public static void AwaitPort(string port)
    {
        for (var i = 0; i < 200; i++)
        {
            try
            {
                using var probe = new TcpClient();
                probe.Connect(IPAddress.Loopback, int.Parse(port, CultureInfo.InvariantCulture));
                return;
            }
            catch (SocketException)
            {
                Thread.Sleep(25);
            }
        }
        throw new InvalidOperationException($"Nobody listens on port {port}.");
    }
}
