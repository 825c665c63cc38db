using System;
using System.Collections.Generic;
using System.IO;
using System.Security;
using System.Text;
using System.Threading;

namespace PSPairChat.Transcripts;

/// <summary>
/// Appends a transcript to a file as JSON Lines. Each write is a batch of whole lines, so that several sessions and processes can share a file. A background
/// thread writes, and the session waits for it for a short time, so that a message is normally written before its call returns. A disk that is full or does not
/// respond causes warnings and does not end the conversation.
/// </summary>
internal sealed class TranscriptFile : IDisposable
{
    private const int MaxPendingEntries = 10_000;
    private const int MaxBatchCharacters = 64 * 1024;
    private static readonly TimeSpan FlushTimeout = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(1);

    private readonly string _path;
    private readonly Action<string> _onWarning;
    private readonly Thread _writer;
    private readonly object _lock = new();      // guards the fields below; pulsed when they change
    private readonly Queue<object> _pending = new();
    private int _pendingCharacters;
    private long _addedCount;
    private long _writtenCount;                 // with those that could not be written
    private long _lostCount;
    private long _lostCountSinceWrite;          // since the last write that succeeded
    private bool _isBehind;
    private bool _isClosed;

    // Used only by the writer thread.
    private AppendOnlyFile? _file;
    private bool _endsInPartialLine;

    /// <summary>Opens the file or creates it.</summary>
    /// <param name="path">The path of the file.</param>
    /// <param name="onWarning">Called with a warning, on any thread.</param>
    /// <exception cref="ChatException">TranscriptFailed: the file cannot be opened.</exception>
    public TranscriptFile(string path, Action<string> onWarning)
    {
        _onWarning = onWarning;
        _file = Open(path);
        _path = _file.Path;
        _endsInPartialLine = _file.EndsInPartialLine;
        _writer = new Thread(WriteEntries) { IsBackground = true, Name = "PSPairChat transcript" };
        _writer.Start();
    }

    /// <summary>Throws an exception if a file cannot be opened for writing.</summary>
    /// <exception cref="ChatException">TranscriptFailed.</exception>
    public static void ThrowIfNotWritable(string path) => Open(path).Dispose();

    /// <summary>Adds a message or a notice to the entries to write. Does not wait.</summary>
    /// <returns>The number of the entry for <see cref="WaitForFlush"/>; 0 if the entry will not be written.</returns>
    public long Add(object entry)
    {
        lock (_lock)
        {
            if (_isClosed)
                return 0;
            if (_pending.Count < MaxPendingEntries && _pendingCharacters <= TranscriptBuffer.MaxCharacters)
            {
                _pending.Enqueue(entry);
                _pendingCharacters += TranscriptBuffer.GetLength(entry);
                Monitor.PulseAll(_lock);
                return ++_addedCount;
            }
        }
        OnLost(1, "The disk does not respond");
        return 0;
    }

    /// <summary>Waits until an entry is written. After a wait of 100 ms, it no longer waits until the writer has caught up.</summary>
    public void WaitForFlush(long entry)
    {
        lock (_lock)
        {
            var start = Environment.TickCount;
            while (_writtenCount < entry && !_isBehind)
            {
                var remaining = (int)FlushTimeout.TotalMilliseconds - unchecked(Environment.TickCount - start);
                if (remaining > 0)
                    Monitor.Wait(_lock, remaining);
                else
                    _isBehind = true;
            }
        }
    }

    /// <summary>Closes the file after all entries are written, and returns after 1 second at most. Entries that are not written cause a warning.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            if (_isClosed)
                return;
            _isClosed = true;
            Monitor.PulseAll(_lock);
        }
        _writer.Join(CloseTimeout);
        long lostCount;
        lock (_lock)
            lostCount = _lostCount + _addedCount - _writtenCount;
        if (lostCount > 0)
            _onWarning($"The transcript '{_path}' is incomplete. Entries not written: {lostCount}.");
    }

    private static AppendOnlyFile Open(string path)
    {
        try
        {
            return new AppendOnlyFile(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or SecurityException or ArgumentException or NotSupportedException)
        {
            throw new ChatException(ChatErrorReason.TranscriptFailed, $"Failed to open the transcript '{path}': {e.Message}", e);
        }
    }

    private void WriteEntries()
    {
        var batch = new List<object>();
        while (DequeueBatch(batch))
        {
            WriteBatch(batch);
            lock (_lock)
            {
                _writtenCount += batch.Count;
                if (_pending.Count == 0)
                    _isBehind = false;
                Monitor.PulseAll(_lock);
            }
            batch.Clear();
        }
        _file?.Dispose();
    }

    // Waits for entries; false after the last one.
    private bool DequeueBatch(List<object> batch)
    {
        lock (_lock)
        {
            while (_pending.Count == 0)
            {
                if (_isClosed)
                    return false;
                Monitor.Wait(_lock);
            }
            for (var characters = 0; _pending.Count > 0 && characters < MaxBatchCharacters;)
            {
                var entry = _pending.Dequeue();
                batch.Add(entry);
                characters += TranscriptBuffer.GetLength(entry);
                _pendingCharacters -= TranscriptBuffer.GetLength(entry);
            }
            return true;
        }
    }

    private void WriteBatch(List<object> batch)
    {
        try
        {
            var file = OpenIfMissing();
            // The rest of a partial line must not become part of an entry.
            var lines = new StringBuilder(_endsInPartialLine ? "\n" : "");
            foreach (var entry in batch)
                lines.Append(TranscriptJson.Write(TranscriptBuffer.CreateEntry(entry)));
            file.Append(Encoding.UTF8.GetBytes(lines.ToString()));
            _endsInPartialLine = false;
            OnWritten();
        }
        catch (Exception e) when (e is IOException or ChatException)
        {
            // Part of a line may have been written.
            _endsInPartialLine = true;
            OnLost(batch.Count, e.Message);
        }
    }

    private AppendOnlyFile OpenIfMissing()
    {
        if (_file is { IsMissing: false })
            return _file;
        var wasOpen = _file is not null;
        _file?.Dispose();
        _file = null;
        _file = Open(_path);
        _endsInPartialLine = _file.EndsInPartialLine;
        if (wasOpen)
            _onWarning($"The transcript '{_path}' was deleted or moved. Further entries are written to a new file.");
        return _file;
    }

    private void OnWritten()
    {
        long lostCount;
        lock (_lock)
        {
            lostCount = _lostCountSinceWrite;
            _lostCountSinceWrite = 0;
        }
        if (lostCount > 0)
            _onWarning($"Resumed writing the transcript '{_path}'. Entries not written: {lostCount}.");
    }

    private void OnLost(int count, string reason)
    {
        bool isFirst;
        lock (_lock)
        {
            isFirst = _lostCountSinceWrite == 0;
            _lostCount += count;
            _lostCountSinceWrite += count;
        }
        if (isFirst)
            _onWarning($"Failed to write the transcript '{_path}': {reason.TrimEnd('.')}. The conversation continues.");
    }
}
