using System.Globalization;
using System.Text;

namespace PSPairChat;

/// <summary>
/// Makes text that somebody else wrote fit to be put on a screen: it cannot move the cursor, colour the screen, forge another speaker's line or hide
/// text, and honest text of any script comes out as it went in. The classes of characters are Unicode's (UAX #44 and DerivedCoreProperties.txt).
/// </summary>
public static class DisplayText
{
    private const int MaxConsecutiveMarks = 8;
    private const int FirstJoiningScript = 0x590;
    private const char DottedCircle = '\u25CC';

    /// <summary>The line in which a message is shown: <c>Chris> test</c>.</summary>
    /// <param name="from">The speaker.</param>
    /// <param name="text">What was said.</param>
    public static string FormatLine(string from, string text) => Sanitize(from) + "> " + Sanitize(text);

    /// <summary>
    /// Gives the text as it may be shown: control characters as their pictures (U+2400..), TAB as a space; C1 controls, line and paragraph separators, lone
    /// surrogates and bidirectional controls as <c>&lt;U+XXXX&gt;</c>; joiners only where they join, one variation selector a base, at most eight combining
    /// marks in a row and never one without a base; every other invisible character dropped.
    /// </summary>
    /// <param name="text">The text as it came.</param>
    /// <returns>The same string where nothing has to change.</returns>
    public static string Sanitize(string text)
    {
        var plain = 0;
        while (plain < text.Length && IsPlain(text[plain]))
            plain++;
        return plain == text.Length ? text : Rewrite(text);
    }

    // Printable ASCII and Latin letters: no mark, no joiner, nothing invisible.
    private static bool IsPlain(char c) => c is >= ' ' and <= '~' or >= '\u00A0' and < '\u0300' and not '\u00AD';

    private static string Rewrite(string text)
    {
        var safe = new StringBuilder(text.Length + 16);
        var previous = 0;           // the last character kept, selectors skipped
        var selectable = false;     // whether it may still take a variation selector
        var marks = 0;              // combining marks since the last base

        for (var i = 0; i < text.Length; i++)
        {
            int c = text[i];
            if (char.IsSurrogate(text[i]))
            {
                if (!char.IsSurrogatePair(text, i))
                {
                    Escape(c);
                    continue;
                }
                c = char.ConvertToUtf32(text, i);
                i++;
            }

            if (c == '\t')
                Keep(' ');
            else if (c < 0x20)
                Keep(0x2400 + c);
            else if (c == 0x7F)
                Keep(0x2421);
            else if (IsAllowedFormatCharacter(c))
                Escape(c);
            else if (IsJoiner(c))
                Join(c);
            else if (c is >= 0xFE00 and <= 0xFE0F)
                Select(c);
            else if (IsInvisible(c))
                continue;
            else if (IsMark(text, c > 0xFFFF ? i - 1 : i))
                Mark(c);
            else
                Keep(c);
        }
        return safe.ToString();

        void Append(int c)
        {
            if (c > 0xFFFF)
                safe.Append(char.ConvertFromUtf32(c));
            else
                safe.Append((char)c);
        }

        void Keep(int c)
        {
            Append(c);
            previous = c;
            selectable = true;
            marks = 0;
        }

        void Escape(int c)
        {
            safe.Append("<U+").Append(c.ToString("X4", CultureInfo.InvariantCulture)).Append('>');
            previous = '>';
            selectable = false;
            marks = 0;
        }

        void Join(int c)
        {
            if (previous < FirstJoiningScript || IsJoiner(previous))
                return;
            Append(c);
            previous = c;
            selectable = false;
        }

        void Select(int c)
        {
            if (!selectable)
                return;
            Append(c);
            selectable = false;
        }

        void Mark(int c)
        {
            if (previous == 0)
                Keep(DottedCircle);
            if (++marks > MaxConsecutiveMarks)
                return;
            Append(c);
            previous = c;
        }
    }

    private static bool IsAllowedFormatCharacter(int c) => c is >= 0x80 and <= 0x9F or 0x2028 or 0x2029
        or 0x061C or 0x200E or 0x200F or >= 0x202A and <= 0x202E or >= 0x2066 and <= 0x2069;

    private static bool IsJoiner(int c) => c is 0x200C or 0x200D;

    // Default_Ignorable_Code_Point less what is treated above, and the interlinear annotation characters.
    private static bool IsInvisible(int c) => c is 0x00AD or 0x034F or 0x115F or 0x1160 or 0x17B4 or 0x17B5 or >= 0x180B and <= 0x180F or 0x200B
        or >= 0x2060 and <= 0x206F or 0x3164 or 0xFEFF or 0xFFA0 or >= 0xFFF0 and <= 0xFFFB
        or >= 0x1BCA0 and <= 0x1BCA3 or >= 0x1D173 and <= 0x1D17A or >= 0xE0000 and <= 0xE0FFF;

    private static bool IsMark(string text, int index) => CharUnicodeInfo.GetUnicodeCategory(text, index)
        is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.SpacingCombiningMark;
}
