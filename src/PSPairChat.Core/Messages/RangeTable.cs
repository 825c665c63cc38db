using System;
using System.Collections.Generic;
using System.Globalization;

namespace PSPairChat.Messages;

/// <summary>Maps ranges of code points to values. The generated tables are written as <c>value: 41-5A 61 value: ...</c>, in hexadecimal.</summary>
/// <typeparam name="T">The type of a value.</typeparam>
internal sealed class RangeTable<T>
{
    private readonly int[] _starts;
    private readonly int[] _ends;
    private readonly T[] _values;

    /// <summary>Reads a generated table.</summary>
    /// <param name="table">The table.</param>
    /// <param name="parse">Converts the text before a colon to a value.</param>
    public RangeTable(string table, Func<string, T> parse)
    {
        var ranges = new List<(int Start, int End, T Value)>();
        var value = default(T)!;
        foreach (var word in table.Split([' '], StringSplitOptions.RemoveEmptyEntries))
        {
            if (word[word.Length - 1] == ':')
            {
                value = parse(word.Substring(0, word.Length - 1));
                continue;
            }
            var dash = word.IndexOf('-');
            var start = ParseCodePoint(dash < 0 ? word : word.Substring(0, dash));
            ranges.Add((start, dash < 0 ? start : ParseCodePoint(word.Substring(dash + 1)), value));
        }
        ranges.Sort((a, b) => a.Start.CompareTo(b.Start));
        _starts = ranges.ConvertAll(r => r.Start).ToArray();
        _ends = ranges.ConvertAll(r => r.End).ToArray();
        _values = ranges.ConvertAll(r => r.Value).ToArray();
    }

    /// <summary>Gets the ranges in ascending order.</summary>
    public IEnumerable<(int Start, int End, T Value)> Ranges
    {
        get
        {
            for (var i = 0; i < _starts.Length; i++)
                yield return (_starts[i], _ends[i], _values[i]);
        }
    }

    /// <summary>Gets the value of a code point.</summary>
    /// <returns>Whether the table contains the code point.</returns>
    public bool TryGetValue(int codePoint, out T value)
    {
        var index = Array.BinarySearch(_starts, codePoint);
        if (index < 0)
            index = ~index - 1;
        var isFound = index >= 0 && codePoint <= _ends[index];
        value = isFound ? _values[index] : default!;
        return isFound;
    }

    private static int ParseCodePoint(string text) => int.Parse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
}
