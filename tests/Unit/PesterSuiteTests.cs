using System;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using Xunit;

namespace PSPairChat.Unit;

/// <summary>Runs the Pester suite in PowerShell as one test. Its failure message lists the failed Pester tests.</summary>
public sealed class PesterSuiteTests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(25);

    [PesterFact]
    public async Task The_installed_module_passes_its_Pester_suite_in_a_real_PowerShell()
    {
        var (exitCode, output) = await PowerShell.RunAsync(
            ["-File", Path.Combine(Repository.Root, "tests", "Pester", "Invoke-PesterSuite.ps1"), "-Installed"], Timeout);
        var failed = output.Split('\n').Where(line => line.StartsWith("FAILED: ", StringComparison.Ordinal)).ToArray();
        Assert.True(exitCode == 0, failed.Length > 0 ? string.Join('\n', failed) + "\n\n" + output : output);
    }

    /// <summary>A test that requires pwsh with Pester 5, and is skipped if one of them is missing.</summary>
    private sealed class PesterFactAttribute : FactAttribute
    {
        private static readonly Lazy<string?> MissingRequirement = new(() =>
        {
            if (PowerShell.Path is null)
                return "THE PESTER SUITE WAS SKIPPED: pwsh is not on the PATH. To install PowerShell, run 'dotnet tool install --global PowerShell'.";
            var (exitCode, _) = PowerShell.RunAsync(
                ["-Command", "Import-Module Pester -MinimumVersion 5.0 -ErrorAction Stop"], TimeSpan.FromMinutes(2)).GetAwaiter().GetResult();
            return exitCode == 0 ? null : "THE PESTER SUITE WAS SKIPPED: Pester 5 is not installed. To install it, run 'Install-Module Pester' in pwsh.";
        });

        public PesterFactAttribute() => Skip = MissingRequirement.Value;
    }

    private static class PowerShell
    {
        public static string? Path { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(System.IO.Path.PathSeparator)
            .SelectMany(folder => new[] { System.IO.Path.Combine(folder, "pwsh"), System.IO.Path.Combine(folder, "pwsh.exe") })
            .FirstOrDefault(File.Exists);

        private static bool IsTestRunnerVariable(string name) =>
            name.StartsWith("DOTNET_", StringComparison.Ordinal) || name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase);

        public static async Task<(int ExitCode, string Output)> RunAsync(string[] arguments, TimeSpan timeout)
        {
            var start = new ProcessStartInfo(Path!, ["-NoProfile", "-NonInteractive", .. arguments])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            // PowerShell must not inherit the variables that the test runner sets for its own use.
            foreach (var name in start.Environment.Keys.Where(IsTestRunnerVariable).ToArray())
                start.Environment.Remove(name);
            start.Environment["NO_COLOR"] = "1";
            using var process = Process.Start(start)!;
            process.StandardInput.Close();
            var output = process.StandardOutput.ReadToEndAsync();
            var errors = process.StandardError.ReadToEndAsync();
            try
            {
                await process.WaitForExitAsync().WaitAsync(timeout);
            }
            catch (TimeoutException)
            {
                process.Kill(entireProcessTree: true);
                return (-1, $"FAILED: The suite did not complete within {timeout}.\n{await output}{await errors}");
            }
            return (process.ExitCode, await output + await errors);
        }
    }
}
