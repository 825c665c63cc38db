using System;
using System.Linq;

namespace PSPairChat.Terminal;

/// <summary>
/// Keeps track of the line that is edited at the bottom of a screen, and returns the control sequences that update it. Writes nothing itself.
/// </summary>
internal sealed class LiveRenderer
{
    private const string ClearBelow = "\u001b[J";

    private string _rendered = "";
    private int[] _rowWidths = [];      // of the rendered rows; empty while nothing is rendered
    private int _cursorRow;
    private int _cursorColumn;
    private int _windowWidth;

    /// <summary>Erases the line; the cursor moves to its start.</summary>
    /// <param name="width">The current width of the window.</param>
    /// <returns>The control sequences.</returns>
    public string Erase(int width)
    {
        var sequences = _rowWidths.Length == 0 ? "" : MoveToStart(width) + ClearBelow;
        Reset();
        return sequences;
    }

    /// <summary>Forgets the line; for a screen that was cleared.</summary>
    public void Reset()
    {
        _rowWidths = [];
        _rendered = "";
    }

    /// <summary>Replaces the line.</summary>
    /// <param name="line">The new line.</param>
    /// <param name="width">The current width of the window.</param>
    /// <param name="height">The current height of the window. If the line has more rows, those around the cursor are rendered.</param>
    /// <returns>The text and control sequences; empty if nothing changes.</returns>
    public string Render(LineLayout line, int width, int height)
    {
        var count = Math.Min(line.Rows.Count, Math.Max(1, height));
        var first = Math.Min(Math.Max(0, line.CursorRow - count + 1), line.Rows.Count - count);
        var rows = FormatRows(line, first, count);
        if (rows == _rendered && width == _windowWidth)
            return "";
        var output = Erase(width) + rows;
        _rendered = rows;
        _rowWidths = line.RowWidths.Skip(first).Take(count).ToArray();
        _cursorRow = line.CursorRow - first;
        _cursorColumn = line.CursorColumn;
        _windowWidth = width;
        return output;
    }

    private static string FormatRows(LineLayout line, int first, int count) =>
        string.Join("\r\n", line.Rows.Skip(first).Take(count)) + MoveUp(first + count - 1 - line.CursorRow) + "\r" + MoveRight(line.CursorColumn);

    // A terminal wraps the rendered rows again when it becomes narrower, and leaves them when it becomes wider.
    private string MoveToStart(int width)
    {
        var rowsAbove = _cursorRow;
        if (width < _windowWidth)
            rowsAbove = Enumerable.Range(0, _cursorRow).Sum(i => Math.Max(1, (_rowWidths[i] + width - 1) / width)) + _cursorColumn / width;
        return MoveUp(rowsAbove) + "\r";
    }

    private static string MoveUp(int rows) => rows > 0 ? $"\u001b[{rows}A" : "";

    private static string MoveRight(int columns) => columns > 0 ? $"\u001b[{columns}C" : "";
}
