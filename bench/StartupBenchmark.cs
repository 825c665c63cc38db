using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;

namespace PSPairChat.Bench;

/// <summary>Measures what a new PowerShell process takes to import the module and to receive the first message, and what pairchat takes to receive it.</summary>
internal static class StartupBenchmark
{
    private const int Iterations = 7;
    private const int Cpu = 1;

    private static readonly string? PowerShell = BenchmarkProcess.FindProgram("pwsh");

    public static void Run()
    {
        var root = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", "..", ".."));
        var manifest = Path.Combine(root, "PSPairChat.psd1");
        var empty = Directory.CreateTempSubdirectory().FullName;
        File.WriteAllText(Path.Combine(empty, "Empty.psm1"), "function Get-Empty { }");
        File.WriteAllText(Path.Combine(empty, "Empty.psd1"),
            "@{ RootModule = 'Empty.psm1'; ModuleVersion = '1.0'; FunctionsToExport = @('Get-Empty'); CmdletsToExport = @(); AliasesToExport = @() }");
        try
        {
            ComparisonRunner.Run("startup", "milliseconds",
            [
                new("Import-Module, an empty module", () => Measure($"Import-Module '{Path.Combine(empty, "Empty.psd1")}'", "")),
                new("Import-Module PSPairChat", () => Measure($"Import-Module '{manifest}'", "")),
                new("from Connect-ChatServer to the first message", () => MeasureConversation(manifest,
                    "$null = Connect-ChatServer 127.0.0.1 $port Chris; $null = Send-ChatMessage hello -AwaitReply")),
                new("the same with TcpClient in a script", () => MeasureConversation(manifest,
                    "$client = [Net.Sockets.TcpClient]::new('127.0.0.1', $port); $stream = $client.GetStream(); $writer = [IO.StreamWriter]::new($stream);"
                    + "$writer.AutoFlush = $true; $writer.WriteLine('Chris> hello'); $null = [IO.StreamReader]::new($stream).ReadLine()")),
                new("from the start of pairchat to the first message", () => MeasureConsole(
                    Path.Combine(root, "src", "PSPairChat.Console", "bin", "Release", "net10.0", "pairchat"))),
            ], Iterations);
        }
        finally
        {
            Directory.Delete(empty, recursive: true);
        }
    }

    private static Metrics MeasureConsole(string program)
    {
        using var server = BenchmarkProcess.Start(Cpu, BenchmarkProcess.GetSelfCommand(EnginePeer.Echo));
        var port = server.ReadLine();
        var clock = Stopwatch.StartNew();
        using var process = BenchmarkProcess.StartCold(Cpu, program, "connect", "127.0.0.1", port, "--handle", "Chris");
        process.Ask("hello");
        return new Metrics([KeyValuePair.Create("milliseconds", clock.Elapsed.TotalMilliseconds)]);
    }

    private static Metrics? MeasureConversation(string manifest, string code)
    {
        if (PowerShell is null)
            return null;
        using var server = BenchmarkProcess.Start(Cpu, BenchmarkProcess.GetSelfCommand(EnginePeer.Echo));
        return Measure(code, $"$port = {server.ReadLine()}; Import-Module '{manifest}';");
    }

    private static Metrics? Measure(string code, string setup)
    {
        if (PowerShell is null)
            return null;
        using var process = BenchmarkProcess.StartCold(Cpu, PowerShell, "-NoProfile", "-NonInteractive", "-Command",
            $"{setup} $clock = [Diagnostics.Stopwatch]::StartNew(); {code}; "
            + "[Console]::WriteLine([string]::Format([cultureinfo]::InvariantCulture, 'milliseconds={0:0.0}', $clock.Elapsed.TotalMilliseconds))");
        return process.ReadMetrics();
    }
}
