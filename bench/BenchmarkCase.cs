using System;

namespace PSPairChat.Bench;

/// <summary>One row of a comparison.</summary>
/// <param name="Name">The name in the table.</param>
/// <param name="Measure">Runs the case once; returns null if a required program is not installed.</param>
internal sealed record BenchmarkCase(string Name, Func<Metrics?> Measure);
