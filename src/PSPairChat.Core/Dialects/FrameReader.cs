using System;

namespace PSPairChat.Dialects;

/// <summary>
/// Holds the bytes of a peer and cuts them into messages, by what marks the end of one. The bytes may come in any pieces. It has no clock: that the line has
/// been quiet is told.
/// </summary>
internal sealed class FrameReader
{
    /// <summary>The most bytes without an end of message.</summary>
    public const int MaxFrameBytes = 64 * 1024;

    private const int InitialBytes = 1024;
    private const byte LineFeed = (byte)'\n';
    private const byte CarriageReturn = (byte)'\r';
    private static readonly byte[] QuitTail = [(byte)'q', (byte)'u', (byte)'i', (byte)'t'];

    private byte[] _bytes = new byte[InitialBytes];
    private int _start;         // the first byte not read yet
    private int _scanned;       // up to here there is no end of line
    private int _end;           // behind the last byte received
    private bool _inPadding;    // a line was cut from something that may be padded
    private FrameRule? _rule;

    /// <summary>How messages are marked; null while that is not known.</summary>
    public FrameRule? Rule
    {
        get => _rule;
        set
        {
            _rule = value;
            _scanned = _start;
        }
    }

    /// <summary>Whether there is something whose end only a quiet line would show.</summary>
    public bool AwaitsQuiet { get; set; }

    /// <summary>Whether no more bytes come.</summary>
    public bool IsEnded { get; private set; }

    /// <summary>Whether the line has been quiet since the last bytes.</summary>
    public bool IsQuiet { get; private set; }

    /// <summary>Whether more has come without an end than is accepted.</summary>
    public bool IsTooLong { get; private set; }

    public int Count => _end - _start;

    public ArraySegment<byte> Unread => new(_bytes, _start, _end - _start);

    /// <summary>Gives room for the bytes to come; <see cref="Received"/> says how many came.</summary>
    public ArraySegment<byte> Room()
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

    /// <summary>Takes over the bytes that were put into <see cref="Room"/>.</summary>
    public void Received(int count)
    {
        IsQuiet = false;
        _end += count;
    }

    /// <summary>Takes down that no more bytes come; what is left is a message too.</summary>
    public void EndStream() => IsEnded = true;

    /// <summary>Takes down that the line has been quiet since the last bytes.</summary>
    public void Quiet() => IsQuiet = true;

    /// <summary>Takes the next message by <see cref="Rule"/>: its bytes without what marks its end; they are valid until more are received.</summary>
    public bool TryTake(out ArraySegment<byte> text)
    {
        AwaitsQuiet = false;
        if (_rule!.Kind is not (FrameKind.Counted or FrameKind.Unmarked))
            Skip(_rule.Kind == FrameKind.Marked);
        if (_start < _end && _rule.Kind switch
        {
            FrameKind.Line => TryTakeLine(out text),
            FrameKind.Nul => TryTakeToNul(out text),
            FrameKind.Marked => TryTakeToMark(out text),
            FrameKind.Padded => TryTakePadded(out text),
            FrameKind.Counted => TryTakeCounted(out text),
            _ => TryTakeBurst(out text),
        })
        {
            return true;
        }
        text = default;
        IsTooLong |= Count > MaxFrameBytes;
        return false;
    }

    /// <summary>Passes over some bytes.</summary>
    public void Drop(int count)
    {
        _start += count;
        _scanned = _start;
    }

    // NULs between messages are padding; after a mark a line feed is as good as nothing.
    private void Skip(bool breaksToo)
    {
        while (_start < _end && (_bytes[_start] == 0 || breaksToo && _bytes[_start] is LineFeed or CarriageReturn))
            _start++;
        _scanned = Math.Max(_scanned, _start);
    }

    private bool TryTakeLine(out ArraySegment<byte> text)
    {
        var at = Find(LineFeed);
        if (at >= 0)
            return Take(at, at + 1, out text);
        return TryTakeRest(EndsWithQuit(), out text);
    }

    private bool TryTakeToNul(out ArraySegment<byte> text)
    {
        var at = Find(0);
        // The handle in a buffer of its own, and the text in the next.
        if (at >= 0 && IsOnlyPrefix(_start, at - _start))
        {
            var more = at;
            while (more < _end && _bytes[more] == 0)
                more++;
            at = more < _end ? Array.IndexOf(_bytes, (byte)0, more, _end - more) : -1;
            _scanned = _start;
        }
        return at >= 0 ? Take(at, at + 1, out text) : TryTakeRest(_rule!.IsGuess || EndsWithQuit(), out text);
    }

    private bool TryTakeToMark(out ArraySegment<byte> text)
    {
        var mark = _rule!.Mark;
        var at = ByteSearch.IndexOf(_bytes, mark, _scanned, _end);
        if (at >= 0)
            return Take(at, at + mark.Length, out text);
        _scanned = Math.Max(_start, _end - mark.Length + 1);
        return TryTakeRest(_rule.IsGuess || EndsWithQuit(), out text);
    }

    private bool TryTakePadded(out ArraySegment<byte> text) =>
        Count >= _rule!.Size ? Take(_start + _rule.Size, _start + _rule.Size, out text) : TryTakeRest(quietEndsIt: true, out text);

    private bool TryTakeCounted(out ArraySegment<byte> text)
    {
        text = default;
        var length = _rule!.Length;
        var size = LengthPrefix.Size(length);
        if (Count < size)
            return TryTakeRest(_rule.IsGuess, out text);
        var told = LengthPrefix.Read(length, _bytes, _start);
        if (told < 0)
            return TryTakeBurst(out text);
        if (told > MaxFrameBytes)
        {
            IsTooLong = true;
            return false;
        }
        var body = _start + size;
        var end = LengthPrefix.End(length, _rule.Encoding, _bytes, body, told, _end);
        if (end < 0 && body + told <= _end)
        {
            // Some count bytes where others count characters: if no more comes, these were bytes.
            AwaitsQuiet = !IsQuiet;
            if (IsQuiet || IsEnded)
                end = body + told;
        }
        if (end < 0)
            return AwaitsQuiet ? false : TryTakeRest(_rule.IsGuess, out text);
        _start = body;
        return Take(end, end, out text);
    }

    // What one send carries is one message: it ends at a line feed, or when nothing follows.
    private bool TryTakeBurst(out ArraySegment<byte> text)
    {
        text = default;
        var isOver = IsQuiet || IsEnded;
        if (_bytes[_start] == 0)
        {
            if (!isOver && _inPadding)
            {
                AwaitsQuiet = true;
                return false;
            }
            if (_inPadding)
                Drop(Count);
            Skip(breaksToo: false);
            if (_start == _end)
                return false;
        }
        _inPadding = false;
        var at = Find(LineFeed);
        var isPadded = at >= 0 && at + 1 < _end && _bytes[at + 1] == 0 || Array.IndexOf(_bytes, (byte)0, _start, (at < 0 ? _end : at) - _start) >= 0;
        if (at >= 0 && !isPadded)
        {
            _inPadding = true;
            return Take(at, at + 1, out text);
        }
        AwaitsQuiet = !isOver;
        return isOver && Take(isPadded && at >= 0 ? at : _end, _end, out text);
    }

    private bool TryTakeRest(bool quietEndsIt, out ArraySegment<byte> text)
    {
        if (IsEnded || quietEndsIt && IsQuiet)
            return Take(_end, _end, out text);
        AwaitsQuiet = quietEndsIt;
        text = default;
        return false;
    }

    private int Find(byte value)
    {
        var at = Array.IndexOf(_bytes, value, _scanned, _end - _scanned);
        if (at < 0)
            _scanned = _end;
        return at;
    }

    private bool Take(int textEnd, int next, out ArraySegment<byte> text)
    {
        var count = Cut(_start, textEnd - _start);
        if (_rule!.Kind != FrameKind.Line)
            count = CutAtBreak(_start, count);
        if (count > 0 && _bytes[_start + count - 1] == CarriageReturn)
            count--;
        text = new ArraySegment<byte>(_bytes, _start, count);
        _start = _scanned = next;
        return true;
    }

    // What follows the first NUL may be what was in the sender's buffer before. Only where nothing but the handle stands before it, the text comes after.
    private int Cut(int start, int count)
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
    private int CutAtBreak(int start, int count)
    {
        var at = Array.IndexOf(_bytes, LineFeed, start, count);
        return at >= 0 && (_rule!.Kind is not (FrameKind.Marked or FrameKind.Counted) || at == start + count - 1) ? at - start : count;
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
        var at = _end - QuitTail.Length;
        return at - 1 >= _start && ByteSearch.StartsWith(_bytes, QuitTail, at, QuitTail.Length) && _bytes[at - 1] is (byte)'\\' or (byte)'/'
            && (at - 1 == _start || _bytes[at - 2] is (byte)' ' or (byte)'>');
    }
}
