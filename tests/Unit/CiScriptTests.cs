using System;
using System.Diagnostics;
using System.IO;
using System.Linq;
using Xunit;

namespace PSPairChat.Unit;

/// <summary>Runs <c>.ci/run</c> in another folder, with a program in place of <c>dotnet</c> that writes result files.</summary>
public sealed class CiScriptTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("pairchat-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [NeedsToolFact("bash")]
    public void Failed_build_is_a_failure_without_tests()
    {
        var (code, lines) = Run(buildExitCode: 1, testExitCode: 0, pester: "NotExecuted", pesterResults: null);
        Assert.Equal((1, "0 passed, 1 failed, 0 skipped"), (code, lines[^1]));
        Assert.Contains("The build failed. No tests were run.", lines);
        Assert.DoesNotContain(lines, l => l.Contains("PESTER", StringComparison.Ordinal));
    }

    [NeedsToolFact("bash")]
    public void Results_of_Pester_replace_the_test_that_runs_it()
    {
        var (code, lines) = Run(0, 0, "Passed", """<test-results total="250" errors="0" failures="0" not-run="2" inconclusive="0" ignored="0" skipped="3">""");
        Assert.Equal((0, "256 passed, 0 failed, 6 skipped"), (code, lines[^1]));
    }

    [NeedsToolFact("bash")]
    public void Failures_of_Pester_replace_the_test_that_runs_it()
    {
        var (code, lines) = Run(0, 1, "Failed", """<test-results total="250" errors="0" failures="2" not-run="0" inconclusive="0" ignored="0" skipped="0">""");
        Assert.Equal((1, "257 passed, 2 failed, 1 skipped"), (code, lines[^1]));
    }

    [NeedsToolTheory("bash")]
    [InlineData("NotExecuted", 0, "THE PESTER SUITE WAS SKIPPED: it requires pwsh with Pester 5 on the PATH.", "9 passed, 0 failed, 2 skipped")]
    [InlineData("Failed", 1, "THE PESTER SUITE DID NOT COMPLETE.", "9 passed, 1 failed, 1 skipped")]
    [InlineData("Missing", 1, "THE PESTER SUITE DID NOT COMPLETE.", "9 passed, 1 failed, 1 skipped")]
    public void Missing_results_of_Pester_have_the_right_reason(string pester, int exitCode, string reason, string summary)
    {
        var (code, lines) = Run(0, exitCode, pester, pesterResults: null);
        Assert.Equal((exitCode, summary), (code, lines[^1]));
        Assert.Contains(reason, lines);
    }

    [NeedsToolFact("bash")]
    public void Test_run_without_results_is_a_failure()
    {
        var (code, lines) = Run(0, 1, pester: null, pesterResults: null);
        Assert.Equal((1, "0 passed, 1 failed, 0 skipped"), (code, lines[^1]));
        Assert.Contains("No test results found.", lines);
    }

    // Nine tests pass and one is skipped, in addition to the test that runs the Pester suite.
    private (int Code, string[] Lines) Run(int buildExitCode, int testExitCode, string? pester, string? pesterResults)
    {
        var bin = Directory.CreateDirectory(Path.Combine(_folder, "bin")).FullName;
        Directory.CreateDirectory(Path.Combine(_folder, ".ci"));
        File.Copy(Path.Combine(Repository.Root, ".ci", "run"), Path.Combine(_folder, ".ci", "run"));
        var passed = pester == "Passed" ? 10 : 9;
        var skipped = pester == "NotExecuted" ? 2 : 1;
        var failed = pester == "Failed" ? 1 : 0;
        var executed = passed + failed;
        if (pester is not null)
        {
            File.WriteAllText(Path.Combine(_folder, "results.trx"), $"""
                <UnitTestResult testName="The_built_module_passes_its_Pester_suite" outcome="{pester}" />
                <Counters total="{executed + skipped}" executed="{executed}" passed="{passed}" failed="{failed}" error="0" />
                """);
        }
        if (pesterResults is not null)
            File.WriteAllText(Path.Combine(_folder, "Pester.xml"), pesterResults);
        File.WriteAllText(Path.Combine(bin, "dotnet"), $"""
            #!/bin/sh
            [ "$1" = build ] && exit {buildExitCode}
            mkdir TestResults
            mv results.trx Pester.xml TestResults 2>/dev/null
            exit {testExitCode}
            """);
        using var script = Process.Start(new ProcessStartInfo("bash", ["-c", "chmod +x bin/dotnet && exec bash .ci/run"])
        {
            WorkingDirectory = _folder,
            RedirectStandardOutput = true,
            Environment = { ["PATH"] = bin + Path.PathSeparator + Environment.GetEnvironmentVariable("PATH") },
        })!;
        var lines = script.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).ToArray();
        script.WaitForExit();
        return (script.ExitCode, lines);
    }
}
