using System;
using System.Collections.Generic;
using System.IO;

namespace PSPairChat.Transcripts;

/// <summary>Reads transcript files.</summary>
internal static class TranscriptReader
{
    /// <summary>Reads entries one by one.</summary>
    /// <param name="reader">The content of the file.</param>
    /// <param name="onSkipped">Called with the number, from 1, of each line that is not a complete entry.</param>
    public static IEnumerable<ChatTranscriptEntry> Read(TextReader reader, Action<int> onSkipped)
    {
        var number = 0;
        while (reader.ReadLine() is { } line)
        {
            number++;
            if (line.Length == 0)
                continue;
            if (TranscriptJson.Read(line) is { } entry)
                yield return entry;
            else
                onSkipped(number);
        }
    }
}
