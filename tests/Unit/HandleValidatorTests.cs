using PSPairChat.Messages;
using Xunit;

namespace PSPairChat.Unit;

public sealed class HandleValidatorTests
{
    [Theory]
    [InlineData("C")]
    [InlineData("Chris")]
    [InlineData("0123456789")]
    [InlineData("a-b_c.d")]
    [InlineData("Łukasz")]
    [InlineData("山田")]
    [InlineData("हिन्दी")]
    [InlineData("ชื่อ")]
    [InlineData("𐐀𐐁𐐂𐐃𐐄𐐅𐐆𐐇𐐈𐐉")]
    public void One_word_of_up_to_ten_letters_digits_and_joints_is_a_handle(string handle) => Assert.Null(HandleValidator.Validate(handle, 10));

    [Theory]
    [InlineData("")]
    [InlineData("0123456789a")]
    [InlineData("𐐀𐐁𐐂𐐃𐐄𐐅𐐆𐐇𐐈𐐉𐐊")]
    [InlineData("Chris B")]
    [InlineData("Chris>")]
    [InlineData("Chris\n")]
    [InlineData("\\quit")]
    [InlineData("a:b")]
    [InlineData("a\0")]
    [InlineData("\uD800")]
    [InlineData("\u202Eab")]
    [InlineData("\u3164")]
    [InlineData("Bob\u115F")]
    [InlineData("\u0301a")]
    [InlineData("a\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301")]
    public void Anything_else_is_refused(string handle) =>
        Assert.Equal(ChatErrorReason.HandleInvalid, Assert.Throws<ChatException>(() => HandleValidator.ThrowIfInvalid(handle, 10)).Reason);

    [Fact]
    public void The_length_can_be_raised_and_the_alphabet_cannot()
    {
        Assert.Null(HandleValidator.Validate("0123456789abcdef", 16));
        Assert.NotNull(HandleValidator.Validate("a b", 16));
    }

    [Fact]
    public void A_nickname_in_a_room_is_letters_only()
    {
        Assert.Null(HandleValidator.Validate("Bob", 10, lettersOnly: true));
        Assert.NotNull(HandleValidator.Validate("Bob1", 10, lettersOnly: true));
        Assert.NotNull(HandleValidator.Validate("B-b", 10, lettersOnly: true));
    }
}
