using System;
using System.Collections.Generic;
using System.Globalization;

namespace PSPairChat.Messages;

/// <summary>
/// Validates nicknames: letters of one script, with the combining marks that the script needs, in normalization form C. Letters that are invisible or variants
/// of other letters are not allowed.
/// </summary>
internal static class NicknameValidator
{
    // UTS #39, section 5.4. DisplayText shows eight.
    private const int MaxConsecutiveMarks = 4;
    private const int DotAbove = 0x307;

    /// <summary>Gets why a nickname is not valid; null if it is.</summary>
    /// <param name="nickname">The nickname.</param>
    /// <param name="maxLength">The maximum number of characters (Unicode scalar values).</param>
    public static string? Validate(string nickname, int maxLength)
    {
        var text = UnicodeData.GetCodePoints(nickname);
        var rule = $"A handle is one word of 1 through {maxLength} letters";
        var reason = text.Count == 0 || text.Count > maxLength
            ? rule + "."
            : ValidateCharacters(text, rule) ?? ValidateMarks(text) ?? ValidateScripts(text) ?? ValidateNormalization(text);
        return reason is null ? null : $"Invalid handle '{DisplayText.Sanitize(nickname)}'. {reason}";
    }

    private static string? ValidateCharacters(List<int> text, string rule)
    {
        foreach (var c in text)
        {
            if (!UnicodeData.TryGetScripts(c, out _, out _))
            {
                return IsLetter(c)
                    ? $"The letter {Format(c)} is not allowed in a room because it is invisible, a variant of other letters or unknown."
                    : $"{rule}, and {Format(c)} is not a letter.";
            }
        }
        return null;
    }

    private static string? ValidateMarks(List<int> text)
    {
        var start = 0;      // of the letter that the marks belong to
        for (var i = 0; i < text.Count; i++)
        {
            if (!IsMark(text[i]))
                start = i;
            else if (i == 0)
                return $"The combining mark {Format(text[i])} must follow a letter.";
            else if (i - start > MaxConsecutiveMarks)
                return $"A letter has at most {MaxConsecutiveMarks} combining marks; {Format(text[i])} exceeds the limit.";
            else if (text.IndexOf(text[i], start, i - start) >= 0)
                return $"The combining mark {Format(text[i])} occurs twice on one letter.";
            else if (text[i] == DotAbove && HasDot(text[start]))
                return $"The combining mark {Format(text[i])} is not visible on {Format(text[start])}.";
            else if (UnicodeData.IsStackingMark(text[i]) && (i + 1 == text.Count || IsMark(text[i + 1])))
                return $"The combining mark {Format(text[i])} must stand between two letters.";
        }
        return null;
    }

    private static string? ValidateScripts(List<int> text)
    {
        UnicodeData.TryGetScripts(text[0], out _, out var first);
        var common = new List<string>(first);
        foreach (var c in text)
        {
            UnicodeData.TryGetScripts(c, out _, out var scripts);
            var previous = common[0];
            common.RemoveAll(s => Array.IndexOf(scripts.Array!, s, scripts.Offset) < 0);
            if (common.Count == 0)
            {
                return $"A handle in a room has letters of one script, and {Format(c)} is {UnicodeData.GetScriptName(scripts.Array![scripts.Offset])} "
                    + $"after {UnicodeData.GetScriptName(previous)}.";
            }
        }
        return null;
    }

    private static string? ValidateNormalization(List<int> text)
    {
        var composed = UnicodeData.Compose(UnicodeData.Decompose(text));
        for (var i = 0; i < text.Count; i++)
        {
            if (i >= composed.Count || text[i] != composed[i])
                return $"A handle in a room is in Unicode normalization form C, and this one is not, from {Format(text[i])} on.";
        }
        return null;
    }

    private static bool IsMark(int codePoint) => UnicodeData.TryGetScripts(codePoint, out var isMark, out _) && isMark;

    // UTS #39, section 5.4: on i, j and l, another dot above makes no visible difference.
    private static bool HasDot(int letter) => UnicodeData.IsSoftDotted(letter) || UnicodeData.Decompose([letter])[0] is 'i' or 'j' or 'l' or 'ı' or 'ȷ';

    private static bool IsLetter(int codePoint) => codePoint is < 0xD800 or > 0xDFFF && char.IsLetter(char.ConvertFromUtf32(codePoint), 0);

    private static string Format(int codePoint)
    {
        var code = "U+" + codePoint.ToString("X4", CultureInfo.InvariantCulture);
        var isPrintable = codePoint is > ' ' and <= '~' || UnicodeData.TryGetScripts(codePoint, out var isMark, out _) && !isMark;
        return isPrintable ? $"'{char.ConvertFromUtf32(codePoint)}' ({code})" : code;
    }
}
