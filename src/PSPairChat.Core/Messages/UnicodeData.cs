using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;

namespace PSPairChat.Messages;

/// <summary>
/// Gets the properties of Unicode characters that nicknames depend on. They come from generated tables: the data of a runtime varies with its version and
/// contains no scripts, and string.Normalize does nothing in a process with invariant globalization.
/// </summary>
internal static partial class UnicodeData
{
    private static readonly Lazy<Dictionary<string, string>> Scripts = new(ParseScriptNames);
    private static readonly Lazy<RangeTable<string[]>> CharacterTable = new(() => new RangeTable<string[]>(Characters, value => value.Split(',')));
    private static readonly Lazy<RangeTable<bool>> SoftDottedTable = new(() => new RangeTable<bool>("1: " + SoftDottedLetters, _ => true));
    private static readonly Lazy<RangeTable<bool>> StackingTable = new(() => new RangeTable<bool>("1: " + StackingMarks, _ => true));
    private static readonly Lazy<RangeTable<int>> ClassTable = new(() => new RangeTable<int>(CombiningClasses, ParseNumber));
    private static readonly Lazy<RangeTable<int[]>> DecompositionTable = new(() => new RangeTable<int[]>(Decompositions, ParseCodePoints));
    private static readonly Lazy<RangeTable<int>> DistanceTable = new(() => new RangeTable<int>(CaseDistances, ParseNumber));
    private static readonly Lazy<RangeTable<int[]>> FullCaseTable = new(() => new RangeTable<int[]>(FullCaseFoldings, ParseCodePoints));
    private static readonly Lazy<Dictionary<(int First, int Second), int>> Compositions = new(GetCompositions);

    /// <summary>Gets whether a nickname can contain a character, and the scripts that it is used with.</summary>
    /// <param name="codePoint">The character.</param>
    /// <param name="isMark">Whether it is a combining mark; otherwise it is a letter.</param>
    /// <param name="scripts">The ISO 15924 codes, augmented as UTS #39, section 5.1, defines.</param>
    public static bool TryGetScripts(int codePoint, out bool isMark, out ArraySegment<string> scripts)
    {
        var isFound = CharacterTable.Value.TryGetValue(codePoint, out var value);
        isMark = isFound && value[0] == "M";
        scripts = isFound ? new ArraySegment<string>(value, 1, value.Length - 1) : default;
        return isFound;
    }

    /// <summary>Gets the name of a script by its ISO 15924 code.</summary>
    public static string GetScriptName(string code) => Scripts.Value[code];

    /// <summary>Gets whether a letter has a dot that a mark above replaces.</summary>
    public static bool IsSoftDotted(int codePoint) => SoftDottedTable.Value.TryGetValue(codePoint, out _);

    /// <summary>Gets whether a mark is visible only between two letters.</summary>
    public static bool IsStackingMark(int codePoint) => StackingTable.Value.TryGetValue(codePoint, out _);

    /// <summary>Gets the canonical combining class.</summary>
    public static int GetCombiningClass(int codePoint) => ClassTable.Value.TryGetValue(codePoint, out var value) ? value : 0;

    /// <summary>Converts text to normalization form D. Hangul syllables stay whole: no other character looks like one.</summary>
    public static List<int> Decompose(IEnumerable<int> text)
    {
        var result = new List<int>();
        foreach (var codePoint in text)
            Append(codePoint);
        return result;

        void Append(int codePoint)
        {
            if (DecompositionTable.Value.TryGetValue(codePoint, out var parts))
            {
                Append(parts[0]);
                Append(parts[1]);
                return;
            }
            // Canonical order: a mark stands behind those before it that have the same class or a lower one.
            var at = result.Count;
            var combiningClass = GetCombiningClass(codePoint);
            while (combiningClass > 0 && at > 0 && GetCombiningClass(result[at - 1]) > combiningClass)
                at--;
            result.Insert(at, codePoint);
        }
    }

    /// <summary>Converts text in normalization form D to form C.</summary>
    public static List<int> Compose(IEnumerable<int> text)
    {
        var result = new List<int>();
        var starter = -1;           // the index of the last character of combining class 0
        var previousClass = 0;      // of the mark that stands between the starter and the next character
        foreach (var codePoint in text)
        {
            var combiningClass = GetCombiningClass(codePoint);
            var isBlocked = starter < result.Count - 1 && previousClass >= combiningClass;
            if (starter >= 0 && !isBlocked && Compositions.Value.TryGetValue((result[starter], codePoint), out var composite))
            {
                result[starter] = composite;
                continue;
            }
            if (combiningClass == 0)
                starter = result.Count;
            previousClass = combiningClass;
            result.Add(codePoint);
        }
        return result;
    }

    /// <summary>Converts text to its full case folding.</summary>
    public static IEnumerable<int> FoldCase(IEnumerable<int> text)
    {
        foreach (var codePoint in text)
        {
            if (FullCaseTable.Value.TryGetValue(codePoint, out var letters))
            {
                foreach (var letter in letters)
                    yield return letter;
            }
            else
            {
                yield return DistanceTable.Value.TryGetValue(codePoint, out var distance) ? codePoint + distance : codePoint;
            }
        }
    }

    /// <summary>Gets the code points of a text. An unpaired surrogate is a code point of its own.</summary>
    public static List<int> GetCodePoints(string text)
    {
        var codePoints = new List<int>(text.Length);
        for (var i = 0; i < text.Length; i++)
            codePoints.Add(char.IsSurrogatePair(text, i) ? char.ConvertToUtf32(text[i], text[++i]) : text[i]);
        return codePoints;
    }

    /// <summary>Gets the text of code points.</summary>
    public static string GetText(IEnumerable<int> codePoints)
    {
        var text = new StringBuilder();
        foreach (var codePoint in codePoints)
        {
            if (codePoint > char.MaxValue)
                text.Append(char.ConvertFromUtf32(codePoint));
            else
                text.Append((char)codePoint);
        }
        return text.ToString();
    }

    /// <summary>Reads characters from a generated table, such as 41+300.</summary>
    internal static int[] ParseCodePoints(string text) =>
        Array.ConvertAll(text.Split('+'), c => int.Parse(c, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));

    private static int ParseNumber(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    private static Dictionary<(int First, int Second), int> GetCompositions()
    {
        var compositions = new Dictionary<(int First, int Second), int>();
        foreach (var (composite, _, parts) in DecompositionTable.Value.Ranges)
            compositions.Add((parts[0], parts[1]), composite);
        return compositions;
    }

    private static Dictionary<string, string> ParseScriptNames()
    {
        var names = new Dictionary<string, string>();
        foreach (var entry in ScriptNames.Split([' '], StringSplitOptions.RemoveEmptyEntries))
            names.Add(entry.Substring(0, 4), entry.Substring(5).Replace('_', ' '));
        return names;
    }
}
