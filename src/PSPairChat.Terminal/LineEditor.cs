using System;
using System.Collections.Generic;
using System.Globalization;

namespace PSPairChat.Terminal;

/// <summary>One line in the making: its text, the cursor, what was cut, and the lines before it. Pure: keys in, text out.</summary>
internal sealed class LineEditor
{
    private readonly List<string> _history = [];
    private int _historyIndex;          // which line of the history is shown; its count for the line in the making
    private string _draft = "";     // the line in the making while another is shown
    private string _killBuffer = "";

    /// <summary>What is typed.</summary>
    public string Text { get; private set; } = "";

    /// <summary>Where the next character goes: an index into <see cref="Text"/>, never inside of a text element.</summary>
    public int Cursor { get; private set; }

    /// <summary>Puts a text there to be edited, the cursor behind it.</summary>
    public void SetText(string text)
    {
        Text = text;
        Cursor = text.Length;
        _historyIndex = _history.Count;
    }

    /// <summary>Takes the line down in the history and begins a new one.</summary>
    public void AcceptLine()
    {
        if (Text.Length > 0 && (_history.Count == 0 || _history[_history.Count - 1] != Text))
            _history.Add(Text);
        SetText("");
    }

    /// <summary>Does what a key says; keys that do not edit are ignored.</summary>
    public void ProcessKey(TerminalKey key)
    {
        switch (key.Kind)
        {
            case TerminalKeyKind.Text:
                Insert(key.Text);
                break;
            case TerminalKeyKind.Left:
                Cursor = GetPreviousBoundary(Cursor);
                break;
            case TerminalKeyKind.Right:
                Cursor = GetNextBoundary(Cursor);
                break;
            case TerminalKeyKind.BackwardWord:
                Cursor = FindWordStart();
                break;
            case TerminalKeyKind.ForwardWord:
                Cursor = FindWordEnd();
                break;
            case TerminalKeyKind.Home:
                Cursor = 0;
                break;
            case TerminalKeyKind.End:
                Cursor = Text.Length;
                break;
            case TerminalKeyKind.Up:
                RecallHistory(_historyIndex - 1);
                break;
            case TerminalKeyKind.Down:
                RecallHistory(_historyIndex + 1);
                break;
            case TerminalKeyKind.Backspace:
                Remove(GetPreviousBoundary(Cursor), Cursor);
                break;
            case TerminalKeyKind.Delete or TerminalKeyKind.DeleteCharOrExit:
                Remove(Cursor, GetNextBoundary(Cursor));
                break;
            case TerminalKeyKind.UnixWordRubout:
                Kill(FindBlankStart(), Cursor);
                break;
            case TerminalKeyKind.BackwardKillWord:
                Kill(FindWordStart(), Cursor);
                break;
            case TerminalKeyKind.KillWord:
                Kill(Cursor, FindWordEnd());
                break;
            case TerminalKeyKind.BackwardKillLine:
                Kill(0, Cursor);
                break;
            case TerminalKeyKind.KillLine:
                Kill(Cursor, Text.Length);
                break;
            case TerminalKeyKind.Yank:
                Insert(_killBuffer);
                break;
        }
    }

    private void Insert(string text)
    {
        Text = Text.Insert(Cursor, text);
        // A combining character joins its neighbour: the cursor goes behind what they are together.
        Cursor = FindBoundary(Cursor + text.Length);
    }

    private void Remove(int from, int to)
    {
        Text = Text.Remove(from, to - from);
        Cursor = FindBoundary(from);
    }

    private void Kill(int from, int to)
    {
        if (to > from)
            _killBuffer = Text.Substring(from, to - from);
        Remove(from, to);
    }

    private void RecallHistory(int index)
    {
        if (index < 0 || index > _history.Count)
            return;
        if (_historyIndex == _history.Count)
            _draft = Text;
        SetText(index == _history.Count ? _draft : _history[index]);
        _historyIndex = index;
    }

    private int GetPreviousBoundary(int index)
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

    private int GetNextBoundary(int index) => FindBoundary(Math.Min(index + 1, Text.Length));

    // The first place from here on that is not inside of a text element.
    private int FindBoundary(int index)
    {
        foreach (var start in StringInfo.ParseCombiningCharacters(Text))
        {
            if (start >= index)
                return start;
        }
        return Text.Length;
    }

    private int FindWordStart() => MoveBackWhile(MoveBackWhile(Cursor, i => !IsWord(i)), IsWord);

    private int FindWordEnd() => MoveForwardWhile(MoveForwardWhile(Cursor, i => !IsWord(i)), IsWord);

    private int FindBlankStart() => MoveBackWhile(MoveBackWhile(Cursor, IsBlank), i => !IsBlank(i));

    private int MoveBackWhile(int index, Func<int, bool> over)
    {
        while (index > 0 && GetPreviousBoundary(index) is var before && over(before))
            index = before;
        return index;
    }

    private int MoveForwardWhile(int index, Func<int, bool> over)
    {
        while (index < Text.Length && over(index))
            index = GetNextBoundary(index);
        return index;
    }

    private bool IsWord(int index) => char.IsLetterOrDigit(Text, index);

    private bool IsBlank(int index) => char.IsWhiteSpace(Text, index);
}
