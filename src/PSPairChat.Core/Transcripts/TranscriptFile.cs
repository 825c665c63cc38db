using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.IO;
using System.Security;
using System.Text;
using System.Threading;

namespace PSPairChat.Transcripts;

/// <summary>
/// Appends a transcript to a file as JSON Lines, with one write for each line. A background thread writes, and the session waits for it for a short time, so that
/// a message is normally written before its call returns. A disk that is full or does not respond causes a warning and does not end the conversation.
/// </summary>
internal sealed class TranscriptFile : IDisposable
{
    private const int MaxPendingEntries = 10_000;
    private static readonly TimeSpan FlushTimeout = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(1);
    private static readonly ConcurrentDictionary<string, object> WriteLocks = new(StringComparer.Ordinal);

    private readonly string _path;
    private readonly Action<string> _onWarning;
    private readonly FileStream _stream;
    private readonly object _writeLock;         // by path, because sessions may share a file
    private readonly Thread _writer;
    private readonly object _lock = new();      // guards the fields below; pulsed when they change
    private readonly Queue<object> _pending = new();
    private int _pendingCharacters;
    private long _addedCount;
    private long _writtenCount;
    private long _droppedCount;
    private bool _isBehind;
    private bool _isClosed;
    private bool _endsInPartialLine;            // used only by the writer thread

    /// <summary>Opens the file or creates it.</summary>
    /// <param name="path">The path of the file.</param>
    /// <param name="onWarning">Called with a warning, on any thread.</param>
    /// <exception cref="ChatException">TranscriptFailed: the file cannot be opened.</exception>
    public TranscriptFile(string path, Action<string> onWarning)
    {
        _path = path;
        _onWarning = onWarning;
        _stream = Open(path);
        _writeLock = WriteLocks.GetOrAdd(_stream.Name, _ => new object());
        _endsInPartialLine = EndsInPartialLine();
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
            if (_pending.Count == MaxPendingEntries || _pendingCharacters > TranscriptBuffer.MaxCharacters)
            {
                _droppedCount++;
                return 0;
            }
            _pending.Enqueue(entry);
            _pendingCharacters += TranscriptBuffer.GetLength(entry);
            Monitor.PulseAll(_lock);
            return ++_addedCount;
        }
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

    /// <summary>Closes the file after all entries are written, and returns after 1 second at most.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _isClosed = true;
            Monitor.PulseAll(_lock);
        }
        _writer.Join(CloseTimeout);
    }

    private static FileStream Open(string path)
    {
        try
        {
            // Without a buffer, each write is one system call.
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete, bufferSize: 1);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or SecurityException or ArgumentException or NotSupportedException)
        {
            throw new ChatException(ChatErrorReason.TranscriptFailed, $"Failed to open the transcript '{path}': {e.Message}", e);
        }
    }

    // A process that was stopped while writing leaves a partial line. The next entry must begin on a new line.
    private bool EndsInPartialLine()
    {
        if (!_stream.CanSeek || _stream.Length == 0)
            return false;
        _stream.Seek(-1, SeekOrigin.End);
        return _stream.ReadByte() != '\n';
    }

    private void WriteEntries()
    {
        while (Dequeue() is { } entry)
        {
            Write(TranscriptJson.Write(TranscriptBuffer.CreateEntry(entry)));
            lock (_lock)
            {
                _writtenCount++;
                if (_pending.Count == 0)
                    _isBehind = false;
                Monitor.PulseAll(_lock);
            }
        }
        _stream.Dispose();
    }

    // Waits for an entry; null after the last one.
    private object? Dequeue()
    {
        lock (_lock)
        {
            while (_pending.Count == 0)
            {
                if (_isClosed)
                    return null;
                Monitor.Wait(_lock);
            }
            var entry = _pending.Dequeue();
            _pendingCharacters -= TranscriptBuffer.GetLength(entry);
            return entry;
        }
    }

    private void Write(string line)
    {
        var bytes = Encoding.UTF8.GetBytes(_endsInPartialLine ? "\n" + line : line);
        try
        {
            lock (_writeLock)
            {
                if (_stream.CanSeek)
                    _stream.Seek(0, SeekOrigin.End);
                _stream.Write(bytes, 0, bytes.Length);
            }
            _endsInPartialLine = false;
            if (ResetDroppedCount() is var dropped && dropped > 0)
                _onWarning($"Resumed writing the transcript '{_path}'. Entries not written: {dropped}.");
        }
        catch (IOException e)
        {
            // Part of the line may have been written.
            _endsInPartialLine = true;
            if (IncrementDroppedCount() == 1)
                _onWarning($"Failed to write the transcript '{_path}': {e.Message} The conversation continues.");
        }
    }

    private long IncrementDroppedCount()
    {
        lock (_lock)
            return ++_droppedCount;
    }

    private long ResetDroppedCount()
    {
        lock (_lock)
        {
            var dropped = _droppedCount;
            _droppedCount = 0;
            return dropped;
        }
    }
}
