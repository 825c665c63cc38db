using System;
using System.Globalization;

namespace PSPairChat.Terminal;

/// <summary>Measures the number of terminal cells that a text element occupies.</summary>
internal static class CellWidth
{
    private const char EmojiPresentationSelector = '\uFE0F';

    // The first and last character of each range that is two cells wide: East_Asian_Width W and F of Unicode 15 (EastAsianWidth.txt). Emoji with default
    // emoji presentation are included, and so are unassigned characters between wide ones.
    private static readonly int[] WideRanges =
    [
        0x1100, 0x115F, 0x231A, 0x231B, 0x2329, 0x232A, 0x23E9, 0x23EC, 0x23F0, 0x23F0, 0x23F3, 0x23F3, 0x25FD, 0x25FE, 0x2614, 0x2615,
        0x2648, 0x2653, 0x267F, 0x267F, 0x2693, 0x2693, 0x26A1, 0x26A1, 0x26AA, 0x26AB, 0x26BD, 0x26BE, 0x26C4, 0x26C5, 0x26CE, 0x26CE,
        0x26D4, 0x26D4, 0x26EA, 0x26EA, 0x26F2, 0x26F3, 0x26F5, 0x26F5, 0x26FA, 0x26FA, 0x26FD, 0x26FD, 0x2705, 0x2705, 0x270A, 0x270B,
        0x2728, 0x2728, 0x274C, 0x274C, 0x274E, 0x274E, 0x2753, 0x2755, 0x2757, 0x2757, 0x2795, 0x2797, 0x27B0, 0x27B0, 0x27BF, 0x27BF,
        0x2B1B, 0x2B1C, 0x2B50, 0x2B50, 0x2B55, 0x2B55, 0x2E80, 0x303E, 0x3041, 0x3247, 0x3250, 0x4DBF, 0x4E00, 0xA4C6, 0xA960, 0xA97C,
        0xAC00, 0xD7A3, 0xF900, 0xFAFF, 0xFE10, 0xFE19, 0xFE30, 0xFE6B, 0xFF01, 0xFF60, 0xFFE0, 0xFFE6, 0x16FE0, 0x18D08, 0x1AFF0, 0x1B2FB,
        0x1F004, 0x1F004, 0x1F0CF, 0x1F0CF, 0x1F18E, 0x1F18E, 0x1F191, 0x1F19A, 0x1F200, 0x1F320, 0x1F32D, 0x1F335, 0x1F337, 0x1F37C,
        0x1F37E, 0x1F393, 0x1F3A0, 0x1F3CA, 0x1F3CF, 0x1F3D3, 0x1F3E0, 0x1F3F0, 0x1F3F4, 0x1F3F4, 0x1F3F8, 0x1F43E, 0x1F440, 0x1F440,
        0x1F442, 0x1F4FC, 0x1F4FF, 0x1F53D, 0x1F54B, 0x1F54E, 0x1F550, 0x1F567, 0x1F57A, 0x1F57A, 0x1F595, 0x1F596, 0x1F5A4, 0x1F5A4,
        0x1F5FB, 0x1F64F, 0x1F680, 0x1F6C5, 0x1F6CC, 0x1F6CC, 0x1F6D0, 0x1F6D2, 0x1F6D5, 0x1F6D7, 0x1F6DC, 0x1F6DF, 0x1F6EB, 0x1F6EC,
        0x1F6F4, 0x1F6FC, 0x1F7E0, 0x1F7EB, 0x1F7F0, 0x1F7F0, 0x1F90C, 0x1F93A, 0x1F93C, 0x1F945, 0x1F947, 0x1F9FF, 0x1FA70, 0x1FAF8,
        0x20000, 0x2FFFD, 0x30000, 0x3FFFD,
    ];

    /// <summary>Measures a text element: the width of its first character, 2 for emoji presentation, 0 for a mark on its own.</summary>
    public static int Measure(string element)
    {
        if (element.Length == 1 && element[0] < 0x300)
            return 1;
        if (element.IndexOf(EmojiPresentationSelector) > 0)
            return 2;
        var isPair = char.IsSurrogatePair(element, 0);
        var first = isPair ? char.ConvertToUtf32(element, 0) : element[0];
        if (IsRegionalIndicator(first))
            return element.Length > 2 ? 2 : 1;
        if (IsWide(first))
            return 2;
        return CharUnicodeInfo.GetUnicodeCategory(element, 0)
            is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.Format ? 0 : 1;
    }

    /// <summary>Measures the cells that a terminal uses at most: some do not combine the characters of an emoji or a flag.</summary>
    public static int MeasureMax(string element)
    {
        if (element.Length == 1)
            return Measure(element);
        var sum = 0;
        for (var i = 0; i < element.Length; i += char.IsSurrogatePair(element, i) ? 2 : 1)
        {
            var character = element.Substring(i, char.IsSurrogatePair(element, i) ? 2 : 1);
            sum += character.Length == 2 && IsRegionalIndicator(char.ConvertToUtf32(character, 0)) ? 2 : Measure(character);
        }
        return Math.Max(sum, Measure(element));
    }

    /// <summary>Measures a text.</summary>
    public static int MeasureText(string text)
    {
        var sum = 0;
        var elements = StringInfo.GetTextElementEnumerator(text);
        while (elements.MoveNext())
            sum += Measure(elements.GetTextElement());
        return sum;
    }

    // Two regional indicators form one flag.
    private static bool IsRegionalIndicator(int c) => c is >= 0x1F1E6 and <= 0x1F1FF;

    private static bool IsWide(int c)
    {
        int low = 0, high = WideRanges.Length / 2 - 1;
        while (low <= high)
        {
            var middle = (low + high) / 2;
            if (c < WideRanges[2 * middle])
                high = middle - 1;
            else if (c > WideRanges[2 * middle + 1])
                low = middle + 1;
            else
                return true;
        }
        return false;
    }
}
