using PSPairChat.Terminal;
using Xunit;

namespace PSPairChat.Unit;

public sealed class LiveRendererTests
{
    private readonly LiveRenderer _renderer = new();

    [Theory]
    [InlineData(80, "Chris> test|", "Chris> test", 0, 11)]
    [InlineData(80, "Chris> te|st", "Chris> test", 0, 9)]
    [InlineData(10, "Chris> testing|", "Chris> tes\n  ting", 1, 6)]
    [InlineData(10, "Chris> tes|ting", "Chris> tes\n  ting", 1, 2)]
    [InlineData(10, "Chris> |testing", "Chris> tes\n  ting", 0, 7)]
    [InlineData(10, "Chris> tes|", "Chris> tes", 1, 2)]
    [InlineData(10, "Chris> te|s", "Chris> tes", 0, 9)]
    [InlineData(10, "Chris> ab漢字|", "Chris> ab\n  漢字", 1, 6)]
    [InlineData(10, "Chris> ab|漢字", "Chris> ab\n  漢字", 1, 2)]
    [InlineData(80, "Chris> e\u0301x|", "Chris> e\u0301x", 0, 9)]
    [InlineData(80, "Chris> 👨‍👩‍👧‍👦|x", "Chris> 👨‍👩‍👧‍👦x", 0, 9)]
    [InlineData(80, "Chris> a\tb\u001b[2J|", "Chris> a b␛[2J", 0, 14)]
    [InlineData(80, "Chris> a\u202Eb|", "Chris> a<U+202E>b", 0, 17)]
    public void Render_shows_the_line_and_the_cursor(int width, string marked, string expected, int row, int column)
    {
        var screen = new VirtualScreen(width, 24);
        Render(screen, marked);
        Assert.Equal(expected, screen.Text);
        Assert.Equal((row, column), screen.Cursor);
    }

    [Theory]
    [InlineData("Chris> a longer line than the window|", "Chris> short|")]
    [InlineData("Chris> short|", "Chris> a longer line than the window|")]
    [InlineData("Chris> a longer |line than the window", "Chris> a longer line than the windo|")]
    [InlineData("Chris> 0123456789abc|", "Chris> 0123456789ab|")]
    public void Render_replaces_the_previous_line(string first, string second)
    {
        var screen = new VirtualScreen(20, 24);
        screen.Write("above\r\n");
        Render(screen, first);
        Render(screen, second);
        var expected = new VirtualScreen(20, 24);
        expected.Write("above\r\n");
        new LiveRendererTests().Render(expected, second);
        Assert.Equal((expected.Text, expected.Cursor), (screen.Text, screen.Cursor));
    }

    [Fact]
    public void Render_of_an_unchanged_line_returns_an_empty_string()
    {
        var screen = new VirtualScreen(20, 24);
        Render(screen, "Chris> te|st");
        Assert.Equal("", GetSequences(screen, "Chris> te|st"));
        Assert.NotEqual("", GetSequences(screen, "Chris> tes|t"));
    }

    [Theory]
    [InlineData(20, 80)]
    [InlineData(80, 20)]
    [InlineData(80, 9)]
    [InlineData(33, 32)]
    public void Render_after_a_change_of_the_width_keeps_the_output_above(int before, int after)
    {
        const string Line = "Chris> one two three four five six| seven eight nine ten eleven twelve";
        var screen = new VirtualScreen(before, 24);
        screen.Write("above\r\n");
        Render(screen, Line);
        screen.Resize(after);
        Render(screen, Line);
        var expected = new VirtualScreen(after, 24);
        expected.Write("above\r\n");
        new LiveRendererTests().Render(expected, Line);
        Assert.Equal((expected.Text, expected.Cursor), (screen.Text, screen.Cursor));
    }

    [Fact]
    public void Render_of_a_line_higher_than_the_window_shows_the_rows_around_the_cursor()
    {
        var screen = new VirtualScreen(10, 3);
        Render(screen, "0123456789abcdefghijABCDEFGHIJklmnopqrst|");
        Assert.Equal("  ijABCDEF\n  GHIJklmn\n  opqrst", screen.Text);
        Assert.Equal((2, 8), screen.Cursor);
        Render(screen, "|0123456789abcdefghijABCDEFGHIJklmnopqrst");
        Assert.Equal("0123456789\n  abcdefgh\n  ijABCDEF", screen.Text);
        Assert.Equal((0, 0), screen.Cursor);
    }

    [Fact]
    public void Erase_moves_the_cursor_to_the_start_of_the_line()
    {
        var screen = new VirtualScreen(10, 24);
        screen.Write("above\r\n");
        Render(screen, "Chris> testing |more");
        screen.Write(_renderer.Erase(10));
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
    [InlineData("🇦🇿", 2)]
    [InlineData("🇦", 1)]
    [InlineData("🇿", 1)]
    [InlineData("1\uFE0F\u20E3", 2)]
    [InlineData("\u1100", 2)]
    [InlineData("\u10FF", 1)]
    [InlineData("\U000F0000", 1)]
    [InlineData("\u0300", 0)]
    [InlineData("\u0301", 0)]
    [InlineData("ש", 1)]
    public void CellWidth_of_a_text_element_follows_Unicode(string element, int width) => Assert.Equal(width, CellWidth.Measure(element));

    [Theory]
    [InlineData("Chris> tes", 1)]
    [InlineData("Chris> test", 2)]
    [InlineData("Chris> testi", 2)]
    [InlineData("Chris> testing tool", 2)]
    [InlineData("Chris> testing toolo", 3)]
    public void Full_last_row_is_followed_by_an_empty_one(string text, int rowCount) =>
        Assert.Equal(rowCount, LineLayout.Wrap("", "", text, 0, "", "", 11).Rows.Count);

    [Fact]
    public void CellWidth_of_an_unpaired_surrogate_is_one_cell() => Assert.Equal(1, CellWidth.Measure(((char)0xD800).ToString()));

    private void Render(VirtualScreen screen, string marked) => screen.Write(GetSequences(screen, marked));

    // The character | marks the cursor.
    private string GetSequences(VirtualScreen screen, string marked)
    {
        var cursor = marked.IndexOf('|');
        return _renderer.Render(LineLayout.Wrap("", "", marked.Remove(cursor, 1), cursor, "", "", screen.Width), screen.Width, screen.Height);
    }
}
