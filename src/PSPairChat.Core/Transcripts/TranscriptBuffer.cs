using System;

namespace PSPairChat.Transcripts;

/// <summary>
/// The last messages and notices of a session. It holds what there is anyway, so that a message costs nothing more; it forgets the oldest when there are too many
/// of them, or too much text in them.
/// </summary>
internal sealed class TranscriptBuffer
{
    /// <summary>The most entries.</summary>
    public const int Capacity = 10_000;

    /// <summary>The most characters of text in them.</summary>
    public const int MaxCharacters = 8 * 1024 * 1024;

    private object[] _entries = new object[16];
    private int _first;
    private int _count;
    private int _characters;

    /// <summary>Takes an entry in.</summary>
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

    /// <summary>Gives the last entries, oldest first.</summary>
    /// <param name="most">How many at most.</param>
    public ChatTranscriptEntry[] GetLast(int most)
    {
        var last = new ChatTranscriptEntry[Math.Min(most, _count)];
        for (var i = 0; i < last.Length; i++)
            last[i] = CreateEntry(_entries[(_first + _count - last.Length + i) % _entries.Length]);
        return last;
    }

    /// <summary>What is shown of a message or a notice.</summary>
    public static ChatTranscriptEntry CreateEntry(object entry) =>
        entry is ChatMessage message ? new ChatTranscriptEntry(message) : new ChatTranscriptEntry((ChatNotice)entry);

    /// <summary>How much text a message or a notice has.</summary>
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
