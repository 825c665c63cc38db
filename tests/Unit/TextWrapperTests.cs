using PSPairChat.Terminal;
using Xunit;

namespace PSPairChat.Unit;

public sealed class TextWrapperTests
{
    [Theory]
    [InlineData("short", new[] { "short" })]
    [InlineData("one two three", new[] { "one two ", "  three" })]
    [InlineData("one two3 four", new[] { "one two3", "  four" })]
    [InlineData("one two threefour", new[] { "one two ", "  threef", "  our" })]
    [InlineData("one threefour", new[] { "one thre", "  efour" })]
    [InlineData("12345678 ab", new[] { "12345678", "  ab" })]
    [InlineData("1234567890", new[] { "12345678", "  90" })]
    [InlineData("ab 中文中", new[] { "ab ", "  中文中" })]
    [InlineData("", new[] { "" })]
    [InlineData("a  12345678", new[] { "a  12345", "  678" })]
    [InlineData("1234567  ab", new[] { "1234567 ", "  ab" })]
    public void Wrap_ends_rows_between_words(string line, string[] rows) => Assert.Equal(rows, TextWrapper.Wrap(line, 8));

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(3)]
    public void Wrap_in_a_narrow_window_leaves_room_for_a_wide_character(int width) => Assert.Equal(["ab ", " 中", " 中"], TextWrapper.Wrap("ab 中中", width));

    [Theory]
    [InlineData("👨‍👩‍👧‍👦", 8)]
    [InlineData("🇩🇪", 4)]
    [InlineData("👍🏽", 4)]
    [InlineData("❤\uFE0F", 2)]
    [InlineData("e\u0301", 1)]
    [InlineData("𝐚\u0301", 1)]
    [InlineData("漢", 2)]
    [InlineData("a", 1)]
    public void Wrap_reserves_the_cells_of_a_terminal_that_does_not_combine_characters(string element, int cellCount)
    {
        var fits = new string('-', 20 - cellCount) + element;
        Assert.Equal([fits], TextWrapper.Wrap(fits, 20));
        Assert.Equal(["-" + fits[..^element.Length], "  " + element], TextWrapper.Wrap("-" + fits, 20));
    }
}
