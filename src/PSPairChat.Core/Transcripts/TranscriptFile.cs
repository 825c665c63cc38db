using System;
using System.Collections.Generic;
using System.IO;
using System.Security;
using System.Text;
using System.Threading;

namespace PSPairChat.Transcripts;

/// <summary>
/// The transcript on disk: JSON Lines, appended, one write a line. A thread of its own writes, and the talk waits for it, so that what was said is on its way to the
/// disk before it goes further; but no longer than a moment: a disk that hangs or is full is a warning and not the end of the talk.
/// </summary>
internal sealed class TranscriptFile : IDisposable
{
    private const int MaxPendingEntries = 10_000;
    private static readonly TimeSpan FlushTimeout = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(1);
    private static readonly object OneAtATime = new();      // two sessions of a process may share a file

    private readonly string _path;
    private readonly Action<string> _warn;
    private readonly FileStream _stream;
    private readonly Thread _writer;
    private readonly object _gate = new();      // guards what follows, and is pulsed when it changes
    private readonly Queue<object> _pending = new();
    private int _pendingCharacters;
    private long _added;
    private long _written;
    private bool _isBehind;
    private bool _isClosed;
    private bool _endsInPartialLine;       // the rest is the writer's own
    private long _lost;

    /// <summary>Opens the file.</summary>
    /// <param name="path">Where it is; it is made where there is none.</param>
    /// <param name="warn">Told what goes wrong; called on any thread.</param>
    /// <exception cref="ChatException">TranscriptFailed.</exception>
    public TranscriptFile(string path, Action<string> warn)
    {
        _path = path;
        _warn = warn;
        _stream = Open(path);
        _endsInPartialLine = EndsInPartialLine();
        _writer = new Thread(WriteAll) { IsBackground = true, Name = "PSPairChat transcript" };
        _writer.Start();
    }

    /// <summary>Finds out whether the file can be opened.</summary>
    /// <exception cref="ChatException">TranscriptFailed.</exception>
    public static void ThrowIfNotWritable(string path) => Open(path).Dispose();

    /// <summary>Hands over a message or a notice; it does not wait.</summary>
    /// <returns>What to give to <see cref="WaitForFlush"/>.</returns>
    public long Add(object entry)
    {
        lock (_gate)
        {
            if (_isClosed)
                return 0;
            if (_pending.Count == MaxPendingEntries || _pendingCharacters > TranscriptBuffer.MaxCharacters)
            {
                _lost++;
                return 0;
            }
            _pending.Enqueue(entry);
            _pendingCharacters += TranscriptBuffer.GetLength(entry);
            Monitor.PulseAll(_gate);
            return ++_added;
        }
    }

    /// <summary>Waits until it is written; where the disk is slow, for a moment once, and then no more until it has caught up.</summary>
    public void WaitForFlush(long entry)
    {
        lock (_gate)
        {
            var start = Environment.TickCount;
            while (_written < entry && !_isBehind)
            {
                var left = (int)FlushTimeout.TotalMilliseconds - unchecked(Environment.TickCount - start);
                if (left > 0)
                    Monitor.Wait(_gate, left);
                else
                    _isBehind = true;
            }
        }
    }

    /// <summary>Closes the file once everything is written, or the disk hangs.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _isClosed = true;
            Monitor.PulseAll(_gate);
        }
        _writer.Join(CloseTimeout);
    }

    private static FileStream Open(string path)
    {
        try
        {
            // Without a buffer: one write here is one write to the system.
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete, bufferSize: 1);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or SecurityException or ArgumentException or NotSupportedException)
        {
            throw new ChatException(ChatErrorReason.TranscriptFailed, $"The transcript '{path}' cannot be opened: {e.Message}", e);
        }
    }

    // A process that was killed in the middle of a line: what is appended must not stick to it.
    private bool EndsInPartialLine()
    {
        if (!_stream.CanSeek || _stream.Length == 0)
            return false;
        _stream.Seek(-1, SeekOrigin.End);
        return _stream.ReadByte() != '\n';
    }

    private void WriteAll()
    {
        while (Next() is { } entry)
        {
            Write(TranscriptJson.Write(TranscriptBuffer.CreateEntry(entry)));
            lock (_gate)
            {
                _written++;
                if (_pending.Count == 0)
                    _isBehind = false;
                Monitor.PulseAll(_gate);
            }
        }
        _stream.Dispose();
    }

    private object? Next()
    {
        lock (_gate)
        {
            while (_pending.Count == 0)
            {
                if (_isClosed)
                    return null;
                Monitor.Wait(_gate);
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
            lock (OneAtATime)
            {
                if (_stream.CanSeek)
                    _stream.Seek(0, SeekOrigin.End);
                _stream.Write(bytes, 0, bytes.Length);
            }
            _endsInPartialLine = false;
            if (TakeLostCount() is var lost && lost > 0)
                _warn($"The transcript '{_path}' is written again; {lost} of its lines are missing.");
        }
        catch (IOException e)
        {
            // Part of the line may be there.
            _endsInPartialLine = true;
            if (IsFirstLost())
                _warn($"The transcript '{_path}' cannot be written: {e.Message} The chat goes on.");
        }
    }

    private bool IsFirstLost()
    {
        lock (_gate)
            return _lost++ == 0;
    }

    private long TakeLostCount()
    {
        lock (_gate)
        {
            var lost = _lost;
            _lost = 0;
            return lost;
        }
    }
}
