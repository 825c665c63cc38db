using System;
using System.Collections.Generic;
using System.Linq;

namespace PSPairChat.Terminal;

/// <summary>
/// Renders the output above the edited line, and keeps its latest lines: when the width of the window changes, the terminal wraps them without an
/// indentation, and they are rendered again.
/// </summary>
internal sealed class OutputHistory
{
    private const int MaxRows = 1000;

    private readonly Queue<(string Line, string Style, int[] RowWidths)> _written = new();
    private readonly List<(string Line, string Style)> _pending = [];
    private int _rowCount;
    private int _windowWidth;

    /// <summary>Adds a line to the output.</summary>
    public void Add(string line, string style) => _pending.Add((line, style));

    /// <summary>Forgets the written lines; for a screen that was cleared.</summary>
    public void Clear()
    {
        _written.Clear();
        _rowCount = 0;
    }

    /// <summary>Renders the lines that were added; after a change of the width, also those that are on the screen.</summary>
    /// <param name="width">The current width of the window.</param>
    /// <param name="maxRowsAbove">The maximum number of rows of the output that the window shows.</param>
    /// <param name="rowsToErase">The number of rows above the edited line that the rendered lines replace.</param>
    /// <returns>The text; empty if nothing changes.</returns>
    public string Render(int width, int maxRowsAbove, out int rowsToErase)
    {
        rowsToErase = 0;
        if (width != _windowWidth && _written.Count > 0)
            TakeVisibleLines(width, maxRowsAbove, ref rowsToErase);
        _windowWidth = width;
        var output = string.Concat(_pending.Select(p => Write(p.Line, p.Style, width)));
        _pending.Clear();
        return output;
    }

    /// <summary>Gets the number of rows that a terminal shows after it has wrapped written rows to a new width.</summary>
    /// <param name="rowWidths">The number of cells that each written row occupies.</param>
    /// <param name="width">The new width.</param>
    public static int CountRows(IEnumerable<int> rowWidths, int width) => rowWidths.Sum(w => Math.Max(1, (w + width - 1) / width));

    private void TakeVisibleLines(int width, int maxRowsAbove, ref int rowsToErase)
    {
        var lines = _written.ToArray();
        var first = lines.Length;
        while (first > 0 && rowsToErase < maxRowsAbove)
            rowsToErase += CountRows(lines[--first].RowWidths, width);
        _pending.InsertRange(0, lines.Skip(first).Select(l => (l.Line, l.Style)));
        Clear();
    }

    private string Write(string line, string style, int width)
    {
        var rows = TextWrapper.Wrap(line, width);
        _written.Enqueue((line, style, rows.Select(CellWidth.MeasureText).ToArray()));
        _rowCount += rows.Count;
        while (_rowCount > MaxRows && _written.Count > 1)
            _rowCount -= _written.Dequeue().RowWidths.Length;
        return string.Concat(rows.Select(row => TextStyle.GetStart(style) + row + TextStyle.GetEnd(style) + "\r\n"));
    }
}
