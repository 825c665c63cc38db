using System;
using System.IO;

namespace PSPairChat.Bench;

/// <summary>What a fresh PowerShell waits for: the import, and the first message.</summary>
internal static class StartupBenchmark
{
    private const int Repeats = 7;
    private const int Cpu = 1;

    private static readonly string? Shell = Peer.Which("pwsh");

    public static void Run()
    {
        var manifest = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", "..", "..", "PSPairChat.psd1"));
        var empty = Directory.CreateTempSubdirectory().FullName;
        File.WriteAllText(Path.Combine(empty, "Empty.psm1"), "function Get-Empty { }");
        File.WriteAllText(Path.Combine(empty, "Empty.psd1"), "@{ RootModule = 'Empty.psm1'; ModuleVersion = '1.0'; FunctionsToExport = @('Get-Empty'); CmdletsToExport = @(); AliasesToExport = @() }");
        try
        {
            Contest.Run("startup", "milliseconds",
            [
                new("Import-Module, an empty module", () => Measure($"Import-Module '{Path.Combine(empty, "Empty.psd1")}'", "")),
                new("Import-Module PSPairChat", () => Measure($"Import-Module '{manifest}'", "")),
                new("from Connect-ChatServer to the first message", () => Talk(manifest,
                    "$null = Connect-ChatServer 127.0.0.1 $port Chris; $null = Send-ChatMessage hello -AwaitReply")),
                new("the same by hand with TcpClient", () => Talk(manifest,
                    "$client = [Net.Sockets.TcpClient]::new('127.0.0.1', $port); $stream = $client.GetStream(); $writer = [IO.StreamWriter]::new($stream);"
                    + "$writer.AutoFlush = $true; $writer.WriteLine('Chris> hello'); $null = [IO.StreamReader]::new($stream).ReadLine()")),
            ], Repeats);
        }
        finally
        {
            Directory.Delete(empty, recursive: true);
        }
    }

    private static Measures? Talk(string manifest, string code)
    {
        if (Shell is null)
            return null;
        using var server = Peer.Start(Cpu, Peer.Self(EnginePeer.Echo));
        return Measure(code, $"$port = {server.ReadLine()}; Import-Module '{manifest}';");
    }

    private static Measures? Measure(string code, string before)
    {
        if (Shell is null)
            return null;
        using var shell = Peer.StartCold(Cpu, Shell, "-NoProfile", "-NonInteractive", "-Command",
            $"{before} $clock = [Diagnostics.Stopwatch]::StartNew(); {code}; "
            + "[Console]::WriteLine([string]::Format([cultureinfo]::InvariantCulture, 'milliseconds={0:0.0}', $clock.Elapsed.TotalMilliseconds))");
        return shell.ReadMeasures();
    }
}
