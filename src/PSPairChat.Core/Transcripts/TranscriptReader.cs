using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using PSPairChat.Messages;

namespace PSPairChat.Transcripts;

/// <summary>Reads transcript files.</summary>
internal static class TranscriptReader
{
    // Longer than any entry.
    private const int MaxLineBytes = 1024 * 1024;

    /// <summary>Reads entries one by one.</summary>
    /// <param name="stream">The content of the file.</param>
    /// <param name="onSkipped">Called with the number, from 1, of each line that is not a complete entry.</param>
    /// <exception cref="InvalidDataException">An entry contains invalid UTF-8.</exception>
    public static IEnumerable<ChatTranscriptEntry> Read(Stream stream, Action<int> onSkipped)
    {
        var reader = new ByteLineReader(stream, MaxLineBytes);
        for (var number = 1; reader.TryRead(out var line); number++)
        {
            if (line.Array is null)
                onSkipped(number);
            else if (line.Count == 0)
                continue;
            else if (Decode(line, reader.LineOffset, number) is { } text && TranscriptJson.Read(text) is { } entry)
                yield return entry;
            else
                onSkipped(number);
        }
    }

    // A line that was not written completely may end within a character.
    private static string? Decode(ArraySegment<byte> line, long lineOffset, int number)
    {
        var (bytes, start, count) = (line.Array!, line.Offset, line.Count);
        var bom = lineOffset == 0 && count >= 3 && (bytes[start], bytes[start + 1], bytes[start + 2]) is (0xEF, 0xBB, 0xBF) ? 3 : 0;
        if (Utf8Decoder.TryDecode(bytes, start + bom, count - bom, out var text, out var invalid))
            return text;
        if (bytes[start + count - 1] != '}')
            return null;
        throw new InvalidDataException(string.Format(
            CultureInfo.InvariantCulture, "Line {0}: Invalid UTF-8: byte 0x{1:X2} at offset {2}.", number, bytes[invalid], lineOffset + invalid - start));
    }
}
