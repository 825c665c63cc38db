using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace PSPairChat.Unit;

/// <summary>
/// Emulates the part of ECMA-48 that a chat uses: cells, a cursor with deferred wrapping after the last column, which can be disabled, scrolling, and rows
/// that are wrapped again when the width of the window changes. Any other control sequence throws an exception.
/// </summary>
internal sealed class VirtualScreen(int width, int height)
{
    private readonly List<string[]> _rows = [new string[width]];
    private readonly List<bool> _isWrapped = [false];       // whether a row continues in the next one
    private int _row;
    private int _column;
    private bool _isWrapPending;
    private bool _autoWrap = true;

    public int Width { get; private set; } = width;

    public int Height { get; } = height;

    /// <summary>Gets whether a text element of more than one character occupies the cells of one.</summary>
    public bool CombinesCharacters { get; init; } = true;

    /// <summary>Gets the text of all rows, including those that have scrolled off, without empty rows at the end.</summary>
    public string Text => string.Join("\n", _rows.Select(FormatRow)).TrimEnd('\n');

    /// <summary>Gets the row of the cursor, as an index of <see cref="Lines"/>, and its column.</summary>
    public (int Row, int Column) Cursor => (_row, _column);

    public string[] Lines => Text.Split('\n');

    public void Write(string text)
    {
        for (var i = 0; i < text.Length;)
        {
            if (text[i] == '\u001b')
                i = ExecuteSequence(text, i);
            else if (text[i] == '\r')
                (_column, _isWrapPending, i) = (0, false, i + 1);
            else if (text[i] == '\n')
                (_, i) = (FeedLine(), i + 1);
            else
                i += WriteElement(CombinesCharacters ? StringInfo.GetNextTextElement(text, i) : text.Substring(i, char.IsSurrogatePair(text, i) ? 2 : 1));
        }
    }

    /// <summary>Changes the width of the window: joins wrapped rows, and wraps them again.</summary>
    public void Resize(int width)
    {
        var (row, column) = (_row, _column);
        var rows = new List<string[]>();
        var wrapped = new List<bool>();
        var cursor = (Row: 0, Column: 0);
        for (var i = 0; i < _rows.Count;)
        {
            List<string> line = [];
            var offset = -1;
            bool isWrapped;
            do
            {
                if (i == row)
                    offset = line.Count + column;
                isWrapped = _isWrapped[i];
                line.AddRange(isWrapped ? _rows[i].Take(Width) : _rows[i].Reverse().SkipWhile(c => c is null).Reverse());
                i++;
            }
            while (isWrapped);
            var first = rows.Count;
            for (var start = 0; start == 0 || start < line.Count; start += width)
            {
                rows.Add([.. line.Skip(start).Take(width).Concat(Enumerable.Repeat<string>(null!, width)).Take(width)]);
                wrapped.Add(start + width < line.Count);
            }
            if (offset >= 0)
                cursor = (first + Math.Min(offset / width, rows.Count - 1 - first), offset % width);
        }
        _rows.Clear();
        _rows.AddRange(rows);
        _isWrapped.Clear();
        _isWrapped.AddRange(wrapped);
        (Width, _row, _column, _isWrapPending) = (width, cursor.Row, cursor.Column, false);
    }

    private static string FormatRow(string[] row) => string.Concat(row.Select(c => c ?? " ")).TrimEnd();

    private int WriteElement(string element)
    {
        // Independent of the code under test: only East Asian ideographs and emoji are wide.
        var first = char.ConvertToUtf32(element, 0);
        var cellCount = first is >= 0x1100 and <= 0x115F or >= 0x2E80 and <= 0xD7A3 or >= 0x1F300 ? 2 : 1;
        if (!_autoWrap)
        {
            _column = Math.Min(_column, Width - cellCount);
        }
        else if (_isWrapPending || _column + cellCount > Width)
        {
            _isWrapped[_row] = true;
            FeedLine();
            _column = 0;
        }
        _rows[_row][_column] = element;
        for (var i = 1; i < cellCount; i++)
            _rows[_row][_column + i] = "";
        _column += cellCount;
        _isWrapPending = _column >= Width;
        if (_isWrapPending)
            _column = Width - 1;
        return element.Length;
    }

    private int FeedLine()
    {
        _isWrapPending = false;
        if (++_row == _rows.Count)
        {
            _rows.Add(new string[Width]);
            _isWrapped.Add(false);
        }
        return _row;
    }

    private int ExecuteSequence(string text, int start)
    {
        if (text[start + 1] != '[')
            throw new InvalidOperationException($"Unknown control sequence at {start}.");
        var end = start + 2;
        while (text[end] is < '@' or > '~')
            end++;
        var parameter = int.TryParse(text.AsSpan(start + 2, end - start - 2), out var number) ? number : -1;
        var top = Math.Max(0, _rows.Count - Height);
        switch (text[end])
        {
            case 'A':
                (_row, _isWrapPending) = (Math.Max(top, _row - Math.Max(1, parameter)), false);
                break;
            case 'C':
                (_column, _isWrapPending) = (Math.Min(Width - 1, _column + Math.Max(1, parameter)), false);
                break;
            case 'H' when parameter == -1:
                (_row, _column, _isWrapPending) = (top, 0, false);
                break;
            case 'J' when parameter == 2:
                for (var i = top; i < _rows.Count; i++)
                    Array.Clear(_rows[i]);
                break;
            case 'J' when parameter == -1:
                Array.Clear(_rows[_row], _column, Width - _column);
                for (var i = _rows.Count - 1; i > _row; i--)
                {
                    _rows.RemoveAt(i);
                    _isWrapped.RemoveAt(i);
                }
                _isWrapped[_row] = false;
                break;
            case 'h' or 'l' when text[(start + 2)..end] == "?7":
                _autoWrap = text[end] == 'h';
                break;
            case 'm':
                break;
            default:
                throw new InvalidOperationException($"Unknown control sequence: {text[(start + 1)..(end + 1)]}");
        }
        return end + 1;
    }
}
