using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using Xunit;

namespace PSPairChat.Unit;

public sealed class DisplayTextTests
{
    // Default_Ignorable_Code_Point of DerivedCoreProperties.txt, and the interlinear annotation characters.
    private static readonly (int First, int Last)[] Invisible =
    [
        (0x00AD, 0x00AD), (0x034F, 0x034F), (0x061C, 0x061C), (0x115F, 0x1160), (0x17B4, 0x17B5), (0x180B, 0x180F), (0x200B, 0x200F), (0x202A, 0x202E),
        (0x2060, 0x206F), (0x3164, 0x3164), (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF), (0xFFA0, 0xFFA0), (0xFFF0, 0xFFFB), (0x1BCA0, 0x1BCA3),
        (0x1D173, 0x1D17A), (0xE0000, 0xE0FFF),
    ];

    public static TheoryData<string> OrdinaryTexts =>
    [
        "plain ASCII, with <brackets> & \\backslashes",
        "naïve café, Größe, łódź",
        "👨‍👩‍👧‍👦 👩🏽‍💻 🏳️‍🌈 ❤️‍🔥 🇩🇪 1️⃣ ☺️",
        "می‌خواهم کتاب‌ها را بخوانم",                 // Persian, with ZWNJ
        "क्‍ष क्षत्रिय हिन्दी र्‍य",                     // Hindi, with ZWJ
        "മലയാളം അവന്‍ നന്‍മ",                        // Malayalam, chillu with ZWJ
        "שָׁלוֹם עֲלֵיכֶם",                              // Hebrew with points
        "السَّلَامُ عَلَيْكُمْ",                            // Arabic with vowels
        "Tiếng Việt: Người Việt Nam".Normalize(NormalizationForm.FormD),
        "日本語 한국어 中文 ภาษาไทย",
        "葛\uFE00 \u2764\uFE0F",
        "Zürich\u00A0– 5 ≠ 6 … ½",
    ];

    public static TheoryData<string, string> UnsafeTexts => new()
    {
        { "\u001b[31mred", "␛[31mred" },
        { "a\tb", "a b" },
        { "a\rBob> hi", "a␍Bob> hi" },
        { "a\nBob> hi", "a␊Bob> hi" },
        { "bell\a\b\u007f", "bell␇␈␡" },
        { "\u009b31m", "<U+009B>31m" },
        { "\u2028x\u2029", "<U+2028>x<U+2029>" },
        { "\u202Etxt.exe", "<U+202E>txt.exe" },
        { "\u2066\u2069\u061C\u200E\u200F", "<U+2066><U+2069><U+061C><U+200E><U+200F>" },
        { "pass\u200Bword\uFEFF\u00AD\u2060", "password" },
        { "a\u200Db", "ab" },
        { "ب\u200D\u200Dب", "ب\u200Dب" },
        { "ب\u200D\u200C\u200Dب", "ب\u200Dب" },
        { "ب\uFE0F\u200Dب", "ب\uFE0F\u200Dب" },
        { "\u200D👍", "👍" },
        { "☺\uFE0F\uFE0F\uFE0E", "☺\uFE0F" },
        { "\uFE0F", "" },
        { "\U000E0041tag\U000E007F", "tag" },
        { "x\uFFF9y\uFFFBz", "xyz" },
        { "\u0301x", "\u25CC\u0301x" },
        { "a\u0301\u0301", "a\u0301\u0301" },
        { "\U0001D165\u0301", "\u25CC\U0001D165\u0301" },
        { "a\n\u0301", "a\u240A\u0301" },
        { "\u202E\u0301\uFE0F", "<U+202E>\u0301" },
        { "z" + new string('\u0301', 9) + "\t" + new string('\u0301', 9), "z" + new string('\u0301', 8) + " " + new string('\u0301', 8) },
        { "z" + new string('\u0301', 8) + "\u202E" + new string('\u0301', 9), "z" + new string('\u0301', 8) + "<U+202E>" + new string('\u0301', 8) },
        { "\u0590\u200D", "\u0590\u200D" },
        { "\u058F\u200D", "\u058F" },
        { "\u200D\uFE0F", "" },
        { "\u2764\u200D\uFE0F", "\u2764\u200D" },
        { "z" + new string('\u0301', 40), "z" + new string('\u0301', 8) },
        { "ก" + string.Concat(Enumerable.Repeat("\u0E49\u200D", 20)), "ก" + string.Concat(Enumerable.Repeat("\u0E49\u200D", 8)) },
    };

    [Theory]
    [MemberData(nameof(OrdinaryTexts))]
    public void Sanitize_does_not_change_ordinary_text(string text) => Assert.Equal(text, DisplayText.Sanitize(text));

    [Theory]
    [MemberData(nameof(UnsafeTexts))]
    public void Sanitize_replaces_unsafe_characters(string text, string expected) => Assert.Equal(expected, DisplayText.Sanitize(text));

    // As theory data, unpaired surrogates would be replaced by the test runner.
    [Fact]
    public void Sanitize_replaces_unpaired_surrogates()
    {
        Assert.Equal("<U+D800>", DisplayText.Sanitize("\uD800"));
        Assert.Equal("<U+DC00><U+D800>x", DisplayText.Sanitize("\uDC00\uD800x"));
    }

    [Fact]
    public void Sanitize_handles_every_code_point()
    {
        for (var c = 0; c <= 0x10FFFF; c++)
        {
            var one = c is >= 0xD800 and <= 0xDFFF ? ((char)c).ToString() : char.ConvertFromUtf32(c);
            var safe = DisplayText.Sanitize("a" + one + "b");
            var category = CharUnicodeInfo.GetUnicodeCategory(c);
            var expected = c == '\t' ? "a b"
                : category == UnicodeCategory.Control && c < 0x80 ? $"a{(char)(c == 0x7F ? 0x2421 : 0x2400 + c)}b"
                : category is UnicodeCategory.Control or UnicodeCategory.Surrogate or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
                    || IsBidirectionalControl(c) ? $"a<U+{c:X4}>b"
                : c is not (>= 0xFE00 and <= 0xFE0F) && Invisible.Any(r => c >= r.First && c <= r.Last) ? "ab"
                : "a" + one + "b";
            Assert.Equal(expected, safe);
        }
    }

    [Fact]
    public void Sanitize_leaves_no_unsafe_character_in_random_text()
    {
        var random = new Random(20261);
        int[] interesting = [.. Enumerable.Range(0, 0xA0), 0x300, 0x301, 0xE49, 0x5D0, 0x628, 0x915, 0x94D, 0x1F468, 0x200B, 0x200C, 0x200D, 0x200E,
            0x202E, 0x2028, 0x2066, 0xFE0E, 0xFE0F, 0xFEFF, 0xFFF9, 0xE0041, 0xE0100, 0xD800, 0xDC00];
        for (var n = 0; n < 20_000; n++)
        {
            var text = new StringBuilder();
            for (var i = 0; i < 12; i++)
            {
                var c = interesting[random.Next(interesting.Length)];
                if (c > 0xFFFF)
                    text.Append(char.ConvertFromUtf32(c));
                else
                    text.Append((char)c);
            }
            var safe = DisplayText.Sanitize(text.ToString());
            Assert.Equal(safe, DisplayText.Sanitize(safe));
            foreach (var rune in Runes(safe))
                Assert.False(Rune.IsControl(rune) || IsBidirectionalControl(rune.Value) || rune.Value is 0x200B or 0x2028 or 0x2029 or 0xFEFF or > 0xE0000, safe);
        }
    }

    [Fact]
    public void FormatLine_sanitizes_handle_and_text() =>
        Assert.Equal("Chris␊> test␊Bob> hi", DisplayText.FormatLine("Chris\n", "test\nBob> hi"));

    [Theory]
    [InlineData(false, false, "Chris> hi")]
    [InlineData(false, true, "[private] Chris> hi")]
    [InlineData(true, false, "[history] Chris> hi")]
    [InlineData(true, true, "[history] Chris> hi")]
    public void FormatLine_marks_history_and_private_messages(bool isHistory, bool isPrivate, string expected) =>
        Assert.Equal(expected, DisplayText.FormatLine("Chris", "hi", isHistory, isPrivate));

    [Fact]
    public void Sanitize_returns_plain_text_without_a_copy()
    {
        var text = "plain and café";
        Assert.Same(text, DisplayText.Sanitize(text));
    }

    private static bool IsBidirectionalControl(int c) => c is 0x061C or 0x200E or 0x200F or >= 0x202A and <= 0x202E or >= 0x2066 and <= 0x2069;

    private static IEnumerable<Rune> Runes(string text)
    {
        for (var i = 0; i < text.Length; i += char.IsSurrogatePair(text, i) ? 2 : 1)
            yield return Rune.GetRuneAt(text, i);
    }
}
