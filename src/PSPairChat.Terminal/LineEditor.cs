using System;
using System.Collections.Generic;
using System.Globalization;

namespace PSPairChat.Terminal;

/// <summary>Edits one line: its text, the cursor, the kill buffer and the history. Performs no input or output.</summary>
internal sealed class LineEditor
{
    private readonly List<string> _history = [];
    private int _historyIndex;          // of the shown line; equal to the count for the line that is not accepted yet
    private string _draft = "";         // the line that is not accepted yet, while a line of the history is shown
    private string _killBuffer = "";
    private string _text = "";
    private int[]? _boundaries;         // the start of each text element; null after a change of the text

    /// <summary>Gets the edited text.</summary>
    public string Text
    {
        get => _text;
        private set
        {
            _text = value;
            _boundaries = null;
        }
    }

    /// <summary>Gets the position of the cursor: an index into <see cref="Text"/>, always at the boundary of a text element.</summary>
    public int Cursor { get; private set; }

    private int[] Boundaries => _boundaries ??= StringInfo.ParseCombiningCharacters(Text);

    /// <summary>Replaces the text, and moves the cursor to its end.</summary>
    public void SetText(string text)
    {
        Text = text;
        Cursor = text.Length;
        _historyIndex = _history.Count;
    }

    /// <summary>Adds the line to the history, and clears it.</summary>
    public void AcceptLine()
    {
        if (Text.Length > 0 && (_history.Count == 0 || _history[_history.Count - 1] != Text))
            _history.Add(Text);
        SetText("");
    }

    /// <summary>Replaces the text from an index to the cursor, and moves the cursor behind the replacement.</summary>
    public void ReplaceBeforeCursor(int start, string text)
    {
        Remove(start, Cursor);
        Insert(text);
    }

    /// <summary>Executes the command of a key; commands that do not edit the line are ignored.</summary>
    public void ProcessKey(TerminalKey key)
    {
        switch (key.Command)
        {
            case EditCommand.SelfInsert:
                Insert(key.Text);
                break;
            case EditCommand.BackwardChar:
                Cursor = GetPreviousBoundary(Cursor);
                break;
            case EditCommand.ForwardChar:
                Cursor = GetNextBoundary(Cursor);
                break;
            case EditCommand.BackwardWord:
                Cursor = FindWordStart();
                break;
            case EditCommand.ForwardWord:
                Cursor = FindWordEnd();
                break;
            case EditCommand.BeginningOfLine:
                Cursor = 0;
                break;
            case EditCommand.EndOfLine:
                Cursor = Text.Length;
                break;
            case EditCommand.PreviousHistory:
                ShowHistory(_historyIndex - 1);
                break;
            case EditCommand.NextHistory:
                ShowHistory(_historyIndex + 1);
                break;
            case EditCommand.BackwardDeleteChar:
                Remove(GetPreviousBoundary(Cursor), Cursor);
                break;
            case EditCommand.DeleteChar or EditCommand.DeleteCharOrExit:
                Remove(Cursor, GetNextBoundary(Cursor));
                break;
            case EditCommand.UnixWordRubout:
                Kill(FindRuboutStart(), Cursor);
                break;
            case EditCommand.BackwardKillWord:
                Kill(FindWordStart(), Cursor);
                break;
            case EditCommand.KillWord:
                Kill(Cursor, FindWordEnd());
                break;
            case EditCommand.BackwardKillLine:
                Kill(0, Cursor);
                break;
            case EditCommand.KillLine:
                Kill(Cursor, Text.Length);
                break;
            case EditCommand.Yank:
                Insert(_killBuffer);
                break;
        }
    }

    private void Insert(string text)
    {
        Text = Text.Insert(Cursor, text);
        // A combining character extends the preceding text element; the cursor goes to the end of that element.
        Cursor = FindBoundary(Cursor + text.Length);
    }

    private void Remove(int start, int end)
    {
        Text = Text.Remove(start, end - start);
        Cursor = FindBoundary(start);
    }

    private void Kill(int start, int end)
    {
        if (end > start)
            _killBuffer = Text.Substring(start, end - start);
        Remove(start, end);
    }

    private void ShowHistory(int index)
    {
        if (index < 0 || index > _history.Count)
            return;
        if (_historyIndex == _history.Count)
            _draft = Text;
        SetText(index == _history.Count ? _draft : _history[index]);
        _historyIndex = index;
    }

    private int GetPreviousBoundary(int index) => FindBoundaryIndex(index) is > 0 and var i ? Boundaries[i - 1] : 0;

    private int GetNextBoundary(int index) => FindBoundary(Math.Min(index + 1, Text.Length));

    // The first boundary of a text element at the index or after it.
    private int FindBoundary(int index) => FindBoundaryIndex(index) is var i && i < Boundaries.Length ? Boundaries[i] : Text.Length;

    private int FindBoundaryIndex(int index)
    {
        var i = Array.BinarySearch(Boundaries, index);
        return i < 0 ? ~i : i;
    }

    private int FindWordStart() => SkipBackward(SkipBackward(Cursor, i => !IsWordCharacter(i)), IsWordCharacter);

    private int FindWordEnd() => SkipForward(SkipForward(Cursor, i => !IsWordCharacter(i)), IsWordCharacter);

    private int FindRuboutStart() => SkipBackward(SkipBackward(Cursor, IsWhiteSpace), i => !IsWhiteSpace(i));

    private int SkipBackward(int index, Func<int, bool> predicate)
    {
        while (index > 0 && GetPreviousBoundary(index) is var previous && predicate(previous))
            index = previous;
        return index;
    }

    private int SkipForward(int index, Func<int, bool> predicate)
    {
        while (index < Text.Length && predicate(index))
            index = GetNextBoundary(index);
        return index;
    }

    private bool IsWordCharacter(int index) => char.IsLetterOrDigit(Text, index);

    private bool IsWhiteSpace(int index) => char.IsWhiteSpace(Text, index);
}
