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
    /// <param name="outputRows">The number of rows above the line that are erased as well.</param>
    /// <returns>The control sequences.</returns>
    public string Erase(int width, int outputRows = 0)
    {
        var sequences = _rowWidths.Length + outputRows == 0 ? "" : MoveUp(GetRowsAboveCursor(width) + outputRows) + "\r" + ClearBelow;
        Reset();
        return sequences;
    }

    /// <summary>Gets the number of rows between the start of the line and the cursor, after the terminal has wrapped them to a width.</summary>
    public int GetRowsAboveCursor(int width) =>
        _rowWidths.Length == 0 ? 0 : OutputHistory.CountRows(_rowWidths.Take(_cursorRow), width) + _cursorColumn / width;

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

    private static string MoveUp(int rows) => rows > 0 ? $"\u001b[{rows}A" : "";

    private static string MoveRight(int columns) => columns > 0 ? $"\u001b[{columns}C" : "";
}
