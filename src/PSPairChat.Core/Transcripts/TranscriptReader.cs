using System;
using System.Collections.Generic;
using System.IO;

namespace PSPairChat.Transcripts;

/// <summary>Reads a transcript back.</summary>
internal static class TranscriptReader
{
    /// <summary>Gives the entries, as they are read.</summary>
    /// <param name="lines">The file.</param>
    /// <param name="skip">Told the number of a line, from 1, that is not a whole entry: torn when a process was killed, or a disk full.</param>
    public static IEnumerable<ChatTranscriptEntry> Read(TextReader lines, Action<int> skip)
    {
        var number = 0;
        while (lines.ReadLine() is { } line)
        {
            number++;
            if (line.Length == 0)
                continue;
            if (TranscriptJson.Read(line) is { } entry)
                yield return entry;
            else
                skip(number);
        }
    }
}
