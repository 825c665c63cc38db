using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;

namespace PSPairChat.Terminal;

/// <summary>
/// Wraps output to the width of a window. Every row after the first one is indented, so that no part of a received text can start in the first column, where
/// the name of a speaker is.
/// </summary>
internal static class TextWrapper
{
    /// <summary>The smallest width that leaves room for an indentation and a wide character.</summary>
    public const int MinWidth = 3;

    private const int MaxIndentation = 2;

    /// <summary>Gets the number of cells by which the rows after the first one are indented.</summary>
    public static int GetIndentation(int width) => Math.Min(MaxIndentation, width - 2);

    /// <summary>Wraps a line of text that is safe to display.</summary>
    /// <param name="line">The line.</param>
    /// <param name="width">The number of cells in a row; a width below <see cref="MinWidth"/> is treated as that.</param>
    /// <returns>The rows.</returns>
    public static IReadOnlyList<string> Wrap(string line, int width)
    {
        width = Math.Max(MinWidth, width);
        var rows = new List<string>();
        var row = new StringBuilder();
        var column = 0;
        var elements = StringInfo.GetTextElementEnumerator(line);
        while (elements.MoveNext())
        {
            var element = elements.GetTextElement();
            var cellCount = CellWidth.MeasureMax(element);
            if (column + cellCount > width && column > 0)
            {
                rows.Add(row.ToString());
                row.Clear().Append(' ', column = GetIndentation(width));
            }
            row.Append(element);
            column += cellCount;
        }
        rows.Add(row.ToString());
        return rows;
    }
}
