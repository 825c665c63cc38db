using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using PSPairChat.Messages;
using Xunit;

namespace PSPairChat.Unit;

/// <summary>The generated tables against the data of the runtime, as far as it has any.</summary>
public sealed class UnicodeDataTests
{
    private static IEnumerable<int> CodePoints => Enumerable.Range(0, 0x110000).Where(Rune.IsValid);

    [Fact]
    public void All_characters_of_nicknames_are_letters_and_marks()
    {
        var letters = 0;
        foreach (var c in CodePoints)
        {
            if (!UnicodeData.TryGetScripts(c, out var isMark, out var scripts))
                continue;
            var category = CharUnicodeInfo.GetUnicodeCategory(c);
            Assert.True(isMark ? category is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark : Rune.IsLetter(new Rune(c)), $"U+{c:X4}");
            Assert.All(scripts, script => Assert.NotEmpty(UnicodeData.GetScriptName(script)));
            letters += isMark ? 0 : 1;
        }
        // 136,000 letters in Unicode 15.0, without those that have a compatibility or a singleton decomposition.
        Assert.InRange(letters, 120_000, 136_000);
    }

    [Fact]
    public void Letters_that_are_the_same_without_regard_to_case_have_one_case_folding_and_one_first_key()
    {
        foreach (var c in CodePoints.Where(c => UnicodeData.TryGetScripts(c, out _, out _)))
        {
            var letter = char.ConvertFromUtf32(c);
            foreach (var other in (string[])[letter.ToUpperInvariant(), letter.ToLowerInvariant()])
            {
                // The runtime may know a newer version of Unicode, in which more letters have two cases.
                if (other == letter || !UnicodeData.TryGetScripts(char.ConvertToUtf32(other, 0), out _, out _))
                    continue;
                Assert.True(NicknameComparer.Instance.Equals(letter, other), letter);
                Assert.Equal(Confusables.GetKeys(letter)[0], Confusables.GetKeys(other)[0]);
            }
        }
    }

    [Fact]
    public void Case_folding_and_normalization_are_idempotent()
    {
        foreach (var c in CodePoints.Where(c => UnicodeData.TryGetScripts(c, out _, out _)))
        {
            var folded = UnicodeData.FoldCase([c]).ToArray();
            Assert.Equal(folded, UnicodeData.FoldCase(folded));
            var decomposed = UnicodeData.Decompose([c]);
            Assert.Equal(decomposed, UnicodeData.Decompose(decomposed));
            Assert.Equal([c], UnicodeData.Compose(decomposed));
        }
    }

    [Theory]
    [InlineData("Bob", "bob")]
    [InlineData("MARY", "rnary")]
    [InlineData("ВОВ", "\u0299o\u0299", "bob")]
    [InlineData("Ian", "ian", "lan")]
    [InlineData("ẹ\u0301", "e\u0323\u0301")]
    public void Keys_are_those_of_the_folded_and_of_the_displayed_text(string nickname, params string[] keys) =>
        Assert.Equal(keys, Confusables.GetKeys(nickname));

    [Theory]
    [InlineData("\u1E69", "s\u0323\u0307")]
    [InlineData("s\u0307\u0323", "s\u0323\u0307")]
    [InlineData("s\u0323\u0307", "s\u0323\u0307")]
    [InlineData("\u1EC7x", "e\u0323\u0302x")]
    [InlineData("e\u0308\u0301", "e\u0308\u0301")]
    [InlineData("e\u0301\u0308", "e\u0301\u0308")]
    [InlineData("\u0307s\u0323", "\u0307s\u0323")]
    [InlineData("\uAC01", "\uAC01")]
    [InlineData("", "")]
    public void Text_is_decomposed_with_its_marks_in_canonical_order(string text, string expected) =>
        Assert.Equal(expected, UnicodeData.GetText(UnicodeData.Decompose(UnicodeData.GetCodePoints(text))));

    [Theory]
    [InlineData("s\u0323\u0307", "\u1E69")]
    [InlineData("e\u0323\u0301", "\u1EB9\u0301")]
    [InlineData("e\u0301\u0301", "\u00E9\u0301")]
    [InlineData("a\u0327\u0301", "\u00E1\u0327")]
    [InlineData("\u0301e\u0301", "\u0301\u00E9")]
    [InlineData("exe\u0301", "ex\u00E9")]
    [InlineData("q\u0323e\u0301", "q\u0323\u00E9")]
    [InlineData("", "")]
    public void Marks_are_composed_with_their_letter_unless_another_blocks_them(string text, string expected) =>
        Assert.Equal(expected, UnicodeData.GetText(UnicodeData.Compose(UnicodeData.GetCodePoints(text))));

    [Fact]
    public void Code_points_are_those_of_surrogate_pairs_and_of_unpaired_surrogates()
    {
        int[] codePoints = ['a', 0x1F600, 0xFFFF, 0xD800, 0x10000, 0xDC00];
        Assert.Equal("a\U0001F600\uFFFF\uD800\U00010000\uDC00", UnicodeData.GetText(codePoints));
        Assert.Equal(codePoints, UnicodeData.GetCodePoints("a\U0001F600\uFFFF\uD800\U00010000\uDC00"));
    }

    [Fact]
    public void Scripts_have_names() => Assert.Equal(("Latin", "Cyrillic"), (UnicodeData.GetScriptName("Latn"), UnicodeData.GetScriptName("Cyrl")));

    [Fact]
    public void A_range_table_finds_the_values_of_its_ranges()
    {
        var table = new RangeTable<string>("b: 50 44 a: 41-43 61 c: 10FFFF", value => value + value);
        Assert.Equal(
            [null, "aa", "aa", "aa", "bb", null, null, "bb", null, null, "aa", null, null, "cc"],
            new[] { 0x40, 0x41, 0x42, 0x43, 0x44, 0x45, 0x4F, 0x50, 0x51, 0x60, 0x61, 0x62, 0x10FFFE, 0x10FFFF }.Select(c => table.TryGetValue(c, out var value) ? value : null));
        Assert.False(table.TryGetValue(0x62, out var none));
        Assert.Null(none);
        Assert.Equal([(0x41, 0x43, "aa"), (0x44, 0x44, "bb"), (0x50, 0x50, "bb"), (0x61, 0x61, "aa"), (0x10FFFF, 0x10FFFF, "cc")], table.Ranges);
    }

    [Theory]
    [InlineData(new byte[] { 9, 65, 0xC3, 0xA4, 9 }, true, "A\u00E4", -1)]
    [InlineData(new byte[] { 9, 65, 0xC3, 66, 9 }, false, "", 2)]
    [InlineData(new byte[] { 9, 0xFF, 65, 66, 9 }, false, "", 1)]
    public void Invalid_UTF_8_is_found(byte[] bytes, bool isValid, string text, int invalidIndex)
    {
        Assert.Equal(isValid, Utf8Decoder.TryDecode(bytes, 1, 3, out var actual, out var index));
        Assert.Equal((text, invalidIndex), (actual, index));
    }
}
