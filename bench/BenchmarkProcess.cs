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

/// <summary>A process at one end of a measured connection, pinned to one CPU where <c>taskset</c> is installed.</summary>
internal sealed class BenchmarkProcess : IDisposable
{
    private static readonly string? Taskset = FindProgram("taskset");
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(10);
    private readonly Process _process;

    private BenchmarkProcess(int? cpu, bool compileEarly, IEnumerable<string> command)
    {
        string[] prefix = Taskset is null || cpu is null ? [] : [Taskset, "-c", (cpu.Value % Environment.ProcessorCount).ToString(CultureInfo.InvariantCulture)];
        string[] words = [.. prefix, .. command];
        var start = new ProcessStartInfo(words[0], words[1..]) { RedirectStandardOutput = true, RedirectStandardInput = true };
        // With the default delay, the runtime needs about five seconds of continuous traffic to optimize all methods, and the warm-up would be that long.
        if (compileEarly)
            start.Environment["DOTNET_TC_CallCountingDelayMs"] = "0";
        _process = Process.Start(start)!;
    }

    /// <summary>Gets whether processes can be pinned to a CPU.</summary>
    public static bool CanPin => Taskset is not null;

    /// <summary>Starts a process.</summary>
    /// <param name="cpu">The number of the CPU.</param>
    /// <param name="command">The program and its arguments.</param>
    public static BenchmarkProcess Start(int cpu, params IEnumerable<string> command) => new(cpu, compileEarly: true, command);

    /// <summary>Starts a process that can use all CPUs.</summary>
    public static BenchmarkProcess StartUnpinned(params IEnumerable<string> command) => new(null, compileEarly: true, command);

    /// <summary>Starts a process with the default settings of the runtime, to measure its startup.</summary>
    public static BenchmarkProcess StartCold(int cpu, params IEnumerable<string> command) => new(cpu, compileEarly: false, command);

    /// <summary>Measures a server, which prints its port, and a client, both on one CPU.</summary>
    /// <param name="cpu">The number of the CPU.</param>
    /// <param name="serverCommand">The program of the server and its arguments.</param>
    /// <param name="clientCommand">Returns the program of the client, which prints metrics, and its arguments for a port.</param>
    /// <param name="isCold">Whether both have the default settings of the runtime.</param>
    public static Metrics Measure(int cpu, IEnumerable<string> serverCommand, Func<string, IEnumerable<string>> clientCommand, bool isCold = false)
    {
        using var server = new BenchmarkProcess(cpu, compileEarly: !isCold, serverCommand);
        using var client = new BenchmarkProcess(cpu, compileEarly: !isCold, clientCommand(server.ReadLine()));
        return client.ReadMetrics();
    }

    /// <summary>Measures a server that does not print its port, and a client, both on one CPU.</summary>
    /// <param name="cpu">The number of the CPU.</param>
    /// <param name="program">The name of the program of the server.</param>
    /// <param name="arguments">Returns its arguments for a port.</param>
    /// <param name="clientCommand">Returns the program of the client, which prints metrics, and its arguments for a port.</param>
    /// <returns>The metrics of the client; null if the program is not installed.</returns>
    public static Metrics? MeasureProgram(int cpu, string program, Func<string, IEnumerable<string>> arguments, Func<string, IEnumerable<string>> clientCommand)
    {
        if (FindProgram(program) is not { } path)
            return null;
        var number = GetFreePort();
        var port = number.ToString(CultureInfo.InvariantCulture);
        using var server = Start(cpu, [path, .. arguments(port)]);
        WaitForPort(number);
        using var client = Start(cpu, clientCommand(port));
        return client.ReadMetrics();
    }

    /// <summary>Gets the command that runs this program with other arguments.</summary>
    public static string[] GetSelfCommand(params string[] arguments) => [Environment.ProcessPath!, .. arguments];

    /// <summary>Reads the next line of the standard output.</summary>
    public string ReadLine() => _process.StandardOutput.ReadLine()
        ?? throw new InvalidOperationException($"{_process.StartInfo.FileName} {string.Join(' ', _process.StartInfo.ArgumentList)} ended without output.");

    /// <summary>Writes a line to the standard input, and reads the response from the standard output.</summary>
    public string Ask(string line = "")
    {
        _process.StandardInput.WriteLine(line);
        return ReadLine();
    }

    /// <summary>Reads a line of metrics from the standard output.</summary>
    public Metrics ReadMetrics() => Metrics.Parse(ReadLine());

    public void Dispose()
    {
        _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();
    }

    /// <summary>Gets the full path of a program, or null if it is not installed.</summary>
    public static string? FindProgram(string name) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Append("/usr/sbin")
        .Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);

    /// <summary>Gets a free port for a program that cannot report the port it selected.</summary>
    public static int GetFreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Waits until a program listens on a port.</summary>
    public static void WaitForPort(int port)
    {
        for (var clock = Stopwatch.StartNew(); clock.Elapsed < StartTimeout; Thread.Sleep(25))
        {
            try
            {
                using var client = new TcpClient();
                client.Connect(IPAddress.Loopback, port);
                return;
            }
            catch (SocketException)
            {
                // Not listening yet.
            }
        }
        throw new InvalidOperationException($"No program listens on port {port}.");
    }
}
