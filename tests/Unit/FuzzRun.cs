using System;
using System.Diagnostics;
using System.Globalization;
using Xunit;

namespace PSPairChat.Unit;

/// <summary>
/// Repeats a randomized check for a short time, or for the number of seconds in the environment variable PAIRCHAT_FUZZ_SECONDS. A failure names its seed;
/// PAIRCHAT_FUZZ_SEED sets the first one.
/// </summary>
internal static class FuzzRun
{
    private const int RunsBetweenMeasurements = 1000;
    private const long MaxGrowth = 500_000_000;

    private static readonly TimeSpan MaxRunTime = TimeSpan.FromSeconds(30);

    /// <summary>Repeats a check, each time with another seed. Memory and the time of a run are limited.</summary>
    /// <param name="check">The check.</param>
    /// <param name="seconds">The duration if the environment does not set one.</param>
    public static void Repeat(Action<Random> check, double seconds = 0.3)
    {
        if (GetVariable("SECONDS") is { } value)
            seconds = double.Parse(value, CultureInfo.InvariantCulture);
        var firstSeed = GetVariable("SEED") is { } seed ? int.Parse(seed, CultureInfo.InvariantCulture) : Environment.TickCount;
        var memory = GC.GetTotalMemory(forceFullCollection: true);
        var clock = Stopwatch.StartNew();
        for (var run = 0; run == 0 || clock.Elapsed.TotalSeconds < seconds; run++)
        {
            Run(firstSeed + run, check);
            if (run % RunsBetweenMeasurements == RunsBetweenMeasurements - 1)
                Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - memory, long.MinValue, MaxGrowth);
        }
    }

    private static void Run(int seed, Action<Random> check)
    {
        var clock = Stopwatch.StartNew();
        try
        {
            check(new Random(seed));
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"Failed with the seed {seed}: {e.Message}", e);
        }
        Assert.True(clock.Elapsed < MaxRunTime, $"The run with the seed {seed} took {clock.Elapsed}.");
    }

    private static string? GetVariable(string name) => Environment.GetEnvironmentVariable("PAIRCHAT_FUZZ_" + name) is { Length: > 0 } value ? value : null;
}
