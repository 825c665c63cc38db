using PSPairChat.Terminal;
using Xunit;

namespace PSPairChat.Unit;

public sealed class LiveRendererTests
{
    private readonly LiveRenderer _live = new();

    [Theory]
    [InlineData(80, "Chris> test|", "Chris> test", 0, 11)]
    [InlineData(80, "Chris> te|st", "Chris> test", 0, 9)]
    [InlineData(10, "Chris> testing|", "Chris> tes\nting", 1, 4)]
    [InlineData(10, "Chris> tes|ting", "Chris> tes\nting", 1, 0)]
    [InlineData(10, "Chris> |testing", "Chris> tes\nting", 0, 7)]
    [InlineData(10, "Chris> tes|", "Chris> tes", 1, 0)]
    [InlineData(10, "Chris> te|s", "Chris> tes", 0, 9)]
    [InlineData(10, "Chris> ab漢字|", "Chris> ab\n漢字", 1, 4)]
    [InlineData(10, "Chris> ab|漢字", "Chris> ab\n漢字", 1, 0)]
    [InlineData(80, "Chris> e\u0301x|", "Chris> e\u0301x", 0, 9)]
    [InlineData(80, "Chris> 👨‍👩‍👧‍👦|x", "Chris> 👨‍👩‍👧‍👦x", 0, 9)]
    [InlineData(80, "Chris> a\tb\u001b[2J|", "Chris> a b␛[2J", 0, 14)]
    [InlineData(80, "Chris> a\u202Eb|", "Chris> a<U+202E>b", 0, 17)]
    public void A_line_is_shown_with_the_cursor_in_its_place(int width, string marked, string shown, int row, int column)
    {
        var screen = new VirtualScreen(width, 24);
        Draw(screen, marked);
        Assert.Equal(shown, screen.Text);
        Assert.Equal((row, column), screen.Cursor);
    }

    [Theory]
    [InlineData("Chris> a longer line than the window|", "Chris> short|")]
    [InlineData("Chris> short|", "Chris> a longer line than the window|")]
    [InlineData("Chris> a longer |line than the window", "Chris> a longer line than the windo|")]
    [InlineData("Chris> 0123456789abc|", "Chris> 0123456789ab|")]
    public void Every_line_takes_the_place_of_the_one_before(string first, string second)
    {
        var screen = new VirtualScreen(20, 24);
        screen.Write("above\r\n");
        Draw(screen, first);
        Draw(screen, second);
        var fresh = new VirtualScreen(20, 24);
        fresh.Write("above\r\n");
        new LiveRendererTests().Draw(fresh, second);
        Assert.Equal((fresh.Text, fresh.Cursor), (screen.Text, screen.Cursor));
    }

    [Fact]
    public void What_is_the_same_is_not_written_again()
    {
        var screen = new VirtualScreen(20, 24);
        Draw(screen, "Chris> te|st");
        Assert.Equal("", Sequences(screen, "Chris> te|st"));
        Assert.NotEqual("", Sequences(screen, "Chris> tes|t"));
    }

    [Theory]
    [InlineData(20, 80)]
    [InlineData(80, 20)]
    [InlineData(80, 9)]
    [InlineData(33, 32)]
    public void A_window_that_changes_its_width_gets_the_line_anew_and_loses_nothing_above(int before, int after)
    {
        const string Line = "Chris> one two three four five six| seven eight nine ten eleven twelve";
        var screen = new VirtualScreen(before, 24);
        screen.Write("above\r\n");
        Draw(screen, Line);
        screen.Resize(after);
        Draw(screen, Line);
        var fresh = new VirtualScreen(after, 24);
        fresh.Write("above\r\n");
        new LiveRendererTests().Draw(fresh, Line);
        Assert.Equal((fresh.Text, fresh.Cursor), (screen.Text, screen.Cursor));
    }

    [Fact]
    public void Of_a_line_with_more_rows_than_the_window_those_around_the_cursor_are_shown()
    {
        var screen = new VirtualScreen(10, 3);
        Draw(screen, "0123456789abcdefghijABCDEFGHIJklmnopqrst|");
        Assert.Equal("ABCDEFGHIJ\nklmnopqrst", screen.Text);
        Assert.Equal((2, 0), screen.Cursor);
        Draw(screen, "|0123456789abcdefghijABCDEFGHIJklmnopqrst");
        Assert.Equal("0123456789\nabcdefghij\nABCDEFGHIJ", screen.Text);
        Assert.Equal((0, 0), screen.Cursor);
    }

    [Fact]
    public void Taken_off_it_leaves_the_cursor_where_it_began()
    {
        var screen = new VirtualScreen(10, 24);
        screen.Write("above\r\n");
        Draw(screen, "Chris> testing |more");
        screen.Write(_live.Erase(10));
        Assert.Equal(("above", (1, 0)), (screen.Text, screen.Cursor));
    }

    [Theory]
    [InlineData("a", 1)]
    [InlineData("é", 1)]
    [InlineData("e\u0301", 1)]
    [InlineData("漢", 2)]
    [InlineData("ｱ", 1)]
    [InlineData("Ａ", 2)]
    [InlineData("한", 2)]
    [InlineData("😀", 2)]
    [InlineData("❤", 1)]
    [InlineData("❤\uFE0F", 2)]
    [InlineData("🇩🇪", 2)]
    [InlineData("🇩", 1)]
    [InlineData("👨‍👩‍👧‍👦", 2)]
    [InlineData("👍🏽", 2)]
    [InlineData("\u0301", 0)]
    [InlineData("ש", 1)]
    public void A_character_takes_the_cells_that_Unicode_gives_it(string element, int cells) => Assert.Equal(cells, CellWidth.Measure(element));

    private void Draw(VirtualScreen screen, string marked) => screen.Write(Sequences(screen, marked));

    // The bar is the cursor.
    private string Sequences(VirtualScreen screen, string marked)
    {
        var at = marked.IndexOf('|');
        return _live.Render(LineLayout.Wrap("", "", marked.Remove(at, 1), at, "", "", screen.Width), screen.Width, screen.Height);
    }
}
