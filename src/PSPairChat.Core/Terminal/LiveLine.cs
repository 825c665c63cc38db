using System;
using System.Linq;
using System.Text;

namespace PSPairChat.Terminal;

/// <summary>
/// The one line of a screen that changes, at its bottom: knows what it shows, and gives the control sequences that change it. Pure: nothing is written here.
/// </summary>
internal sealed class LiveLine
{
    private const string ClearBelow = "\u001b[J";
    private const string ClearRight = "\u001b[K";

    private string _drawn = "";
    private int[] _cells = [];      // of the rows on the screen; none while nothing is shown
    private int _cursorRow;
    private int _cursorColumn;
    private int _width;

    /// <summary>Takes the line off; the cursor is then where it began.</summary>
    /// <param name="width">The width of the window, now.</param>
    public string Erase(int width)
    {
        var erase = _cells.Length == 0 ? "" : ToStart(width) + ClearBelow;
        _cells = [];
        _drawn = "";
        return erase;
    }

    /// <summary>Forgets what it shows: the screen has been cleared.</summary>
    public void Forget()
    {
        _cells = [];
        _drawn = "";
    }

    /// <summary>Shows a line in place of the one before; nothing to do where it is the same.</summary>
    /// <param name="line">The line.</param>
    /// <param name="width">The width of the window, now.</param>
    /// <param name="height">Its height; of a line with more rows those around the cursor are shown.</param>
    public string Draw(LineLayout line, int width, int height)
    {
        var count = Math.Min(line.Rows.Count, Math.Max(1, height));
        var first = Math.Min(Math.Max(0, line.CursorRow - count + 1), line.Rows.Count - count);
        var drawing = Drawing(line, first, count, width);
        if (drawing == _drawn && width == _width)
            return "";
        var draw = (_cells.Length == 0 ? "" : ToStart(width)) + drawing;
        _drawn = drawing;
        _cells = line.Cells.Skip(first).Take(count).ToArray();
        _cursorRow = line.CursorRow - first;
        _cursorColumn = line.CursorColumn;
        _width = width;
        return draw;
    }

    private static string Drawing(LineLayout line, int first, int count, int width)
    {
        var drawing = new StringBuilder();
        for (var i = first; i < first + count; i++)
        {
            if (i > first)
                drawing.Append("\r\n");
            drawing.Append(line.Rows[i]);
            // On a full row the cursor still stands on the last cell, and clearing to the right would take it away.
            if (line.Cells[i] < width)
                drawing.Append(ClearRight);
        }
        return drawing.Append(ClearBelow).Append(Up(first + count - 1 - line.CursorRow)).Append('\r').Append(Right(line.CursorColumn)).ToString();
    }

    // A terminal that has become narrower has broken our rows again; one that has become wider has left them.
    private string ToStart(int width)
    {
        var above = _cursorRow;
        if (width < _width)
            above = Enumerable.Range(0, _cursorRow).Sum(i => Math.Max(1, (_cells[i] + width - 1) / width)) + _cursorColumn / width;
        return Up(above) + "\r";
    }

    private static string Up(int rows) => rows > 0 ? $"\u001b[{rows}A" : "";

    private static string Right(int columns) => columns > 0 ? $"\u001b[{columns}C" : "";
}
