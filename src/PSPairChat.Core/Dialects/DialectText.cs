using System.Globalization;
using System.Text;

namespace PSPairChat.Dialects;

/// <summary>What a dialect's texts and characters come to.</summary>
internal static class DialectText
{
    private static readonly Encoding Latin1 = CreateStrict("iso-8859-1");
    private static readonly Encoding Ascii = CreateStrict("us-ascii");

    /// <summary>Fills in what the placeholders of an opening or a quit word stand for.</summary>
    public static string ExpandTemplate(string template, string handle, int port) =>
        template.IndexOf('{') < 0 ? template : template.Replace("{handle}", handle).Replace("{port}", port.ToString(CultureInfo.InvariantCulture));

    /// <summary>The encoding itself. It throws for characters that it has no bytes for, and reads bytes that mean nothing as U+FFFD.</summary>
    public static Encoding GetEncoding(ChatEncoding encoding) => encoding switch
    {
        ChatEncoding.Latin1 => Latin1,
        ChatEncoding.Ascii => Ascii,
        _ => System.Text.Encoding.UTF8,
    };

    /// <summary>Counts the characters of encoded text.</summary>
    public static int CountCharacters(byte[] bytes, int start, int end, ChatEncoding encoding)
    {
        if (encoding != ChatEncoding.Utf8)
            return end - start;
        var count = 0;
        for (var i = start; i < end; i++)
        {
            if (StartsCharacter(bytes[i]))
                count++;
        }
        return count;
    }

    /// <summary>Whether a byte of UTF-8 begins a character.</summary>
    public static bool StartsCharacter(byte value) => (value & 0xC0) != 0x80;

    private static Encoding CreateStrict(string name) =>
        System.Text.Encoding.GetEncoding(name, new EncoderExceptionFallback(), new DecoderReplacementFallback("\uFFFD"));
}
