using System;
using System.Linq;

namespace PSPairChat.Terminal;

/// <summary>
/// The one line of a screen that changes, at its bottom: knows what it shows, and gives the control sequences that change it. Pure: nothing is written here.
/// </summary>
internal sealed class LiveRenderer
{
    private const string ClearBelow = "\u001b[J";

    private string _rendered = "";
    private int[] _cells = [];      // of the rows on the screen; none while nothing is shown
    private int _cursorRow;
    private int _cursorColumn;
    private int _width;

    /// <summary>Takes the line off; the cursor is then where it began.</summary>
    /// <param name="width">The width of the window, now.</param>
    public string Erase(int width)
    {
        var erase = _cells.Length == 0 ? "" : MoveToStart(width) + ClearBelow;
        Reset();
        return erase;
    }

    /// <summary>Forgets what it shows: the screen has been cleared.</summary>
    public void Reset()
    {
        _cells = [];
        _rendered = "";
    }

    /// <summary>Shows a line in place of the one before; nothing to do where it is the same.</summary>
    /// <param name="line">The line.</param>
    /// <param name="width">The width of the window, now.</param>
    /// <param name="height">Its height; of a line with more rows those around the cursor are shown.</param>
    public string Render(LineLayout line, int width, int height)
    {
        var count = Math.Min(line.Rows.Count, Math.Max(1, height));
        var first = Math.Min(Math.Max(0, line.CursorRow - count + 1), line.Rows.Count - count);
        var drawing = FormatRows(line, first, count);
        if (drawing == _rendered && width == _width)
            return "";
        var draw = Erase(width) + drawing;
        _rendered = drawing;
        _cells = line.Cells.Skip(first).Take(count).ToArray();
        _cursorRow = line.CursorRow - first;
        _cursorColumn = line.CursorColumn;
        _width = width;
        return draw;
    }

    private static string FormatRows(LineLayout line, int first, int count) =>
        string.Join("\r\n", line.Rows.Skip(first).Take(count)) + MoveUp(first + count - 1 - line.CursorRow) + "\r" + MoveRight(line.CursorColumn);

    // A terminal that has become narrower has broken our rows again; one that has become wider has left them.
    private string MoveToStart(int width)
    {
        var above = _cursorRow;
        if (width < _width)
            above = Enumerable.Range(0, _cursorRow).Sum(i => Math.Max(1, (_cells[i] + width - 1) / width)) + _cursorColumn / width;
        return MoveUp(above) + "\r";
    }

    private static string MoveUp(int rows) => rows > 0 ? $"\u001b[{rows}A" : "";

    private static string MoveRight(int columns) => columns > 0 ? $"\u001b[{columns}C" : "";
}
