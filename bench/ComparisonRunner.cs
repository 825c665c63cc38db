using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text.Json;

namespace PSPairChat.Bench;

/// <summary>
/// Compares cases in interleaved iterations: each iteration runs every case once, so that other load on the machine affects all of them. The results are the
/// medians over the iterations, and the ratio to the first case: the median of the ratios within one iteration.
/// </summary>
internal static class ComparisonRunner
{
    public const int DefaultIterations = 5;

    private static readonly JsonSerializerOptions JsonOptions = new() { WriteIndented = true };

    /// <summary>Runs the cases, prints the table and writes it to <c>artifacts/bench/NAME.json</c>.</summary>
    /// <param name="name">The name of the benchmark.</param>
    /// <param name="metric">The metric whose ratio is calculated.</param>
    /// <param name="cases">The cases. The first one is the baseline.</param>
    /// <param name="iterations">The number of iterations.</param>
    public static void Run(string name, string metric, IReadOnlyList<BenchmarkCase> cases, int iterations = DefaultIterations)
    {
        var results = cases.ToDictionary(c => c.Name, _ => new List<Metrics>());
        for (var i = 0; i < iterations; i++)
        {
            foreach (var item in cases)
            {
                Console.Error.Write($"\r{name} {i + 1}/{iterations} {item.Name,-40}");
                if (item.Measure() is { } metrics)
                    results[item.Name].Add(metrics);
            }
        }
        Console.Error.Write($"\r{"",-70}\r");

        var baseline = results[cases[0].Name];
        var rows = cases.Select(c => CreateRow(results[c.Name], baseline, metric)).ToArray();
        Console.WriteLine($"## {name}: medians of {iterations} interleaved iterations, ratio of {metric} to {cases[0].Name}");
        PrintTable(cases, rows);
        Save(name, rows, results);
    }

    private static Dictionary<string, double?> CreateRow(List<Metrics> iterations, List<Metrics> baseline, string metric)
    {
        var row = Metrics.GetMedians(iterations).ToDictionary(m => m.Key, m => (double?)m.Value);
        if (iterations.Count == baseline.Count && iterations.Count > 0)
            row["ratio"] = Metrics.GetMedian(iterations.Zip(baseline, (own, reference) => own[metric] / reference[metric]));
        return row;
    }

    private static void PrintTable(IReadOnlyList<BenchmarkCase> cases, Dictionary<string, double?>[] rows)
    {
        var columns = rows.SelectMany(r => r.Keys).Distinct().ToArray();
        Console.WriteLine($"| case | {string.Join(" | ", columns)} |");
        Console.WriteLine($"|---|{string.Concat(Enumerable.Repeat("---:|", columns.Length))}");
        for (var i = 0; i < rows.Length; i++)
        {
            var cells = rows[i].Count == 0 ? ["not installed"] : columns.Select(c => Format(rows[i].GetValueOrDefault(c), c));
            Console.WriteLine($"| {cases[i].Name} | {string.Join(" | ", cells)} |");
        }
        Console.WriteLine();
    }

    private static string Format(double? value, string column) => value is not { } number ? ""
        : number.ToString(column == "ratio" ? "0.00" : number >= 1000 ? "#,0" : "0.0", CultureInfo.InvariantCulture);

    private static void Save(string name, Dictionary<string, double?>[] rows, Dictionary<string, List<Metrics>> results)
    {
        var folder = Directory.CreateDirectory(Path.Combine("artifacts", "bench"));
        var report = new
        {
            benchmark = name,
            machine = GetMachineDescription(),
            pinned = BenchmarkProcess.CanPin,
            rows = results.Select((r, i) => new { @case = r.Key, medians = rows[i], iterations = r.Value }),
        };
        File.WriteAllText(Path.Combine(folder.FullName, name + ".json"), JsonSerializer.Serialize(report, JsonOptions));
    }

    private static string GetMachineDescription()
    {
        var cpu = File.Exists("/proc/cpuinfo")
            ? File.ReadLines("/proc/cpuinfo").FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim() : null;
        return $"{Environment.ProcessorCount} x {cpu ?? "CPU"}, {System.Runtime.InteropServices.RuntimeInformation.OSDescription}, .NET {Environment.Version}";
    }
}
