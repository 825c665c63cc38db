using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text.Json;

namespace PSPairChat.Bench;

/// <summary>
/// Runs contestants side by side: every repeat runs each of them once, so that whatever else the machine does falls on all of them. What counts is the
/// median, and the ratio to the first contestant: the median of the ratios within one repeat.
/// </summary>
internal static class Contest
{
    public const int Repeats = 5;

    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true };

    /// <summary>Runs, prints the table and leaves the same as <c>artifacts/bench/NAME.json</c>.</summary>
    /// <param name="name">The name of the contest.</param>
    /// <param name="measure">The measure that is compared.</param>
    /// <param name="contestants">Who takes part; the first is the reference.</param>
    /// <param name="repeats">How often each is run.</param>
    public static void Run(string name, string measure, IReadOnlyList<Contestant> contestants, int repeats = Repeats)
    {
        var results = contestants.ToDictionary(c => c.Name, _ => new List<Measures>());
        for (var repeat = 0; repeat < repeats; repeat++)
        {
            foreach (var contestant in contestants)
            {
                Console.Error.Write($"\r{name} {repeat + 1}/{repeats} {contestant.Name,-40}");
                if (contestant.Run() is { } measures)
                    results[contestant.Name].Add(measures);
            }
        }
        Console.Error.Write($"\r{"",-70}\r");

        var reference = results[contestants[0].Name];
        var rows = contestants.Select(c => Row(c.Name, results[c.Name])).ToArray();
        Print(name, rows);
        Save(name, rows, results);

        Dictionary<string, double?> Row(string contestant, List<Measures> own)
        {
            var row = Measures.Medians(own).ToDictionary(m => m.Key, m => (double?)m.Value);
            if (own.Count == reference.Count && own.Count > 0)
                row["ratio"] = Measures.Median(own.Zip(reference, (mine, its) => mine[measure] / its[measure]));
            return row;
        }

        void Print(string title, Dictionary<string, double?>[] table)
        {
            var columns = table.SelectMany(r => r.Keys).Distinct().ToArray();
            Console.WriteLine($"## {title}: medians of {repeats} interleaved repeats, ratio of {measure} to {contestants[0].Name}");
            Console.WriteLine($"| contestant | {string.Join(" | ", columns)} |");
            Console.WriteLine($"|---|{string.Concat(Enumerable.Repeat("---:|", columns.Length))}");
            for (var i = 0; i < table.Length; i++)
            {
                var cells = table[i].Count == 0 ? ["not installed"] : columns.Select(c => Show(table[i].GetValueOrDefault(c), c));
                Console.WriteLine($"| {contestants[i].Name} | {string.Join(" | ", cells)} |");
            }
            Console.WriteLine();
        }
    }

    private static string Show(double? value, string column) => value is not { } number ? ""
        : number.ToString(column == "ratio" ? "0.00" : number >= 1000 ? "#,0" : "0.0", CultureInfo.InvariantCulture);

    private static void Save(string name, Dictionary<string, double?>[] rows, Dictionary<string, List<Measures>> results)
    {
        var folder = Directory.CreateDirectory(Path.Combine("artifacts", "bench"));
        var report = new
        {
            contest = name,
            machine = Machine(),
            pinned = Peer.CanPin,
            rows = results.Select((r, i) => new { contestant = r.Key, medians = rows[i], repeats = r.Value }),
        };
        File.WriteAllText(Path.Combine(folder.FullName, name + ".json"), JsonSerializer.Serialize(report, Json));
    }

    /// <summary>The machine in one line.</summary>
    public static string Machine()
    {
        var cpu = File.Exists("/proc/cpuinfo")
            ? File.ReadLines("/proc/cpuinfo").FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim() : null;
        return $"{Environment.ProcessorCount} x {cpu ?? "CPU"}, {System.Runtime.InteropServices.RuntimeInformation.OSDescription}, .NET {Environment.Version}";
    }
}
