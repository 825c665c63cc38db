using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.Linq;

namespace PSPairChat.Bench;

/// <summary>The metrics that a process prints as one line, for example <c>p50=13.8 p99=20.1</c>. Times are in microseconds, sizes in bytes.</summary>
internal sealed class Metrics(IEnumerable<KeyValuePair<string, double>> values) : Dictionary<string, double>(values)
{
    public static Metrics Parse(string line) => new(
        from word in line.Split(' ', StringSplitOptions.RemoveEmptyEntries)
        let pair = word.Split('=')
        where pair.Length == 2
        select KeyValuePair.Create(pair[0], double.Parse(pair[1], CultureInfo.InvariantCulture)));

    /// <summary>Gets the median of each metric.</summary>
    public static Metrics GetMedians(IReadOnlyCollection<Metrics> iterations) => new(
        from name in iterations.SelectMany(i => i.Keys).Distinct()
        select KeyValuePair.Create(name, GetMedian(iterations.Where(i => i.ContainsKey(name)).Select(i => i[name]))));

    public static double GetMedian(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[sorted.Length / 2 - 1] + sorted[sorted.Length / 2]) / 2;
    }

    /// <summary>Calculates the metrics of round trips.</summary>
    /// <param name="ticks">The duration of each round trip in stopwatch ticks. This method sorts the array.</param>
    /// <param name="allocated">The number of bytes allocated during the round trips.</param>
    public static Metrics FromRoundTrips(long[] ticks, long allocated)
    {
        var mean = ToMicroseconds(ticks.Sum()) / ticks.Length;
        Array.Sort(ticks);
        return new Metrics([
            KeyValuePair.Create("p50", ToMicroseconds(ticks[ticks.Length / 2])),
            KeyValuePair.Create("p99", ToMicroseconds(ticks[(int)(ticks.Length * 99L / 100)])),
            KeyValuePair.Create("mean", mean),
            KeyValuePair.Create("allocated", (double)allocated / ticks.Length)]);
    }

    public override string ToString() => string.Join(' ', this.Select(m => string.Create(CultureInfo.InvariantCulture, $"{m.Key}={m.Value:0.###}")));

    private static double ToMicroseconds(double ticks) => ticks * 1e6 / Stopwatch.Frequency;
}
