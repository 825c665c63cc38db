using System;
using System.Collections.Generic;
using System.Linq;
using Xunit;

namespace PSPairChat.Unit;

/// <summary>Asserts that a rule has no violations.</summary>
internal static class Violations
{
    /// <summary>Fails with all of the violations: Assert.Empty shows only the first five.</summary>
    public static void AssertNone(IEnumerable<string> violations)
    {
        var found = violations.Distinct().Order(StringComparer.Ordinal).ToArray();
        Assert.True(found.Length == 0, $"{found.Length} violations:\n{string.Join('\n', found)}");
    }
}
