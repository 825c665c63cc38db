using System;

namespace PSPairChat.Transcripts;

/// <summary>
/// Stores the last messages and notices of a session. It holds references to the existing objects, so that an entry costs no allocation. If there are too many
/// entries, or they have too much text, it removes the oldest.
/// </summary>
internal sealed class TranscriptBuffer
{
    /// <summary>The maximum number of entries.</summary>
    public const int Capacity = 10_000;

    /// <summary>The maximum number of characters in all entries.</summary>
    public const int MaxCharacters = 8 * 1024 * 1024;

    private object[] _entries = new object[16];
    private int _first;
    private int _count;
    private int _characters;

    /// <summary>Adds an entry.</summary>
    /// <param name="entry">A <see cref="ChatMessage"/> or a <see cref="ChatNotice"/>.</param>
    public void Add(object entry)
    {
        _characters += GetLength(entry);
        while (_count == Capacity || _count > 0 && _characters > MaxCharacters)
            RemoveOldest();
        if (_count == _entries.Length)
            Grow();
        _entries[(_first + _count) % _entries.Length] = entry;
        _count++;
    }

    /// <summary>Gets the last entries, oldest first.</summary>
    /// <param name="maxCount">The maximum number of entries.</param>
    public ChatTranscriptEntry[] GetLast(int maxCount)
    {
        var last = new ChatTranscriptEntry[Math.Min(maxCount, _count)];
        for (var i = 0; i < last.Length; i++)
            last[i] = CreateEntry(_entries[(_first + _count - last.Length + i) % _entries.Length]);
        return last;
    }

    /// <summary>Creates the transcript entry for a message or a notice.</summary>
    public static ChatTranscriptEntry CreateEntry(object entry) =>
        entry is ChatMessage message ? new ChatTranscriptEntry(message) : new ChatTranscriptEntry((ChatNotice)entry);

    /// <summary>Gets the number of characters in the text of a message or a notice.</summary>
    public static int GetLength(object entry) => entry is ChatMessage message ? message.Text.Length : ((ChatNotice)entry).Text.Length;

    private void RemoveOldest()
    {
        _characters -= GetLength(_entries[_first]);
        _entries[_first] = null!;
        _first = (_first + 1) % _entries.Length;
        _count--;
    }

    private void Grow()
    {
        var entries = new object[Math.Min(_entries.Length * 4, Capacity)];
        for (var i = 0; i < _count; i++)
            entries[i] = _entries[(_first + i) % _entries.Length];
        _entries = entries;
        _first = 0;
    }
}
