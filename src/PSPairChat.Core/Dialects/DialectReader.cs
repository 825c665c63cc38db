using System;
using System.Text;

namespace PSPairChat.Dialects;

/// <summary>
/// Turns the bytes of a peer into what it said: lines, <c>Chris> text\n</c> or bare. Incremental: the bytes may come in any pieces. The peer's handle is
/// learnt from its first line; a line that does not begin with it is all text.
/// </summary>
internal sealed class DialectReader
{
    /// <summary>The most bytes without an end of line.</summary>
    public const int MaxLineBytes = 64 * 1024;

    private const int InitialBytes = 1024;
    private const byte LineFeed = (byte)'\n';
    private const byte CarriageReturn = (byte)'\r';

    private byte[] _bytes = new byte[InitialBytes];
    private int _start;         // the first byte not read yet
    private int _scanned;       // up to here there is no end of line
    private int _end;           // behind the last byte received
    private bool _streamEnded;
    private bool _sawLine;
    private byte[]? _prefix;
    private DialectItem? _next;

    /// <summary>What the peer calls itself; null while it has not said so.</summary>
    public string? Handle { get; private set; }

    /// <summary>Whether everything received has been read.</summary>
    public bool IsEmpty => _start == _end && _next is null;

    /// <summary>How many bytes have been received and not been read.</summary>
    public int Buffered => _end - _start;

    /// <summary>Gives room for the bytes to come; <see cref="Received"/> says how many came.</summary>
    public ArraySegment<byte> Room()
    {
        if (_start == _end)
            _start = _scanned = _end = 0;
        if (_end == _bytes.Length)
        {
            if (_start > 0)
            {
                Buffer.BlockCopy(_bytes, _start, _bytes, 0, _end - _start);
                _scanned -= _start;
                _end -= _start;
                _start = 0;
            }
            else
            {
                Array.Resize(ref _bytes, _bytes.Length * 4);
            }
        }
        return new ArraySegment<byte>(_bytes, _end, _bytes.Length - _end);
    }

    /// <summary>Takes over the bytes that were put into <see cref="Room"/>.</summary>
    public void Received(int count) => _end += count;

    /// <summary>Takes down that no more bytes come; a last line without an end is a line too.</summary>
    public void EndStream() => _streamEnded = true;

    /// <summary>Looks at the next thing that the peer said, and leaves it there.</summary>
    public bool TryPeek(out DialectItem item)
    {
        _next ??= ReadLine();
        item = _next.GetValueOrDefault();
        return _next is not null;
    }

    /// <summary>Takes the next thing that the peer said.</summary>
    public bool TryRead(out DialectItem item)
    {
        var found = TryPeek(out item);
        _next = null;
        return found;
    }

    private DialectItem? ReadLine()
    {
        // NULs between lines are the padding of a sender with a buffer of fixed size.
        while (_start < _end && _bytes[_start] == 0)
            _start++;
        _scanned = Math.Max(_scanned, _start);
        var at = Array.IndexOf(_bytes, LineFeed, _scanned, _end - _scanned);
        int lineEnd;
        if (at >= 0)
        {
            lineEnd = at;
        }
        else
        {
            _scanned = _end;
            if (_end - _start > MaxLineBytes)
                return new DialectItem(DialectItemKind.TooLong, "");
            if (!_streamEnded || _start == _end)
                return null;
            lineEnd = _end;
        }

        var start = _start;
        _start = _scanned = at >= 0 ? at + 1 : _end;
        if (lineEnd > start && _bytes[lineEnd - 1] == CarriageReturn)
            lineEnd--;
        var nul = Array.IndexOf(_bytes, (byte)0, start, lineEnd - start);
        return ReadText(start, (nul >= 0 ? nul : lineEnd) - start);
    }

    private DialectItem ReadText(int start, int count)
    {
        if (!_sawLine)
        {
            _sawLine = true;
            LearnPrefix(Encoding.UTF8.GetString(_bytes, start, count));
        }
        var prefixed = _prefix is not null && StartsWith(_prefix, start, count);
        if (prefixed)
        {
            start += _prefix!.Length;
            count -= _prefix.Length;
        }
        var text = Encoding.UTF8.GetString(_bytes, start, count);
        return QuitWords.Contain(text, prefixed, _prefix is not null)
            ? new DialectItem(DialectItemKind.Quit, "")
            : new DialectItem(DialectItemKind.Message, text);
    }

    private void LearnPrefix(string line)
    {
        if (HandlePrefix.Find(line) is not { } prefix)
            return;
        Handle = prefix.Handle;
        _prefix = Encoding.UTF8.GetBytes(line.Substring(0, prefix.Length));
    }

    private bool StartsWith(byte[] prefix, int start, int count)
    {
        if (count < prefix.Length)
            return false;
        for (var i = 0; i < prefix.Length; i++)
        {
            if (_bytes[start + i] != prefix[i])
                return false;
        }
        return true;
    }
}
