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
    public void Wrap_ends_rows_between_words(string line, string[] rows) => Assert.Equal(rows, TextWrapper.Wrap(line, 8));
}
