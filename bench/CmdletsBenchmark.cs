using System;
using System.IO;

namespace PSPairChat.Bench;

/// <summary>
/// Measures round trips of 32 bytes in PowerShell, with both ends on one CPU. The server is the C baseline, so that the difference is the cost of the cmdlets.
/// </summary>
internal static class CmdletsBenchmark
{
    private const int Cpu = 1;
    private const int WarmUp = 100_000;
    private const int Count = 10_000;
    private const int Size = 32;

    private static readonly string? PowerShell = BenchmarkProcess.FindProgram("pwsh");
    private static readonly string ScriptPath = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", "..", "cmdlets.ps1"));

    private delegate string[] CommandForPort(string port);

    public static void Run()
    {
        var baseline = CBaseline.Program;
        string[]? server = baseline is null ? null : [baseline, "echo"];
        ComparisonRunner.Run("cmdlets", "p50",
        [
            new("C", () => Measure(server, port => [baseline!, "ping", port, $"{WarmUp}", $"{Count}", $"{Size}"])),
            new("lines \\| Send-ChatMessage -AwaitReply", () => Measure(server, GetClient("pipeline"))),
            new("the same, server: engine", () => Measure(BenchmarkProcess.GetSelfCommand(EnginePeer.Echo), GetClient("pipeline"))),
            new("lines \\| empty cmdlet", () => Measure(server, GetClient("empty-pipeline"))),
            new("Send-ChatMessage; Receive-ChatMessage", () => Measure(server, GetClient("calls"))),
            new("two empty cmdlets", () => Measure(server, GetClient("empty-calls"))),
            new("TcpClient and StreamReader in a script", () => Measure(server, GetClient("script"))),
        ]);
    }

    private static CommandForPort GetClient(string kind) => port =>
    [
        PowerShell!, "-NoProfile", "-NonInteractive", "-File", ScriptPath,
        "-Kind", kind, "-Port", port, "-WarmUp", $"{WarmUp}", "-Count", $"{Count}", "-Size", $"{Size}",
    ];

    private static Metrics? Measure(string[]? serverCommand, CommandForPort clientCommand)
    {
        if (serverCommand is null || PowerShell is null)
            return null;
        using var server = BenchmarkProcess.Start(Cpu, serverCommand);
        using var client = BenchmarkProcess.Start(Cpu, clientCommand(server.ReadLine()));
        return client.ReadMetrics();
    }
}
