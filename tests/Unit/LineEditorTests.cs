using System.Linq;
using PSPairChat.Terminal;
using Xunit;
using static PSPairChat.Terminal.TerminalKeyKind;

namespace PSPairChat.Unit;

public sealed class LineEditorTests
{
    [Theory]
    [InlineData("abc|", "ab|c", Left)]
    [InlineData("|abc", "|abc", Left)]
    [InlineData("a|bc", "ab|c", Right)]
    [InlineData("abc|", "abc|", Right)]
    [InlineData("ab|c", "|abc", Home)]
    [InlineData("a|bc", "abc|", End)]
    [InlineData("ab|c", "a|c", Backspace)]
    [InlineData("|abc", "|abc", Backspace)]
    [InlineData("a|bc", "a|c", Delete)]
    [InlineData("abc|", "abc|", Delete)]
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
    // A text element is one character to whoever types: letter and mark, surrogates, a family of four, a flag.
    [InlineData("xe\u0301|", "x|e\u0301", Left)]
    [InlineData("|e\u0301x", "e\u0301|x", Right)]
    [InlineData("xe\u0301|", "x|", Backspace)]
    [InlineData("a👨‍👩‍👧‍👦|b", "a|b", Backspace)]
    [InlineData("|🇩🇪b", "|b", Delete)]
    [InlineData("漢字|", "漢|字", Left)]
    public void A_key_does_what_shells_have_taught(string before, string after, object kind) =>
        Assert.Equal(after, Press(before, (TerminalKeyKind)kind));

    [Fact]
    public void Text_goes_in_at_the_cursor() => Assert.Equal("aXY|b", Show(Typed(At("a|b"), "XY")));

    [Fact]
    public void A_combining_character_joins_what_stands_before_it() => Assert.Equal("e\u0301|x", Show(Typed(At("e|x"), "\u0301")));

    [Fact]
    public void The_cursor_never_stands_inside_of_a_text_element()
    {
        // What is left of the cut joins what comes after it.
        var editor = At("ae|x\u0301");
        editor.ProcessKey(new TerminalKey(Backspace));
        Assert.Equal("a|x\u0301", Show(editor));
        editor.SetText("a-\u0301");
        editor.ProcessKey(new TerminalKey(Left));
        Assert.Equal("a|-\u0301", Show(editor));
    }

    [Theory]
    [InlineData("one |two", BackwardKillLine, "one two")]
    [InlineData("one |two", KillLine, "one two")]
    [InlineData("one two|", UnixWordRubout, "one two")]
    public void What_was_cut_can_be_put_back(string before, object kind, string after)
    {
        var editor = At(before);
        editor.ProcessKey(new TerminalKey((TerminalKeyKind)kind));
        Assert.NotEqual(after, editor.Text);
        editor.ProcessKey(new TerminalKey(Yank));
        Assert.Equal(after, editor.Text);
    }

    [Fact]
    public void A_cut_of_nothing_keeps_what_was_cut_before()
    {
        var editor = At("one|");
        editor.ProcessKey(new TerminalKey(BackwardKillLine));
        editor.ProcessKey(new TerminalKey(BackwardKillLine));
        editor.ProcessKey(new TerminalKey(Yank));
        Assert.Equal("one|", Show(editor));
    }

    [Fact]
    public void The_history_comes_back_with_the_arrows_and_so_does_the_line_in_the_making()
    {
        var editor = new LineEditor();
        foreach (var line in new[] { "one", "two", "two" })
        {
            editor.SetText(line);
            editor.AcceptLine();
        }
        Typed(editor, "half");
        Assert.Equal(["two|", "one|", "one|", "two|", "half|", "half|"], new[] { Up, Up, Up, Down, Down, Down }.Select(k => Show(Pressed(editor, k))));
    }

    [Fact]
    public void A_line_of_the_history_that_was_changed_leaves_the_history_as_it_was()
    {
        var editor = At("one|");
        editor.AcceptLine();
        Typed(Pressed(editor, Up), "!");
        Assert.Equal("one!|", Show(editor));
        editor.AcceptLine();
        Pressed(editor, Up);
        Assert.Equal("one|", Show(Pressed(editor, Up)));
    }

    private static string Press(string before, TerminalKeyKind kind) => Show(Pressed(At(before), kind));

    private static LineEditor Pressed(LineEditor editor, TerminalKeyKind kind)
    {
        editor.ProcessKey(new TerminalKey(kind));
        return editor;
    }

    private static LineEditor Typed(LineEditor editor, string text)
    {
        editor.ProcessKey(new TerminalKey(TerminalKeyKind.Text, text));
        return editor;
    }

    // The bar is the cursor.
    private static LineEditor At(string marked)
    {
        var at = marked.IndexOf('|');
        var editor = new LineEditor();
        editor.SetText(marked.Remove(at, 1));
        while (editor.Cursor > at)
            editor.ProcessKey(new TerminalKey(Left));
        return editor;
    }

    private static string Show(LineEditor editor) => editor.Text.Insert(editor.Cursor, "|");
}
