using PSPairChat.Messages;
using Xunit;

namespace PSPairChat.Unit;

public sealed class MessageValidatorTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(500)]
    public void Message_of_500_characters_is_valid(int length) => MessageValidator.ThrowIfInvalid(new string('x', length), 500);

    [Fact]
    public void Message_of_501_characters_is_too_long() => Assert.Equal("The message has 501 characters. The limit is 500.", AssertInvalid(ChatErrorReason.MessageTooLong, new string('x', 501)));

    [Fact]
    public void Length_counts_unicode_scalar_values()
    {
        MessageValidator.ThrowIfInvalid(string.Concat(System.Linq.Enumerable.Repeat("👍", 500)), 500);
        AssertInvalid(ChatErrorReason.MessageTooLong, string.Concat(System.Linq.Enumerable.Repeat("👍", 501)));
    }

    [Fact]
    public void Empty_message_is_invalid_unless_it_is_allowed()
    {
        AssertInvalid(ChatErrorReason.MessageEmpty, "");
        MessageValidator.ThrowIfInvalid("", 500, allowEmpty: true);
    }

    [Theory]
    [InlineData("a\nb")]
    [InlineData("a\r")]
    [InlineData("\0")]
    [InlineData("a\u0085b")]
    [InlineData("a\u2028b")]
    [InlineData("a\u2029")]
    [InlineData("\va")]
    [InlineData("a\f")]
    public void Message_with_a_line_break_or_a_NUL_is_invalid(string text) => AssertInvalid(ChatErrorReason.MessageInvalid, text);

    [Fact]
    public void Message_with_an_unpaired_surrogate_is_invalid()
    {
        AssertInvalid(ChatErrorReason.MessageInvalid, "\uD83D");
        AssertInvalid(ChatErrorReason.MessageInvalid, "x\uDC00");
        AssertInvalid(ChatErrorReason.MessageInvalid, "\uD83D\uD83D\uDC4D");
    }

    [Theory]
    [InlineData(" ")]
    [InlineData("a\tb")]
    [InlineData("Bob> hi")]
    [InlineData("\\quit now")]
    [InlineData("\u0084\u0086\u2027\u202a")]
    [InlineData("\u001b\u0001\b\u000e\u001f\u007f")]
    public void Message_with_other_characters_is_valid(string text) => MessageValidator.ThrowIfInvalid(text, 500);

    [Theory]
    [InlineData("ab\0", "a NUL at character 3")]
    [InlineData("\U0001F44D\n", "a line break at character 3")]
    [InlineData("\t\u2029", "a line break at character 2")]
    public void Error_names_the_character_and_its_position(string text, string content) =>
        Assert.Equal($"The message contains {content}. A message is one line of text.", AssertInvalid(ChatErrorReason.MessageInvalid, text));

    [Fact]
    public void CountCharacters_counts_an_unpaired_surrogate_as_one()
    {
        Assert.Equal(0, MessageValidator.CountCharacters(""));
        Assert.Equal(3, MessageValidator.CountCharacters("a\U0001F44Db"));
        Assert.Equal(2, MessageValidator.CountCharacters("\uD83D\uD83D"));
        Assert.Equal(2, MessageValidator.CountCharacters("\uDC4D\uD83D"));
        Assert.Equal(2, MessageValidator.CountCharacters("\uD83D\uDC4D\uDC4D"));
    }

    private static string AssertInvalid(ChatErrorReason reason, string text)
    {
        var error = Assert.Throws<ChatException>(() => MessageValidator.ThrowIfInvalid(text, 500));
        Assert.Equal(reason, error.Reason);
        return error.Message;
    }
}
