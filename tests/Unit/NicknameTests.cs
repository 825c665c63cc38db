using System;
using PSPairChat.Messages;
using PSPairChat.Rooms;
using Xunit;

namespace PSPairChat.Unit;

/// <summary>The letters, scripts and normalization of nicknames, and the nicknames that a room regards as the same.</summary>
public sealed class NicknameTests
{
    [Theory]
    [InlineData("Chris")]
    [InlineData("Łukasz")]
    [InlineData("Zoë")]
    [InlineData("Nguyễn")]
    [InlineData("Þórður")]
    [InlineData("İbrahim")]
    [InlineData("Özgür")]
    [InlineData("Adéwálẹ\u0301")]
    [InlineData("Ǝ\u030Aɓa")]
    [InlineData("Gʻofur")]
    [InlineData("Straße")]
    [InlineData("Сергей")]
    [InlineData("Любомир")]
    [InlineData("Їжак")]
    [InlineData("Дарʼя")]
    [InlineData("Ђорђе")]
    [InlineData("Γιώργος")]
    [InlineData("Ἀθηνᾶ")]
    [InlineData("Սևակ")]
    [InlineData("Լևոն")]
    [InlineData("ნინო")]
    [InlineData("דוד")]
    [InlineData("דָּוִד")]
    [InlineData("محمد")]
    [InlineData("فاطمة")]
    [InlineData("مُحَمَّد")]
    [InlineData("پروین")]
    [InlineData("हिन्दी")]
    [InlineData("प्रिया")]
    [InlineData("कृष्ण")]
    [InlineData("\u091C\u093Cाकिर")]
    [InlineData("সুমন")]
    [InlineData("தமிழ்")]
    [InlineData("శ్రీను")]
    [InlineData("ಲಕ್ಷ್ಮಿ")]
    [InlineData("ശ്രീ")]
    [InlineData("สมชาย")]
    [InlineData("น้ำฝน")]
    [InlineData("ກຳແພງ")]
    [InlineData("ໝູ")]
    [InlineData("བསྟན")]
    [InlineData("ច័ន្ទ")]
    [InlineData("မင်္ဂလာ")]
    [InlineData("አበበ")]
    [InlineData("山田太郎")]
    [InlineData("佐々木")]
    [InlineData("さくら")]
    [InlineData("サクラ")]
    [InlineData("ローラ")]
    [InlineData("山田たろう")]
    [InlineData("ガギグ")]
    [InlineData("김철수")]
    [InlineData("金철수")]
    [InlineData("李小龙")]
    [InlineData("ㄅㄆㄇ")]
    [InlineData("中ㄅ")]
    [InlineData("ᏣᎳᎩ")]
    [InlineData("𐐀𐐁𐐂𐐃𐐄𐐅𐐆𐐇𐐈𐐉")]
    public void Ordinary_names_are_valid_nicknames(string nickname)
    {
        Assert.Null(HandleValidator.Validate(nickname, 10, lettersOnly: true));
        Assert.Equal(nickname, DisplayText.Sanitize(nickname));
    }

    [Theory]
    [InlineData("", "1 through 10 letters")]
    [InlineData("abcdefghijk", "1 through 10 letters")]
    [InlineData("Bob1", "and '1' (U+0031) is not a letter")]
    [InlineData("B-b", "and '-' (U+002D) is not a letter")]
    [InlineData("a b", "U+0020 is not a letter")]
    [InlineData("a\0", "U+0000 is not a letter")]
    [InlineData("a\u202Eb", "U+202E is not a letter")]
    [InlineData("a\u200Db", "U+200D is not a letter")]
    [InlineData("Bob\uFE0F", "U+FE0F is not a letter")]
    [InlineData("Bob😀", "U+1F600 is not a letter")]
    // Invisible letters.
    [InlineData("Bob\u115F", "U+115F is not allowed")]
    [InlineData("\u1160", "U+1160 is not allowed")]
    [InlineData("Bob\u3164", "U+3164 is not allowed")]
    [InlineData("\uFFA0Bob", "U+FFA0 is not allowed")]
    [InlineData("Bob\u034F", "U+034F is not a letter")]
    // Letters with a compatibility or a singleton decomposition.
    [InlineData("Ｂｏｂ", "U+FF22 is not allowed")]
    [InlineData("𝐁𝐨𝐛", "U+1D401 is not allowed")]
    [InlineData("ﬁona", "U+FB01 is not allowed")]
    [InlineData("ſam", "U+017F is not allowed")]
    [InlineData("Bobª", "U+00AA is not allowed")]
    [InlineData("\u212Aarl", "U+212A is not allowed")]
    [InlineData("\u212Bsa", "U+212B is not allowed")]
    [InlineData("\u2126mega", "U+2126 is not allowed")]
    [InlineData("\uF9E1", "U+F9E1 is not allowed")]
    [InlineData("ﾀﾛｳ", "U+FF80 is not allowed")]
    [InlineData("\uFEE3", "U+FEE3 is not allowed")]
    // Letters that only lengthen a word.
    [InlineData("محـمد", "U+0640 is not allowed")]
    // Text that is not in normalization form C.
    [InlineData("Zoe\u0308", "from 'e' (U+0065) on")]
    [InlineData("q\u0301\u0323", "from U+0301 on")]
    [InlineData("\u095Bakir", "U+095B is not allowed")]
    [InlineData("Ad\u00E9\u0323", "from 'é' (U+00E9) on")]
    [InlineData("カ\u3099", "from 'カ' (U+30AB) on")]
    [InlineData("\u1112\u1161\u11AB", "U+1112 is not allowed")]
    [InlineData("\uD558\u11AB", "U+11AB is not allowed")]
    [InlineData("\u3131", "U+3131 is not allowed")]
    // Marks without a letter, that cover others, or that are not visible.
    [InlineData("\u0301a", "must follow a letter")]
    [InlineData("ิก", "must follow a letter")]
    [InlineData("q\u0301\u0302\u0303\u0304\u0305", "at most 4")]
    [InlineData("q\u0303\u0303", "twice")]
    [InlineData("Li\u0307li", "not visible on 'i' (U+0069)")]
    [InlineData("Al\u0307i", "not visible on 'l' (U+006C)")]
    [InlineData("Mỉ\u0307", "not visible on")]
    [InlineData("B\u0335ob", "U+0335 is not a letter")]
    [InlineData("မင\u1039", "U+1039 must stand between two letters")]
    // More than one script.
    [InlineData("Bоb", "'о' (U+043E) is Cyrillic after Latin")]
    [InlineData("Αnn", "'n' (U+006E) is Latin after Greek")]
    [InlineData("ᎪB", "is Latin after Cherokee")]
    [InlineData("Bob山", "'山' (U+5C71) is Han after Latin")]
    [InlineData("さ김", "is Hangul after Hiragana")]
    [InlineData("さㄅ", "is Bopomofo after Hiragana")]
    [InlineData("ก\u0301", "U+0301 is Cyrillic after Thai")]
    [InlineData("aि", "U+093F is Devanagari after Latin")]
    public void Nicknames_that_imitate_others_are_not_valid(string nickname, string reason)
    {
        var error = HandleValidator.Validate(nickname, 10, lettersOnly: true);
        Assert.NotNull(error);
        Assert.Contains(reason, error, StringComparison.Ordinal);
        Assert.Equal(DisplayText.Sanitize(error), error);
    }

    [Theory]
    [InlineData("Bob", "BOB")]
    [InlineData("Straße", "STRASSE")]
    [InlineData("ΣΊΣΥΦΟΣ", "σίσυφος")]
    [InlineData("Сергей", "СЕРГЕЙ")]
    [InlineData("𐐀𐐁", "𐐨𐐩")]
    public void Nicknames_that_differ_in_case_are_the_same(string first, string second)
    {
        Assert.True(NicknameComparer.Instance.Equals(first, second));
        Assert.Equal(NicknameComparer.Instance.GetHashCode(first), NicknameComparer.Instance.GetHashCode(second));
        AssertConflict(first, second, $"The handle '{second}' is taken.");
    }

    [Theory]
    [InlineData("Bob", "ВОВ")]
    [InlineData("rare", "гаге")]
    [InlineData("PAPA", "рара")]
    [InlineData("Alice", "AIice")]
    [InlineData("Alice", "aIice")]
    [InlineData("IAN", "lan")]
    [InlineData("Ian", "Lan")]
    [InlineData("mary", "rnary")]
    [InlineData("MARY", "rnary")]
    [InlineData("Ooo", "Ооо")]
    [InlineData("Ooo", "Οοο")]
    [InlineData("TAP", "ΤΑΡ")]
    [InlineData("NINA", "ΝΙΝΑ")]
    [InlineData("Jose", "Јоѕе")]
    [InlineData("ALEX", "ꓮꓡꓰꓫ")]
    [InlineData("ロー", "口一")]
    [InlineData("Oʻtkir", "Oʼtkir")]
    [InlineData("น้ำ", "นํ\u0E49า")]
    public void Nicknames_that_look_alike_cannot_be_in_a_room_together(string first, string second) =>
        AssertConflict(first, second, $"The handle '{second}' looks like '{first}', which is taken.");

    [Theory]
    [InlineData("Anna", "Anne")]
    [InlineData("Ian", "Lia")]
    [InlineData("Mia", "Mla")]
    [InlineData("José", "Jose")]
    [InlineData("Zoë", "Zoe")]
    [InlineData("Οδυσσέας", "Οδυσσεύς")]
    [InlineData("Иван", "Ивана")]
    [InlineData("Ирина", "Ирица")]
    [InlineData("דוד", "דון")]
    [InlineData("محمد", "محمود")]
    [InlineData("राम", "रमा")]
    [InlineData("สมชาย", "สมหญิง")]
    [InlineData("각가", "가까")]
    [InlineData("さくら", "サクラ")]
    [InlineData("山田", "山本")]
    public void Different_names_can_be_in_a_room_together(string first, string second)
    {
        var registry = new NicknameRegistry<object>(10, 10, "SERVER");
        Assert.Null(TryAdd(registry, first));
        Assert.Null(TryAdd(registry, second));
    }

    [Fact]
    public void A_nickname_is_free_again_in_any_case_and_reserved_ones_never_are()
    {
        var registry = new NicknameRegistry<object>(10, 10, "host");
        Assert.False(registry.Remove("host"));
        Assert.NotNull(TryAdd(registry, "Host"));
        Assert.Null(TryAdd(registry, "Ian"));
        Assert.NotNull(TryAdd(registry, "lan"));
        Assert.False(registry.Remove("lan"));
        Assert.NotNull(TryAdd(registry, "lan"));
        Assert.True(registry.Remove("iAN"));
        Assert.Null(TryAdd(registry, "lan"));
    }

    [Theory]
    [InlineData("Host1", "Hostl")]
    [InlineData("B0B", "Bob")]
    [InlineData("rn", "m")]
    public void A_reserved_name_can_have_digits(string reserved, string nickname) =>
        Assert.NotNull(TryAdd(new NicknameRegistry<object>(10, 10, reserved), nickname));

    [Fact]
    public void An_unpaired_surrogate_is_not_a_letter()
    {
        Assert.Contains("U+D800 is not a letter", HandleValidator.Validate("\uD800", 10, lettersOnly: true), StringComparison.Ordinal);
        Assert.Contains("U+DC00 is not a letter", HandleValidator.Validate("a\uDC00b", 10, lettersOnly: true), StringComparison.Ordinal);
    }

    [Fact]
    public void Results_do_not_depend_on_the_globalization_mode()
    {
        Assert.True(AppContext.TryGetSwitch("System.Globalization.Invariant", out var isInvariant) && isInvariant);
        Assert.NotNull(HandleValidator.Validate("Zoe\u0308", 10, lettersOnly: true));
    }

    private static void AssertConflict(string first, string second, string error)
    {
        var reserving = new NicknameRegistry<object>(10, 10, "SERVER", first);
        Assert.Equal(error, TryAdd(reserving, second));
        var registry = new NicknameRegistry<object>(10, 10);
        Assert.Null(TryAdd(registry, first));
        Assert.Equal(error, TryAdd(registry, second));
        Assert.True(registry.Remove(first));
        Assert.Null(TryAdd(registry, second));
    }

    // The reason why the nickname was rejected; null if it was added.
    private static string? TryAdd(NicknameRegistry<object> registry, string nickname) =>
        registry.TryAdd(nickname, new object(), out var reason) ? null : reason;
}
