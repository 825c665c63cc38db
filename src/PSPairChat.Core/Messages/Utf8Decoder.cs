using System.Text;

namespace PSPairChat.Messages;

/// <summary>Decodes UTF-8 without replacing invalid bytes.</summary>
internal static class Utf8Decoder
{
    private static readonly Encoding Strict = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Decodes bytes.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="start">Where the text begins.</param>
    /// <param name="count">The number of bytes of the text.</param>
    /// <param name="text">The text; empty if the bytes are not valid.</param>
    /// <param name="invalidIndex">The index in <paramref name="bytes"/> of the first byte that is not valid; -1 if all are valid.</param>
    /// <returns>Whether all bytes are valid.</returns>
    public static bool TryDecode(byte[] bytes, int start, int count, out string text, out int invalidIndex)
    {
        try
        {
            text = Strict.GetString(bytes, start, count);
            invalidIndex = -1;
            return true;
        }
        catch (DecoderFallbackException e)
        {
            text = "";
            invalidIndex = start + e.Index;
            return false;
        }
    }
}
