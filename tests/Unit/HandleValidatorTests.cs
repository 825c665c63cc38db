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
    public void Validate_valid_handle_returns_null(string handle) => Assert.Null(HandleValidator.Validate(handle, 10));

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
    public void ThrowIfInvalid_invalid_handle_throws(string handle) =>
        Assert.Equal(ChatErrorReason.HandleInvalid, Assert.Throws<ChatException>(() => HandleValidator.ThrowIfInvalid(handle, 10)).Reason);

    [Fact]
    public void Validate_longer_limit_allows_more_characters_but_no_others()
    {
        Assert.Null(HandleValidator.Validate("0123456789abcdef", 16));
        Assert.NotNull(HandleValidator.Validate("a b", 16));
    }

    [Fact]
    public void Validate_names_the_handle_and_the_rule()
    {
        Assert.Equal("Invalid handle 'a b'. A handle is one word of 1 through 10 letters, digits, '-', '_' or '.'.", HandleValidator.Validate("a b", 10));
        Assert.Equal("Invalid handle 'Bob1'. A handle is one word of 1 through 20 letters, and '1' (U+0031) is not a letter.", HandleValidator.Validate("Bob1", 20, lettersOnly: true));
    }

    [Fact]
    public void Validate_nickname_allows_only_letters()
    {
        Assert.Null(HandleValidator.Validate("Bob", 10, lettersOnly: true));
        Assert.NotNull(HandleValidator.Validate("Bob1", 10, lettersOnly: true));
        Assert.NotNull(HandleValidator.Validate("B-b", 10, lettersOnly: true));
    }
}
