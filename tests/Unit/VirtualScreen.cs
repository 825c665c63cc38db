using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace PSPairChat.Unit;

/// <summary>
/// A terminal's screen as ECMA-48 has it, as far as a chat uses it: cells, a cursor that hangs at the edge after the last cell, scrolling, and rows that are
/// broken again when the window changes its width. Any sequence that it does not know is a failure.
/// </summary>
internal sealed class VirtualScreen(int width, int height)
{
    private readonly List<string[]> _rows = [new string[width]];
    private readonly List<bool> _continues = [false];       // whether a row goes on in the next one
    private int _row;
    private int _column;
    private bool _hangs;

    public int Width { get; private set; } = width;

    public int Height { get; } = height;

    /// <summary>Everything ever shown, scrolled off or not, without empty rows at the end.</summary>
    public string Text => string.Join("\n", _rows.Select(Line)).TrimEnd('\n');

    /// <summary>The cursor's row, counted like the lines of <see cref="Text"/>, and its column.</summary>
    public (int Row, int Column) Cursor => (_row, _column);

    public string[] Lines => Text.Split('\n');

    public void Write(string text)
    {
        for (var i = 0; i < text.Length;)
        {
            if (text[i] == '\u001b')
                i = Obey(text, i);
            else if (text[i] == '\r')
                (_column, _hangs, i) = (0, false, i + 1);
            else if (text[i] == '\n')
                (_, i) = (Feed(), i + 1);
            else
                i += Put(StringInfo.GetNextTextElement(text, i));
        }
    }

    /// <summary>Makes the window narrower or wider: a row that has no more room is broken, one that went on is joined first.</summary>
    public void Resize(int width)
    {
        var (row, column) = (_row, _column);
        var rows = new List<string[]>();
        var continues = new List<bool>();
        var cursor = (Row: 0, Column: 0);
        for (var i = 0; i < _rows.Count;)
        {
            List<string> line = [];
            var offset = -1;
            bool more;
            do
            {
                if (i == row)
                    offset = line.Count + column;
                more = _continues[i];
                line.AddRange(more ? _rows[i].Take(Width) : _rows[i].Reverse().SkipWhile(c => c is null).Reverse());
                i++;
            }
            while (more);
            var first = rows.Count;
            for (var at = 0; at == 0 || at < line.Count; at += width)
            {
                rows.Add([.. line.Skip(at).Take(width).Concat(Enumerable.Repeat<string>(null!, width)).Take(width)]);
                continues.Add(at + width < line.Count);
            }
            if (offset >= 0)
                cursor = (first + Math.Min(offset / width, rows.Count - 1 - first), offset % width);
        }
        _rows.Clear();
        _rows.AddRange(rows);
        _continues.Clear();
        _continues.AddRange(continues);
        (Width, _row, _column, _hangs) = (width, cursor.Row, cursor.Column, false);
    }

    private static string Line(string[] row) => string.Concat(row.Select(c => c ?? " ")).TrimEnd();

    private int Put(string element)
    {
        // Measured on its own, not by the code under test: East Asian ideographs and emoji are wide here, all else is not.
        var first = char.ConvertToUtf32(element, 0);
        var cells = first is >= 0x1100 and <= 0x115F or >= 0x2E80 and <= 0xD7A3 or >= 0x1F300 ? 2 : 1;
        if (_hangs || _column + cells > Width)
        {
            _continues[_row] = true;
            Feed();
            _column = 0;
        }
        _rows[_row][_column] = element;
        for (var i = 1; i < cells; i++)
            _rows[_row][_column + i] = "";
        _column += cells;
        _hangs = _column >= Width;
        if (_hangs)
            _column = Width - 1;
        return element.Length;
    }

    private int Feed()
    {
        _hangs = false;
        if (++_row == _rows.Count)
        {
            _rows.Add(new string[Width]);
            _continues.Add(false);
        }
        return _row;
    }

    private int Obey(string text, int at)
    {
        if (text[at + 1] != '[')
            throw new InvalidOperationException($"An unknown sequence at {at}.");
        var end = at + 2;
        while (text[end] is < '@' or > '~')
            end++;
        var number = int.TryParse(text.AsSpan(at + 2, end - at - 2), out var n) ? n : -1;
        var top = Math.Max(0, _rows.Count - Height);
        switch (text[end])
        {
            case 'A':
                (_row, _hangs) = (Math.Max(top, _row - number), false);
                break;
            case 'C':
                (_column, _hangs) = (Math.Min(Width - 1, _column + number), false);
                break;
            case 'H' when number == -1:
                (_row, _column, _hangs) = (top, 0, false);
                break;
            case 'J' when number == 2:
                for (var i = top; i < _rows.Count; i++)
                    Array.Clear(_rows[i]);
                break;
            case 'J' when number == -1:
                Array.Clear(_rows[_row], _column, Width - _column);
                for (var i = _rows.Count - 1; i > _row; i--)
                {
                    _rows.RemoveAt(i);
                    _continues.RemoveAt(i);
                }
                _continues[_row] = false;
                break;
            case 'm':
                break;
            default:
                throw new InvalidOperationException($"An unknown sequence: {text[(at + 1)..(end + 1)]}");
        }
        return end + 1;
    }
}
