using System;

namespace PSPairChat.Dialects;

/// <summary>
/// Holds the bytes that were received and not read yet, and whether more may follow. Indexes are relative to the first unread byte.
/// </summary>
internal sealed class ReceiveBuffer
{
    private const int InitialBytes = 1024;

    // More than the longest frame. The runtime collects an array of 85,000 bytes and more only together with the oldest objects.
    private const int MaxGrowth = 80 * 1024;

    private byte[] _bytes = new byte[InitialBytes];
    private int _start;     // the first unread byte
    private int _end;       // behind the last byte received
    private bool _isIdle;

    /// <summary>Gets the number of unread bytes.</summary>
    public int Count => _end - _start;

    /// <summary>Gets whether no more bytes will be received.</summary>
    public bool IsCompleted { get; private set; }

    /// <summary>Gets whether the connection has been idle since the last bytes, or no more bytes will be received.</summary>
    public bool IsIdle => _isIdle || IsCompleted;

    public byte this[int index] => _bytes[_start + index];

    /// <summary>Creates a copy of the unread bytes.</summary>
    public ReceiveBuffer Clone()
    {
        var copy = (ReceiveBuffer)MemberwiseClone();
        copy._bytes = (byte[])_bytes.Clone();
        return copy;
    }

    /// <summary>Gets free space for the next bytes; call <see cref="Advance"/> with the number of bytes written to it.</summary>
    public ArraySegment<byte> GetBuffer()
    {
        if (_end == _bytes.Length)
        {
            // A peer that filled the buffer probably has more to send, and a receive call costs as much as decoding a hundred messages.
            var bytes = _start == 0 || _bytes.Length < FrameDecoder.MaxFrameBytes
                ? new byte[Math.Max(Math.Min(4 * _bytes.Length, MaxGrowth), Count + InitialBytes)]
                : _bytes;
            Buffer.BlockCopy(_bytes, _start, bytes, 0, Count);
            _bytes = bytes;
            _end -= _start;
            _start = 0;
        }
        else if (_start == _end)
        {
            _start = _end = 0;
        }
        return new ArraySegment<byte>(_bytes, _end, _bytes.Length - _end);
    }

    /// <summary>Adds the bytes that were written to the space from <see cref="GetBuffer"/>.</summary>
    public void Advance(int count)
    {
        _isIdle = false;
        _end += count;
    }

    /// <summary>Indicates that no more bytes will be received.</summary>
    public void Complete() => IsCompleted = true;

    /// <summary>Indicates that the connection has been idle since the last bytes.</summary>
    public void OnIdle() => _isIdle = true;

    /// <summary>Removes bytes from the beginning.</summary>
    public void Consume(int count) => _start += count;

    /// <summary>Gets bytes without a copy; they are valid until the next call of <see cref="GetBuffer"/>.</summary>
    public ArraySegment<byte> GetSegment(int index, int count) => new(_bytes, _start + index, count);

    /// <summary>Moves bytes to a lower index.</summary>
    public void Move(int from, int to, int count) => Buffer.BlockCopy(_bytes, _start + from, _bytes, _start + to, count);

    /// <summary>Finds a byte from an index on; -1 if there is none.</summary>
    public int IndexOf(byte value, int index = 0) => IndexOf(value, index, Count);

    /// <summary>Finds a byte between two indexes; -1 if there is none.</summary>
    public int IndexOf(byte value, int index, int end)
    {
        var found = Array.IndexOf(_bytes, value, _start + index, end - index);
        return found < 0 ? -1 : found - _start;
    }

    /// <summary>Finds a sequence from an index on; -1 if there is none.</summary>
    public int IndexOf(byte[] sequence, int index)
    {
        var found = ByteSearch.IndexOf(_bytes, sequence, _start + index, _end);
        return found < 0 ? -1 : found - _start;
    }

    /// <summary>Reads a length field; -1 if the bytes are not a valid one.</summary>
    public int ReadLength(ChatLengthPrefix kind, int index) => LengthFieldCodec.Read(kind, _bytes, _start + index);
}
