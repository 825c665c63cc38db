using System;
using System.Collections.Generic;
using System.Globalization;

namespace PSPairChat.Terminal;

/// <summary>One line in the making: its text, the cursor, what was cut, and the lines before it. Pure: keys in, text out.</summary>
internal sealed class LineEditor
{
    private readonly List<string> _history = [];
    private int _recalled;          // which line of the history is shown; its count for the line in the making
    private string _draft = "";     // the line in the making while another is shown
    private string _cut = "";

    /// <summary>What is typed.</summary>
    public string Text { get; private set; } = "";

    /// <summary>Where the next character goes: an index into <see cref="Text"/>, never inside of a text element.</summary>
    public int Cursor { get; private set; }

    /// <summary>Puts a text there to be edited, the cursor behind it.</summary>
    public void Offer(string text)
    {
        Text = text;
        Cursor = text.Length;
        _recalled = _history.Count;
    }

    /// <summary>Takes the line down in the history and begins a new one.</summary>
    public void Accept()
    {
        if (Text.Length > 0 && (_history.Count == 0 || _history[_history.Count - 1] != Text))
            _history.Add(Text);
        Offer("");
    }

    /// <summary>Does what a key says; keys that do not edit are ignored.</summary>
    public void Edit(TerminalKey key)
    {
        switch (key.Kind)
        {
            case TerminalKeyKind.Text:
                Insert(key.Text);
                break;
            case TerminalKeyKind.Left:
                Cursor = Before(Cursor);
                break;
            case TerminalKeyKind.Right:
                Cursor = After(Cursor);
                break;
            case TerminalKeyKind.WordLeft:
                Cursor = WordStart();
                break;
            case TerminalKeyKind.WordRight:
                Cursor = WordEnd();
                break;
            case TerminalKeyKind.Home:
                Cursor = 0;
                break;
            case TerminalKeyKind.End:
                Cursor = Text.Length;
                break;
            case TerminalKeyKind.Up:
                Recall(_recalled - 1);
                break;
            case TerminalKeyKind.Down:
                Recall(_recalled + 1);
                break;
            case TerminalKeyKind.Backspace:
                Remove(Before(Cursor), Cursor);
                break;
            case TerminalKeyKind.Delete or TerminalKeyKind.EndOfInput:
                Remove(Cursor, After(Cursor));
                break;
            case TerminalKeyKind.CutBlankLeft:
                Cut(BlankStart(), Cursor);
                break;
            case TerminalKeyKind.CutWordLeft:
                Cut(WordStart(), Cursor);
                break;
            case TerminalKeyKind.CutWordRight:
                Cut(Cursor, WordEnd());
                break;
            case TerminalKeyKind.CutToStart:
                Cut(0, Cursor);
                break;
            case TerminalKeyKind.CutToEnd:
                Cut(Cursor, Text.Length);
                break;
            case TerminalKeyKind.Yank:
                Insert(_cut);
                break;
        }
    }

    private void Insert(string text)
    {
        Text = Text.Insert(Cursor, text);
        // A combining character joins its neighbour: the cursor goes behind what they are together.
        Cursor = Boundary(Cursor + text.Length);
    }

    private void Remove(int from, int to)
    {
        Text = Text.Remove(from, to - from);
        Cursor = Boundary(from);
    }

    private void Cut(int from, int to)
    {
        if (to > from)
            _cut = Text.Substring(from, to - from);
        Remove(from, to);
    }

    private void Recall(int index)
    {
        if (index < 0 || index > _history.Count)
            return;
        if (_recalled == _history.Count)
            _draft = Text;
        Offer(index == _history.Count ? _draft : _history[index]);
        _recalled = index;
    }

    private int Before(int index)
    {
        var before = 0;
        foreach (var start in StringInfo.ParseCombiningCharacters(Text))
        {
            if (start >= index)
                break;
            before = start;
        }
        return before;
    }

    private int After(int index) => Boundary(Math.Min(index + 1, Text.Length));

    // The first place from here on that is not inside of a text element.
    private int Boundary(int index)
    {
        foreach (var start in StringInfo.ParseCombiningCharacters(Text))
        {
            if (start >= index)
                return start;
        }
        return Text.Length;
    }

    private int WordStart() => Back(Back(Cursor, i => !IsWord(i)), IsWord);

    private int WordEnd() => On(On(Cursor, i => !IsWord(i)), IsWord);

    private int BlankStart() => Back(Back(Cursor, IsBlank), i => !IsBlank(i));

    private int Back(int index, Func<int, bool> over)
    {
        while (index > 0 && Before(index) is var before && over(before))
            index = before;
        return index;
    }

    private int On(int index, Func<int, bool> over)
    {
        while (index < Text.Length && over(index))
            index = After(index);
        return index;
    }

    private bool IsWord(int index) => char.IsLetterOrDigit(Text, index);

    private bool IsBlank(int index) => char.IsWhiteSpace(Text, index);
}
