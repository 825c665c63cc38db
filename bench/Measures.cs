using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.Linq;

namespace PSPairChat.Bench;

/// <summary>What a peer measured of itself: the line <c>p50=13.8 p99=20.1</c> that it prints. Times in microseconds, sizes in bytes.</summary>
internal sealed class Measures(IEnumerable<KeyValuePair<string, double>> values) : Dictionary<string, double>(values)
{
    public static Measures Parse(string line) => new(
        from word in line.Split(' ', StringSplitOptions.RemoveEmptyEntries)
        let pair = word.Split('=')
        where pair.Length == 2
        select KeyValuePair.Create(pair[0], double.Parse(pair[1], CultureInfo.InvariantCulture)));

    /// <summary>Of each measure the median.</summary>
    public static Measures Medians(IReadOnlyCollection<Measures> repeats) => new(
        from name in repeats.SelectMany(r => r.Keys).Distinct()
        select KeyValuePair.Create(name, Median(repeats.Where(r => r.ContainsKey(name)).Select(r => r[name]))));

    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[sorted.Length / 2 - 1] + sorted[sorted.Length / 2]) / 2;
    }

    /// <summary>The measures of round trips.</summary>
    /// <param name="ticks">How long each took, in ticks of the stopwatch; sorted by this.</param>
    /// <param name="allocated">The bytes allocated meanwhile.</param>
    public static Measures OfRoundTrips(long[] ticks, long allocated)
    {
        var mean = Microseconds(ticks.Sum()) / ticks.Length;
        Array.Sort(ticks);
        return new Measures([
            KeyValuePair.Create("p50", Microseconds(ticks[ticks.Length / 2])),
            KeyValuePair.Create("p99", Microseconds(ticks[(int)(ticks.Length * 99L / 100)])),
            KeyValuePair.Create("mean", mean),
            KeyValuePair.Create("allocated", (double)allocated / ticks.Length)]);
    }

    public override string ToString() => string.Join(' ', this.Select(m => string.Create(CultureInfo.InvariantCulture, $"{m.Key}={m.Value:0.###}")));

    private static double Microseconds(double ticks) => ticks * 1e6 / Stopwatch.Frequency;
}
