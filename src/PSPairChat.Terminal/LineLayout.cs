using System.Collections.Generic;
using System.Globalization;
using System.Text;

namespace PSPairChat.Terminal;

/// <summary>
/// A line as rows of a window: prompt, text and a remark behind it, broken where a row is full. The last row always has room, so that no terminal is left
/// hanging at its edge. Pure.
/// </summary>
internal sealed class LineLayout
{
    private readonly List<string> _rows = [];
    private readonly List<int> _cells = [];
    private readonly StringBuilder _row = new();
    private readonly int _width;
    private int _column;

    private LineLayout(int width) => _width = width;

    /// <summary>The rows, with the control sequences of their styles.</summary>
    public IReadOnlyList<string> Rows => _rows;

    /// <summary>How many cells each row takes.</summary>
    public IReadOnlyList<int> Cells => _cells;

    public int CursorRow { get; private set; }

    public int CursorColumn { get; private set; }

    /// <summary>Lays a line out.</summary>
    /// <param name="prompt">What stands before the text.</param>
    /// <param name="promptStyle">Its style.</param>
    /// <param name="text">What is typed, as it is; it is made safe to show here.</param>
    /// <param name="cursor">The cursor's index in it.</param>
    /// <param name="remark">What stands behind it.</param>
    /// <param name="remarkStyle">Its style.</param>
    /// <param name="width">The cells of a row, at least 2.</param>
    public static LineLayout Wrap(string prompt, string promptStyle, string text, int cursor, string remark, string remarkStyle, int width)
    {
        var layout = new LineLayout(width);
        layout.Append(prompt, promptStyle);
        var elements = StringInfo.GetTextElementEnumerator(text);
        while (elements.MoveNext())
        {
            var shown = DisplayText.Sanitize(elements.GetTextElement());
            if (elements.ElementIndex == cursor)
                layout.MarkCursor(shown);
            layout.Append(shown);
        }
        if (cursor >= text.Length)
            layout.MarkCursor(" ");
        if (remark.Length > 0)
            layout.Append(" " + remark, remarkStyle);
        if (layout._column == width)
            layout.StartRow();
        layout.StartRow();
        return layout;
    }

    private void Append(string text, string style)
    {
        _row.Append(TextStyle.Begin(style));
        Append(text);
        _row.Append(TextStyle.End(style));
    }

    private void Append(string text)
    {
        var elements = StringInfo.GetTextElementEnumerator(text);
        while (elements.MoveNext())
        {
            var element = elements.GetTextElement();
            var cells = CellWidth.Measure(element);
            if (_column + cells > _width)
                StartRow();
            _row.Append(element);
            _column += cells;
        }
    }

    private void MarkCursor(string next)
    {
        var elements = StringInfo.GetTextElementEnumerator(next);
        if (elements.MoveNext() && _column + CellWidth.Measure(elements.GetTextElement()) > _width)
            StartRow();
        CursorRow = _rows.Count;
        CursorColumn = _column;
    }

    private void StartRow()
    {
        _rows.Add(_row.ToString());
        _cells.Add(_column);
        _row.Clear();
        _column = 0;
    }
}
