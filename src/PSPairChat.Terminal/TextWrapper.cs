using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;

namespace PSPairChat.Terminal;

/// <summary>
/// Wraps output to the width of a window, between words where possible. Every row after the first one is indented, so that no part of a received text can
/// start in the first column, where the name of a speaker is.
/// </summary>
internal static class TextWrapper
{
    /// <summary>The smallest width that leaves room for an indentation and a wide character.</summary>
    public const int MinWidth = 3;

    private const int MaxIndentation = 2;
    private const string Space = " ";

    /// <summary>Gets the number of cells by which the rows after the first one are indented.</summary>
    public static int GetIndentation(int width) => Math.Min(MaxIndentation, width - 2);

    /// <summary>Wraps a line of text that is safe to display.</summary>
    /// <param name="line">The line.</param>
    /// <param name="width">The number of cells in a row; a width below <see cref="MinWidth"/> is treated as that.</param>
    /// <returns>The rows. A space that does not fit in its row is omitted.</returns>
    public static IReadOnlyList<string> Wrap(string line, int width)
    {
        width = Math.Max(MinWidth, width);
        var indentation = GetIndentation(width);
        var elements = GetElements(line);
        var rows = new List<string>();
        var row = new StringBuilder();
        var column = 0;
        for (var i = 0; i < elements.Count; i++)
        {
            var (text, cellCount) = elements[i];
            var isWordStart = text != Space && (i == 0 || elements[i - 1].Text == Space);
            // A word that is longer than a row is divided.
            var isMoved = isWordStart && MeasureWord(elements, i) is var word && column + word > width && indentation + word <= width;
            if (column > 0 && (isMoved || column + cellCount > width))
            {
                rows.Add(row.ToString());
                row.Clear().Append(' ', column = indentation);
                if (text == Space)
                    continue;
            }
            row.Append(text);
            column += cellCount;
        }
        rows.Add(row.ToString());
        return rows;
    }

    private static List<(string Text, int CellCount)> GetElements(string line)
    {
        var elements = new List<(string Text, int CellCount)>(line.Length);
        var enumerator = StringInfo.GetTextElementEnumerator(line);
        while (enumerator.MoveNext())
        {
            var text = enumerator.GetTextElement();
            elements.Add((text, CellWidth.MeasureMax(text)));
        }
        return elements;
    }

    private static int MeasureWord(List<(string Text, int CellCount)> elements, int start)
    {
        var cellCount = 0;
        for (var i = start; i < elements.Count && elements[i].Text != Space; i++)
            cellCount += elements[i].CellCount;
        return cellCount;
    }
}
