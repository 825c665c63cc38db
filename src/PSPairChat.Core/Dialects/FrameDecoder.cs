using System;

namespace PSPairChat.Dialects;

/// <summary>
/// Holds the bytes of a peer and cuts them into messages, by what marks the end of one. The bytes may come in any pieces. It has no clock: that the line has
/// been quiet is told.
/// </summary>
internal sealed class FrameDecoder
{
    /// <summary>The most bytes without an end of message.</summary>
    public const int MaxFrameBytes = 64 * 1024;

    private const int InitialBytes = 1024;
    private const byte LineFeed = (byte)'\n';
    private const byte CarriageReturn = (byte)'\r';
    private static readonly byte[] QuitSuffix = [(byte)'q', (byte)'u', (byte)'i', (byte)'t'];

    private byte[] _bytes = new byte[InitialBytes];
    private int _start;         // the first byte not read yet
    private int _scanned;       // up to here there is no end of line
    private int _end;           // behind the last byte received
    private bool _inPadding;    // a line was cut from something that may be padded
    private Framing? _framing;

    /// <summary>How messages are marked; null while that is not known.</summary>
    public Framing? Framing
    {
        get => _framing;
        set
        {
            _framing = value;
            _scanned = _start;
        }
    }

    /// <summary>Whether there is something whose end only a quiet line would show.</summary>
    public bool NeedsIdle { get; set; }

    /// <summary>Whether no more bytes come.</summary>
    public bool IsCompleted { get; private set; }

    /// <summary>Whether the line has been quiet since the last bytes.</summary>
    public bool IsIdle { get; private set; }

    /// <summary>Whether more has come without an end than is accepted.</summary>
    public bool IsTooLong { get; private set; }

    public int Count => _end - _start;

    public ArraySegment<byte> Unread => new(_bytes, _start, _end - _start);

    /// <summary>Gives room for the bytes to come; <see cref="Advance"/> says how many came.</summary>
    public ArraySegment<byte> GetBuffer()
    {
        if (_end == _bytes.Length)
        {
            // Whoever has filled it has more to say, and every call costs as much as a hundred messages.
            var bytes = _start == 0 || _bytes.Length < MaxFrameBytes ? new byte[_bytes.Length * 4] : _bytes;
            Buffer.BlockCopy(_bytes, _start, bytes, 0, _end - _start);
            _bytes = bytes;
            _scanned -= _start;
            _end -= _start;
            _start = 0;
        }
        else if (_start == _end)
        {
            _start = _scanned = _end = 0;
        }
        return new ArraySegment<byte>(_bytes, _end, _bytes.Length - _end);
    }

    /// <summary>Takes over the bytes that were put into <see cref="GetBuffer"/>.</summary>
    public void Advance(int count)
    {
        IsIdle = false;
        _end += count;
    }

    /// <summary>Takes down that no more bytes come; what is left is a message too.</summary>
    public void Complete() => IsCompleted = true;

    /// <summary>Takes down that the line has been quiet since the last bytes.</summary>
    public void OnIdle() => IsIdle = true;

    /// <summary>Takes the next message by <see cref="Framing"/>: its bytes without what marks its end; they are valid until more are received.</summary>
    public bool TryReadFrame(out ArraySegment<byte> text)
    {
        NeedsIdle = false;
        if (_framing!.Kind is not (FramingKind.LengthPrefixed or FramingKind.Unterminated))
            SkipPadding(_framing.Kind == FramingKind.Delimited);
        if (_start < _end && _framing.Kind switch
        {
            FramingKind.Line => TryReadLine(out text),
            FramingKind.NullTerminated => TryReadNullTerminated(out text),
            FramingKind.Delimited => TryReadDelimited(out text),
            FramingKind.FixedLength => TryReadFixedLength(out text),
            FramingKind.LengthPrefixed => TryReadLengthPrefixed(out text),
            _ => TryReadUnterminated(out text),
        })
        {
            return true;
        }
        text = default;
        IsTooLong |= Count > MaxFrameBytes;
        return false;
    }

    /// <summary>Passes over some bytes.</summary>
    public void Skip(int count)
    {
        _start += count;
        _scanned = _start;
    }

    // NULs between messages are padding; after a mark a line feed is as good as nothing.
    private void SkipPadding(bool breaksToo)
    {
        while (_start < _end && (_bytes[_start] == 0 || breaksToo && _bytes[_start] is LineFeed or CarriageReturn))
            _start++;
        _scanned = Math.Max(_scanned, _start);
    }

    private bool TryReadLine(out ArraySegment<byte> text)
    {
        var at = FindByte(LineFeed);
        if (at >= 0)
            return SetFrame(at, at + 1, out text);
        return TryReadRemainder(EndsWithQuit(), out text);
    }

    private bool TryReadNullTerminated(out ArraySegment<byte> text)
    {
        var at = FindByte(0);
        // The handle in a buffer of its own, and the text in the next.
        if (at >= 0 && IsOnlyPrefix(_start, at - _start))
        {
            var more = at;
            while (more < _end && _bytes[more] == 0)
                more++;
            at = more < _end ? Array.IndexOf(_bytes, (byte)0, more, _end - more) : -1;
            _scanned = _start;
        }
        return at >= 0 ? SetFrame(at, at + 1, out text) : TryReadRemainder(_framing!.IsTentative || EndsWithQuit(), out text);
    }

    private bool TryReadDelimited(out ArraySegment<byte> text)
    {
        var mark = _framing!.Delimiter;
        var at = ByteSearch.IndexOf(_bytes, mark, _scanned, _end);
        if (at >= 0)
            return SetFrame(at, at + mark.Length, out text);
        _scanned = Math.Max(_start, _end - mark.Length + 1);
        return TryReadRemainder(_framing.IsTentative || EndsWithQuit(), out text);
    }

    private bool TryReadFixedLength(out ArraySegment<byte> text) =>
        Count >= _framing!.FixedLength ? SetFrame(_start + _framing.FixedLength, _start + _framing.FixedLength, out text) : TryReadRemainder(quietEndsIt: true, out text);

    private bool TryReadLengthPrefixed(out ArraySegment<byte> text)
    {
        text = default;
        var length = _framing!.LengthPrefix;
        var size = LengthFieldCodec.GetSize(length);
        if (Count < size)
            return TryReadRemainder(_framing.IsTentative, out text);
        var told = LengthFieldCodec.Read(length, _bytes, _start);
        if (told < 0)
            return TryReadUnterminated(out text);
        if (told > MaxFrameBytes)
        {
            IsTooLong = true;
            return false;
        }
        var body = _start + size;
        var end = LengthFieldCodec.FindEnd(length, _framing.Encoding, _bytes, body, told, _end);
        if (end < 0 && body + told <= _end)
        {
            // Some count bytes where others count characters: if no more comes, these were bytes.
            NeedsIdle = !IsIdle;
            if (IsIdle || IsCompleted)
                end = body + told;
        }
        if (end < 0)
            return NeedsIdle ? false : TryReadRemainder(_framing.IsTentative, out text);
        _start = body;
        return SetFrame(end, end, out text);
    }

    // What one send carries is one message: it ends at a line feed, or when nothing follows.
    private bool TryReadUnterminated(out ArraySegment<byte> text)
    {
        text = default;
        var isOver = IsIdle || IsCompleted;
        if (_bytes[_start] == 0)
        {
            if (!isOver && _inPadding)
            {
                NeedsIdle = true;
                return false;
            }
            if (_inPadding)
                Skip(Count);
            SkipPadding(breaksToo: false);
            if (_start == _end)
                return false;
        }
        _inPadding = false;
        var at = FindByte(LineFeed);
        var isPadded = at >= 0 && at + 1 < _end && _bytes[at + 1] == 0 || Array.IndexOf(_bytes, (byte)0, _start, (at < 0 ? _end : at) - _start) >= 0;
        if (at >= 0 && !isPadded)
        {
            _inPadding = true;
            return SetFrame(at, at + 1, out text);
        }
        NeedsIdle = !isOver;
        return isOver && SetFrame(isPadded && at >= 0 ? at : _end, _end, out text);
    }

    private bool TryReadRemainder(bool quietEndsIt, out ArraySegment<byte> text)
    {
        if (IsCompleted || quietEndsIt && IsIdle)
            return SetFrame(_end, _end, out text);
        NeedsIdle = quietEndsIt;
        text = default;
        return false;
    }

    private int FindByte(byte value)
    {
        var at = Array.IndexOf(_bytes, value, _scanned, _end - _scanned);
        if (at < 0)
            _scanned = _end;
        return at;
    }

    private bool SetFrame(int textEnd, int next, out ArraySegment<byte> text)
    {
        var count = TrimPadding(_start, textEnd - _start);
        if (_framing!.Kind != FramingKind.Line)
            count = TrimAtLineBreak(_start, count);
        if (count > 0 && _bytes[_start + count - 1] == CarriageReturn)
            count--;
        text = new ArraySegment<byte>(_bytes, _start, count);
        _start = _scanned = next;
        return true;
    }

    // What follows the first NUL may be what was in the sender's buffer before. Only where nothing but the handle stands before it, the text comes after.
    private int TrimPadding(int start, int count)
    {
        var nul = Array.IndexOf(_bytes, (byte)0, start, count);
        if (nul < 0)
            return count;
        var kept = nul - start;
        if (!IsOnlyPrefix(start, kept))
            return kept;
        var more = nul;
        while (more < start + count && _bytes[more] == 0)
            more++;
        var end = Array.IndexOf(_bytes, (byte)0, more, start + count - more);
        var moved = (end < 0 ? start + count : end) - more;
        Buffer.BlockCopy(_bytes, more, _bytes, nul, moved);
        return kept + moved;
    }

    // In a buffer of fixed size garbage may follow the line feed at once; elsewhere a line feed at the end belongs to the mark.
    private int TrimAtLineBreak(int start, int count)
    {
        var at = Array.IndexOf(_bytes, LineFeed, start, count);
        return at >= 0 && (_framing!.Kind is not (FramingKind.Delimited or FramingKind.LengthPrefixed) || at == start + count - 1) ? at - start : count;
    }

    private bool IsOnlyPrefix(int start, int count)
    {
        if (count is 0 or > 80 || _bytes[start + count - 1] is not ((byte)'>' or (byte)' '))
            return false;
        var text = System.Text.Encoding.UTF8.GetString(_bytes, start, count);
        return HandlePrefix.Find(text) is { } prefix && prefix.Length == text.Length;
    }

    // Some leave without the mark that their messages have, and then wait.
    private bool EndsWithQuit()
    {
        var at = _end - QuitSuffix.Length;
        return at - 1 >= _start && ByteSearch.StartsWith(_bytes, QuitSuffix, at, QuitSuffix.Length) && _bytes[at - 1] is (byte)'\\' or (byte)'/'
            && (at - 1 == _start || _bytes[at - 2] is (byte)' ' or (byte)'>');
    }
}
