using System.Collections.Generic;
using System.Globalization;
using System.Text;

namespace PSPairChat.Terminal;

/// <summary>
/// A line wrapped to the width of a window: a prompt, the edited text and a suffix. Every row after the first one is indented, as in the output. A full last
/// row is followed by an empty one, because terminals differ in where the cursor is after the last column.
/// </summary>
internal sealed class LineLayout
{
    private readonly List<string> _rows = [];
    private readonly List<int> _rowWidths = [];
    private readonly StringBuilder _row = new();
    private readonly int _windowWidth;
    private int _column;

    private LineLayout(int windowWidth) => _windowWidth = windowWidth;

    /// <summary>Gets the rows, with the control sequences of their styles.</summary>
    public IReadOnlyList<string> Rows => _rows;

    /// <summary>Gets the number of cells that each row occupies.</summary>
    public IReadOnlyList<int> RowWidths => _rowWidths;

    public int CursorRow { get; private set; }

    public int CursorColumn { get; private set; }

    /// <summary>Wraps a line.</summary>
    /// <param name="prompt">The text before the edited text.</param>
    /// <param name="promptStyle">The style of the prompt.</param>
    /// <param name="text">The edited text; it is sanitized for display.</param>
    /// <param name="cursor">The index of the cursor in the text.</param>
    /// <param name="suffix">The text after the edited text; empty for none.</param>
    /// <param name="suffixStyle">The style of the suffix.</param>
    /// <param name="width">The number of cells in a row, at least <see cref="TextWrapper.MinWidth"/>.</param>
    public static LineLayout Wrap(string prompt, string promptStyle, string text, int cursor, string suffix, string suffixStyle, int width)
    {
        var layout = new LineLayout(width);
        layout.Append(prompt, promptStyle);
        var elements = StringInfo.GetTextElementEnumerator(text);
        while (elements.MoveNext())
        {
            var displayed = DisplayText.Sanitize(elements.GetTextElement());
            if (elements.ElementIndex == cursor)
                layout.PlaceCursor(displayed);
            layout.Append(displayed);
        }
        if (cursor >= text.Length)
            layout.PlaceCursor(" ");
        if (suffix.Length > 0)
            layout.Append(" " + suffix, suffixStyle);
        if (layout._column == width)
            layout.EndRow();
        layout.EndRow();
        return layout;
    }

    private void Append(string text, string style)
    {
        _row.Append(TextStyle.GetStart(style));
        Append(text);
        _row.Append(TextStyle.GetEnd(style));
    }

    private void Append(string text)
    {
        var elements = StringInfo.GetTextElementEnumerator(text);
        while (elements.MoveNext())
        {
            var element = elements.GetTextElement();
            var width = CellWidth.Measure(element);
            if (_column + width > _windowWidth)
                EndRow();
            _row.Append(element);
            _column += width;
        }
    }

    // The cursor goes to the next row together with the text that follows it.
    private void PlaceCursor(string following)
    {
        var elements = StringInfo.GetTextElementEnumerator(following);
        if (elements.MoveNext() && _column + CellWidth.Measure(elements.GetTextElement()) > _windowWidth)
            EndRow();
        CursorRow = _rows.Count;
        CursorColumn = _column;
    }

    private void EndRow()
    {
        _rows.Add(_row.ToString());
        _rowWidths.Add(_column);
        _column = TextWrapper.GetIndentation(_windowWidth);
        _row.Clear().Append(' ', _column);
    }
}
