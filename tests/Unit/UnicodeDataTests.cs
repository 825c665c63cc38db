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
}
