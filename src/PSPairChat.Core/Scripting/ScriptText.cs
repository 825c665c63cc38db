using System.Globalization;
using System.Text;

namespace PSPairChat.Scripting;

/// <summary>
/// Escapes texts so that a script contains them literally: a backtick before special characters, and <c>`u{1b}</c> for characters that are not safe to
/// display.
/// </summary>
internal static class ScriptText
{
    public const char Escape = '`';

    /// <summary>Formats a script line such as <c>Chris> text</c>.</summary>
    public static string FormatLine(string from, string text) => EscapeHandle(from) + "> " + EscapeText(text);

    private static string EscapeText(string text)
    {
        var visibleLength = text.TrimEnd().Length;       // white space at the end of a line is ignored
        var isSafe = DisplayText.Sanitize(text) == text;
        var escaped = new StringBuilder(text.Length + 8);
        for (var i = 0; i < text.Length; i++)
        {
            var length = char.IsSurrogatePair(text, i) ? 2 : 1;
            if (i >= visibleLength || !isSafe && IsHidden(text.Substring(i, length)))
                AppendCode(escaped, length == 2 ? char.ConvertToUtf32(text, i) : text[i]);
            else if (IsSpecial(text, i))
                escaped.Append(Escape).Append(text[i]);
            else
                escaped.Append(text, i, length);
            i += length - 1;
        }
        return escaped.ToString();
    }

    /// <summary>Determines whether a placeholder begins at an index.</summary>
    public static bool IsPlaceholder(string text, int index, out string name)
    {
        name = "";
        if (text[index] != '{')
            return false;
        var end = index + 1;
        while (end < text.Length && IsNameCharacter(text[end], isFirst: end == index + 1))
            end++;
        if (end == index + 1 || end == text.Length || text[end] != '}')
            return false;
        name = text.Substring(index + 1, end - index - 1);
        return true;
    }

    private static string EscapeHandle(string from)
    {
        var safe = DisplayText.Sanitize(from);
        var escaped = new StringBuilder(safe.Length + 4);
        for (var i = 0; i < safe.Length; i++)
        {
            if (char.IsWhiteSpace(safe[i]) || safe[i] is '>' or Escape || i == 0 && safe[i] == '#')
                escaped.Append(Escape);
            escaped.Append(safe[i]);
        }
        return escaped.ToString();
    }

    private static bool IsNameCharacter(char c, bool isFirst) =>
        c is >= 'a' and <= 'z' or >= 'A' and <= 'Z' or '_' || !isFirst && c is >= '0' and <= '9';

    private static bool IsSpecial(string text, int index) => text[index] switch
    {
        Escape or '*' or '?' or '[' => true,
        '{' => IsPlaceholder(text, index, out _),
        '/' => index == 0,
        '|' => index > 0 && text[index - 1] == ' ' && index + 1 < text.Length && text[index + 1] == ' ',
        '-' => index > 0 && text[index - 1] == ' ' && index + 1 < text.Length && text[index + 1] == '>',
        _ => false,
    };

    // A character that is not displayed as itself: a control character, an unpaired surrogate, a mark, an invisible character.
    private static bool IsHidden(string character) => DisplayText.Sanitize(character) != character;

    private static void AppendCode(StringBuilder escaped, int code) =>
        escaped.Append(Escape).Append("u{").Append(code.ToString("x", CultureInfo.InvariantCulture)).Append('}');
}
