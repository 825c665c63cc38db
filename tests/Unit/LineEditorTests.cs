using System.Diagnostics;
using System.Linq;
using PSPairChat.Terminal;
using Xunit;
using static PSPairChat.Terminal.EditCommand;

namespace PSPairChat.Unit;

public sealed class LineEditorTests
{
    [Theory]
    [InlineData("abc|", "ab|c", BackwardChar)]
    [InlineData("|abc", "|abc", BackwardChar)]
    [InlineData("a|bc", "ab|c", ForwardChar)]
    [InlineData("abc|", "abc|", ForwardChar)]
    [InlineData("ab|c", "|abc", BeginningOfLine)]
    [InlineData("a|bc", "abc|", EndOfLine)]
    [InlineData("ab|c", "a|c", BackwardDeleteChar)]
    [InlineData("|abc", "|abc", BackwardDeleteChar)]
    [InlineData("a|bc", "a|c", DeleteChar)]
    [InlineData("abc|", "abc|", DeleteChar)]
    [InlineData("a|bc", "a|c", DeleteCharOrExit)]
    [InlineData("one two|", "one |two", BackwardWord)]
    [InlineData("one two  |", "one |two  ", BackwardWord)]
    [InlineData("don't.go|", "don't.|go", BackwardWord)]
    [InlineData("|one two", "one| two", ForwardWord)]
    [InlineData("one|  two", "one  two|", ForwardWord)]
    [InlineData("one /a/b  |three", "one |three", UnixWordRubout)]
    [InlineData("one /a/b|", "one /a/|", BackwardKillWord)]
    [InlineData("one| two three", "one| three", KillWord)]
    [InlineData("one |two", "|two", BackwardKillLine)]
    [InlineData("one |two", "one |", KillLine)]
    // A text element is edited as one character: a letter with a mark, a surrogate pair, a joined emoji, a flag.
    [InlineData("xe\u0301|", "x|e\u0301", BackwardChar)]
    [InlineData("|e\u0301x", "e\u0301|x", ForwardChar)]
    [InlineData("xe\u0301|", "x|", BackwardDeleteChar)]
    [InlineData("a👨‍👩‍👧‍👦|b", "a|b", BackwardDeleteChar)]
    [InlineData("|🇩🇪b", "|b", DeleteChar)]
    [InlineData("漢字|", "漢|字", BackwardChar)]
    public void ProcessKey_executes_the_command_of_a_key(string before, string after, object command) =>
        Assert.Equal(after, Edit(before, (EditCommand)command));

    [Fact]
    public void SelfInsert_inserts_text_at_the_cursor() => Assert.Equal("aXY|b", Format(Insert(CreateEditor("a|b"), "XY")));

    [Fact]
    public void SelfInsert_of_a_combining_character_extends_the_preceding_text_element() =>
        Assert.Equal("e\u0301|x", Format(Insert(CreateEditor("e|x"), "\u0301")));

    [Fact]
    public void Cursor_is_always_at_the_boundary_of_a_text_element()
    {
        // After the deletion, the remaining character and the mark form one text element.
        var editor = CreateEditor("ae|x\u0301");
        editor.ProcessKey(new TerminalKey(BackwardDeleteChar));
        Assert.Equal("a|x\u0301", Format(editor));
        editor.SetText("a-\u0301");
        editor.ProcessKey(new TerminalKey(BackwardChar));
        Assert.Equal("a|-\u0301", Format(editor));
    }

    [Theory]
    [InlineData("one |two", BackwardKillLine, "one two")]
    [InlineData("one |two", KillLine, "one two")]
    [InlineData("one two|", UnixWordRubout, "one two")]
    public void Yank_inserts_the_killed_text(string before, object command, string after)
    {
        var editor = CreateEditor(before);
        editor.ProcessKey(new TerminalKey((EditCommand)command));
        Assert.NotEqual(after, editor.Text);
        editor.ProcessKey(new TerminalKey(Yank));
        Assert.Equal(after, editor.Text);
    }

    [Fact]
    public void Kill_of_empty_text_keeps_the_kill_buffer()
    {
        var editor = CreateEditor("one|");
        editor.ProcessKey(new TerminalKey(BackwardKillLine));
        editor.ProcessKey(new TerminalKey(BackwardKillLine));
        editor.ProcessKey(new TerminalKey(Yank));
        Assert.Equal("one|", Format(editor));
    }

    [Fact]
    public void Yank_inserts_nothing_before_a_text_was_killed() => Assert.Equal("a|b", Edit("a|b", Yank));

    [Fact]
    public void PreviousHistory_and_NextHistory_show_the_history_and_the_draft()
    {
        var editor = new LineEditor();
        foreach (var line in new[] { "one", "two", "two" })
        {
            editor.SetText(line);
            editor.AcceptLine();
        }
        Insert(editor, "half");
        EditCommand[] commands = [PreviousHistory, PreviousHistory, PreviousHistory, NextHistory, NextHistory, NextHistory];
        Assert.Equal(["two|", "one|", "one|", "two|", "half|", "half|"], commands.Select(c => Format(Execute(editor, c))));
    }

    [Fact]
    public void Editing_a_line_of_the_history_does_not_change_the_history()
    {
        var editor = CreateEditor("one|");
        editor.AcceptLine();
        Insert(Execute(editor, PreviousHistory), "!");
        Assert.Equal("one!|", Format(editor));
        editor.AcceptLine();
        Execute(editor, PreviousHistory);
        Assert.Equal("one|", Format(Execute(editor, PreviousHistory)));
    }

    [Theory]
    [InlineData(BackwardWord)]
    [InlineData(ForwardWord)]
    [InlineData(UnixWordRubout)]
    [InlineData(BackwardKillWord)]
    [InlineData(KillWord)]
    public void Word_command_on_a_long_word_takes_linear_time(object command)
    {
        const int Length = 20_000;
        var editor = new LineEditor();
        editor.SetText(new string('a', Length));
        if ((EditCommand)command is ForwardWord or KillWord)
            Execute(editor, BeginningOfLine);
        var watch = Stopwatch.StartNew();
        Execute(editor, (EditCommand)command);
        Assert.Contains(Format(editor), new[] { "|", "|" + new string('a', Length), new string('a', Length) + "|" });
        // A search for the boundaries of the whole text at each character takes seconds.
        Assert.True(watch.ElapsedMilliseconds < 250, $"{watch.ElapsedMilliseconds} ms");
    }

    private static string Edit(string before, EditCommand command) => Format(Execute(CreateEditor(before), command));

    private static LineEditor Execute(LineEditor editor, EditCommand command)
    {
        editor.ProcessKey(new TerminalKey(command));
        return editor;
    }

    private static LineEditor Insert(LineEditor editor, string text)
    {
        editor.ProcessKey(new TerminalKey(SelfInsert, text));
        return editor;
    }

    // The character | marks the cursor.
    private static LineEditor CreateEditor(string marked)
    {
        var cursor = marked.IndexOf('|');
        var editor = new LineEditor();
        editor.SetText(marked.Remove(cursor, 1));
        while (editor.Cursor > cursor)
            editor.ProcessKey(new TerminalKey(BackwardChar));
        return editor;
    }

    private static string Format(LineEditor editor) => editor.Text.Insert(editor.Cursor, "|");
}
