using System;
using System.Diagnostics;
using System.Globalization;

namespace PSPairChat.Unit;

/// <summary>
/// Repeats a randomized check for a short time, or for the number of seconds in the environment variable PAIRCHAT_FUZZ_SECONDS. A failure names its seed.
/// </summary>
internal static class FuzzRun
{
    private const double DefaultSeconds = 0.3;

    /// <summary>Repeats a check, each time with another seed.</summary>
    public static void Repeat(Action<Random> check)
    {
        var seconds = double.TryParse(Environment.GetEnvironmentVariable("PAIRCHAT_FUZZ_SECONDS"), CultureInfo.InvariantCulture, out var value)
            ? value
            : DefaultSeconds;
        var clock = Stopwatch.StartNew();
        do
            Run(Random.Shared.Next(), check);
        while (clock.Elapsed.TotalSeconds < seconds);
    }

    /// <summary>Runs a check once with a seed, for example that of a failure.</summary>
    public static void Run(int seed, Action<Random> check)
    {
        try
        {
            check(new Random(seed));
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"Failed with the seed {seed}: {e.Message}", e);
        }
    }
}
