using System.Globalization;
using System.Text;

namespace PSPairChat;

/// <summary>
/// Makes text from other hosts safe to display: it cannot move the cursor, color the screen, imitate the line of another speaker or hide text. Ordinary text in
/// any script is not changed. The character classes are those of Unicode (UAX #44 and DerivedCoreProperties.txt).
/// </summary>
public static class DisplayText
{
    private const int MaxConsecutiveMarks = 8;
    private const int FirstJoiningScript = 0x590;
    private const char DottedCircle = '\u25CC';

    /// <summary>Formats a message as a line that is safe to display, such as <c>Chris> test</c>.</summary>
    /// <param name="from">The handle of the sender.</param>
    /// <param name="text">The text of the message.</param>
    public static string FormatLine(string from, string text) => Sanitize(from) + "> " + Sanitize(text);

    /// <summary>Formats a message as a line that is safe to display, with a marker before a history or private message.</summary>
    internal static string FormatLine(string from, string text, bool isHistory, bool isPrivate) =>
        (isHistory ? "[history] " : isPrivate ? "[private] " : "") + FormatLine(from, text);

    /// <summary>
    /// Replaces or removes characters that are not safe to display. Control characters become their pictures (U+2400 and following), TAB becomes a space; C1
    /// controls, line and paragraph separators, unpaired surrogates and bidirectional controls become <c>&lt;U+XXXX&gt;</c>. Joiners remain only where they join,
    /// a base character keeps one variation selector and at most eight combining marks, and a mark without a base gets one. Every other invisible character is
    /// removed.
    /// </summary>
    /// <param name="text">The text.</param>
    /// <returns>The safe text; the same string if nothing had to be changed.</returns>
    public static string Sanitize(string text)
    {
        var plain = 0;
        while (plain < text.Length && IsPlain(text[plain]))
            plain++;
        return plain == text.Length ? text : Rewrite(text);
    }

    // Printable ASCII and Latin letters, which never have to be changed.
    private static bool IsPlain(char c) => c is >= ' ' and <= '~' or >= '\u00A0' and < '\u0300' and not '\u00AD';

    private static string Rewrite(string text)
    {
        var safe = new StringBuilder(text.Length + 16);
        var previous = 0;           // the last character appended, without selectors
        var canSelect = false;      // whether a variation selector may follow
        var marks = 0;              // combining marks since the last base character

        for (var i = 0; i < text.Length; i++)
        {
            int c = text[i];
            if (char.IsSurrogate(text[i]))
            {
                if (!char.IsSurrogatePair(text, i))
                {
                    AppendEscape(c);
                    continue;
                }
                c = char.ConvertToUtf32(text, i);
                i++;
            }

            if (c == '\t')
                AppendBase(' ');
            else if (c < 0x20)
                AppendBase(0x2400 + c);
            else if (c == 0x7F)
                AppendBase(0x2421);
            else if (RequiresEscape(c))
                AppendEscape(c);
            else if (IsJoiner(c))
                AppendJoiner(c);
            else if (c is >= 0xFE00 and <= 0xFE0F)
                AppendSelector(c);
            else if (IsInvisible(c))
                continue;
            else if (IsMark(text, c > 0xFFFF ? i - 1 : i))
                AppendMark(c);
            else
                AppendBase(c);
        }
        return safe.ToString();

        void Append(int c)
        {
            if (c > 0xFFFF)
                safe.Append(char.ConvertFromUtf32(c));
            else
                safe.Append((char)c);
        }

        void AppendBase(int c)
        {
            Append(c);
            previous = c;
            canSelect = true;
            marks = 0;
        }

        void AppendEscape(int c)
        {
            safe.Append("<U+").Append(c.ToString("X4", CultureInfo.InvariantCulture)).Append('>');
            previous = '>';
            canSelect = false;
            marks = 0;
        }

        void AppendJoiner(int c)
        {
            if (previous < FirstJoiningScript || IsJoiner(previous))
                return;
            Append(c);
            previous = c;
            canSelect = false;
        }

        void AppendSelector(int c)
        {
            if (!canSelect)
                return;
            Append(c);
            canSelect = false;
        }

        void AppendMark(int c)
        {
            if (previous == 0)
                AppendBase(DottedCircle);
            if (++marks > MaxConsecutiveMarks)
                return;
            Append(c);
            previous = c;
        }
    }

    private static bool RequiresEscape(int c) => c is >= 0x80 and <= 0x9F or 0x2028 or 0x2029
        or 0x061C or 0x200E or 0x200F or >= 0x202A and <= 0x202E or >= 0x2066 and <= 0x2069;

    private static bool IsJoiner(int c) => c is 0x200C or 0x200D;

    // Default_Ignorable_Code_Point without the characters that are handled above, and the interlinear annotation characters.
    private static bool IsInvisible(int c) => c is 0x00AD or 0x034F or 0x115F or 0x1160 or 0x17B4 or 0x17B5 or >= 0x180B and <= 0x180F or 0x200B
        or >= 0x2060 and <= 0x206F or 0x3164 or 0xFEFF or 0xFFA0 or >= 0xFFF0 and <= 0xFFFB
        or >= 0x1BCA0 and <= 0x1BCA3 or >= 0x1D173 and <= 0x1D17A or >= 0xE0000 and <= 0xE0FFF;

    private static bool IsMark(string text, int index) => CharUnicodeInfo.GetUnicodeCategory(text, index)
        is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.SpacingCombiningMark;
}
