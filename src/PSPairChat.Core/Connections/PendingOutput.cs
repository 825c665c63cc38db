using System;

namespace PSPairChat.Connections;

/// <summary>Bytes that wait to be sent, in order. Holds little memory while it is empty.</summary>
internal sealed class PendingOutput
{
    private const int MaxIdleBytes = 1024;

    private byte[] _bytes = [];
    private int _start;

    public int Count { get; private set; }

    public ArraySegment<byte> Bytes => new(_bytes, _start, Count);

    public void Add(byte[] buffer, int offset, int count)
    {
        if (_start + Count + count > _bytes.Length)
        {
            var bytes = _bytes.Length >= Count + count ? _bytes : new byte[Count + count];
            Buffer.BlockCopy(_bytes, _start, bytes, 0, Count);
            _bytes = bytes;
            _start = 0;
        }
        Buffer.BlockCopy(buffer, offset, _bytes, _start + Count, count);
        Count += count;
    }

    public void Remove(int count)
    {
        _start += count;
        Count -= count;
        if (Count > 0)
            return;
        _start = 0;
        if (_bytes.Length > MaxIdleBytes)
            _bytes = [];
    }
}
