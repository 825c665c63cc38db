using PSPairChat.Messages;
using Xunit;

namespace PSPairChat.Unit;

public sealed class MessageValidatorTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(500)]
    public void Up_to_500_characters_are_accepted(int length) => MessageValidator.ThrowIfInvalid(new string('x', length), 500);

    [Fact]
    public void The_501st_is_refused() => Refused(ChatErrorReason.MessageTooLong, new string('x', 501));

    [Fact]
    public void Characters_are_counted_as_people_do_who_know_unicode_and_not_as_chars()
    {
        MessageValidator.ThrowIfInvalid(string.Concat(System.Linq.Enumerable.Repeat("👍", 500)), 500);
        Refused(ChatErrorReason.MessageTooLong, string.Concat(System.Linq.Enumerable.Repeat("👍", 501)));
    }

    [Fact]
    public void An_empty_one_is_refused() => Refused(ChatErrorReason.MessageEmpty, "");

    [Theory]
    [InlineData("a\nb")]
    [InlineData("a\r")]
    [InlineData("\0")]
    [InlineData("a\u0085b")]
    [InlineData("a\u2028b")]
    public void A_line_break_or_a_nul_is_refused(string text) => Refused(ChatErrorReason.MessageInvalid, text);

    [Fact]
    public void Half_a_surrogate_pair_is_refused()
    {
        Refused(ChatErrorReason.MessageInvalid, "\uD83D");
        Refused(ChatErrorReason.MessageInvalid, "x\uDC00");
        Refused(ChatErrorReason.MessageInvalid, "\uD83D\uD83D\uDC4D");
    }

    [Theory]
    [InlineData(" ")]
    [InlineData("a\tb")]
    [InlineData("Bob> hi")]
    [InlineData("\\quit now")]
    public void Everything_else_may_be_said(string text) => MessageValidator.ThrowIfInvalid(text, 500);

    private static void Refused(ChatErrorReason reason, string text) =>
        Assert.Equal(reason, Assert.Throws<ChatException>(() => MessageValidator.ThrowIfInvalid(text, 500)).Reason);
}
