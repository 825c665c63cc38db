using System;
using System.Linq;
using PSPairChat.Messages;
using Xunit;

namespace PSPairChat.Unit;

public sealed class MessageSplitterTests
{
    [Theory]
    [InlineData("short", "short")]
    [InlineData("one two three", "one two|three")]
    [InlineData("exactly 10", "exactly 10")]
    [InlineData("exactly 10 11", "exactly 10|11")]
    [InlineData("one   two    three", "one   two|three")]
    [InlineData("averylongwordindeed", "averylongw|ordindeed")]
    [InlineData("a verylongwordindeed", "a|verylongwo|rdindeed")]
    [InlineData("one\ntwo\r\n\nthree four five", "one|two|three four|five")]
    [InlineData("a\vb\fc\u0085d\u2028e\u2029f\rg", "a|b|c|d|e|f|g")]
    [InlineData("exactly 10  ", "exactly 10")]
    [InlineData("exactly 10     words", "exactly 10|words")]
    [InlineData("  a wordthatistoolong", "  a|wordthatis|toolong")]
    [InlineData("  indented", "  indented")]
    [InlineData("            far", "far")]
    [InlineData("end of it     ", "end of it")]
    [InlineData("", "")]
    [InlineData("😀😀😀😀😀😀😀😀😀😀😀", "😀😀😀😀😀😀😀😀😀😀|😀")]
    public void Text_is_split_between_words(string text, string expected) =>
        Assert.Equal(expected.Split('|', StringSplitOptions.RemoveEmptyEntries), MessageSplitter.Split(text, 10));

    [Fact]
    public void Parts_of_random_texts_are_valid_messages_with_the_same_words()
    {
        var random = new Random(5);
        for (var i = 0; i < 2_000; i++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(200)).Select(_ => " \nabc😀é".EnumerateRunes().ElementAt(random.Next(7)).ToString()));
            var maxLength = random.Next(1, 20);
            var parts = MessageSplitter.Split(text, maxLength);
            Assert.All(parts, part => MessageValidator.ThrowIfInvalid(part, maxLength));
            Assert.Equal(RemoveWhiteSpace(text), RemoveWhiteSpace(string.Concat(parts)));
        }
    }

    private static string RemoveWhiteSpace(string text) => string.Concat(text.Where(c => !char.IsWhiteSpace(c)));
}
