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
    public void Empty_message_is_invalid() => AssertInvalid(ChatErrorReason.MessageEmpty, "");

    [Theory]
    [InlineData("a\nb")]
    [InlineData("a\r")]
    [InlineData("\0")]
    [InlineData("a\u0085b")]
    [InlineData("a\u2028b")]
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
    public void Message_with_other_characters_is_valid(string text) => MessageValidator.ThrowIfInvalid(text, 500);

    private static string AssertInvalid(ChatErrorReason reason, string text)
    {
        var error = Assert.Throws<ChatException>(() => MessageValidator.ThrowIfInvalid(text, 500));
        Assert.Equal(reason, error.Reason);
        return error.Message;
    }
}
