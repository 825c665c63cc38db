using System;

namespace PSPairChat.Bench;

/// <summary>One row of a table.</summary>
/// <param name="Name">What it is called there.</param>
/// <param name="Run">Measures it once; null where something that it needs is not installed.</param>
internal sealed record Contestant(string Name, Func<Measures?> Run);
