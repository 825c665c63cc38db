using System.Globalization;
using System.Text;

namespace PSPairChat.Dialects;

/// <summary>Converts between the texts of a dialect and their bytes.</summary>
internal static class DialectText
{
    private static readonly Encoding Latin1 = CreateStrict("iso-8859-1");
    private static readonly Encoding Ascii = CreateStrict("us-ascii");

    /// <summary>Replaces the placeholders of a greeting or a quit command.</summary>
    public static string ExpandTemplate(string template, string handle, int port) =>
        template.Replace("{handle}", handle).Replace("{port}", port.ToString(CultureInfo.InvariantCulture));

    /// <summary>Gets an encoding. It throws an exception for characters that it cannot encode, and decodes invalid bytes to U+FFFD.</summary>
    public static Encoding GetEncoding(ChatEncoding encoding) => encoding switch
    {
        ChatEncoding.Latin1 => Latin1,
        ChatEncoding.Ascii => Ascii,
        _ => System.Text.Encoding.UTF8,
    };

    /// <summary>Counts the characters (Unicode scalar values) of encoded text.</summary>
    public static int CountCharacters(byte[] bytes, int start, int end, ChatEncoding encoding)
    {
        if (encoding != ChatEncoding.Utf8)
            return end - start;
        var count = 0;
        for (var i = start; i < end; i++)
        {
            if (!IsContinuationByte(bytes[i]))
                count++;
        }
        return count;
    }

    private static bool IsContinuationByte(byte value) => (value & 0xC0) == 0x80;

    private static Encoding CreateStrict(string name) =>
        System.Text.Encoding.GetEncoding(name, new EncoderExceptionFallback(), new DecoderReplacementFallback("\uFFFD"));
}
