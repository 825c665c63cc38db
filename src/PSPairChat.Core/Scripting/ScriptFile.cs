using System;
using System.Globalization;
using System.IO;
using System.Text;
using PSPairChat.Messages;

namespace PSPairChat.Scripting;

/// <summary>Reads script files in UTF-8, or in UTF-16 with a byte order mark.</summary>
internal static class ScriptFile
{
    // A character has at most 3 bytes for each UTF-16 code unit.
    private const int MaxBytes = 3 * ScriptBuilder.MaxCharacters;

    /// <summary>Reads the text of a script file.</summary>
    /// <param name="path">The path of the file.</param>
    /// <exception cref="ChatException">ScriptInvalid: the file is too long, or contains invalid UTF-8.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file cannot be read.</exception>
    public static string Read(string path)
    {
        var (bytes, count) = ReadBytes(path);
        if (count > MaxBytes)
            throw CreateError(bytes, MaxBytes, ScriptBuilder.TooLongMessage);
        if ((bytes[0], bytes[1]) is (0xFF, 0xFE) or (0xFE, 0xFF))
            return (bytes[0] == 0xFF ? Encoding.Unicode : Encoding.BigEndianUnicode).GetString(bytes, 2, count - 2);
        var start = (bytes[0], bytes[1], bytes[2]) is (0xEF, 0xBB, 0xBF) ? 3 : 0;
        if (Utf8Decoder.TryDecode(bytes, start, count - start, out var text, out var invalid))
            return text;
        throw CreateError(bytes, invalid, string.Format(
            CultureInfo.InvariantCulture, "Invalid UTF-8: byte 0x{0:X2} at offset {1}. Save the script as UTF-8.", bytes[invalid], invalid));
    }

    // Reads one byte more than is allowed at most. NULs follow a short file.
    private static (byte[] Bytes, int Count) ReadBytes(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var bytes = new byte[4096];
        var count = 0;
        while (stream.Read(bytes, count, Math.Min(bytes.Length, MaxBytes + 1) - count) is var read and > 0)
        {
            count += read;
            if (count == bytes.Length)
                Array.Resize(ref bytes, bytes.Length * 4);
        }
        return (bytes, count);
    }

    private static ChatException CreateError(byte[] bytes, int offset, string message)
    {
        var line = 1;
        var lineStart = 0;
        for (var i = 0; i < offset; i++)
        {
            if (bytes[i] != '\n')
                continue;
            line++;
            lineStart = i + 1;
        }
        return ScriptError.Create(line, Encoding.UTF8.GetCharCount(bytes, lineStart, offset - lineStart) + 1, message);
    }
}
