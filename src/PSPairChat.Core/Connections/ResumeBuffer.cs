using System;

namespace PSPairChat.Connections;

/// <summary>Keeps the bytes that were sent and that the peer has not acknowledged. Its memory grows as needed. Pure.</summary>
/// <param name="capacity">The maximum number of bytes to keep.</param>
internal sealed class ResumeBuffer(int capacity)
{
    private const int InitialBytes = 1024;

    private byte[] _bytes = new byte[Math.Min(InitialBytes, capacity)];
    private int _start;

    /// <summary>Gets the number of bytes that were added since the session began.</summary>
    public long Sent { get; private set; }

    /// <summary>Gets the number of bytes that the peer has acknowledged since the session began.</summary>
    public long Acknowledged => Sent - Count;

    /// <summary>Gets the number of bytes that are kept.</summary>
    public int Count { get; private set; }

    /// <summary>Gets the number of bytes that can be added.</summary>
    public int Free => capacity - Count;

    /// <summary>Adds bytes; at most <see cref="Free"/>.</summary>
    public void Add(byte[] buffer, int offset, int count)
    {
        if (count > Free)
            throw new ArgumentOutOfRangeException(nameof(count), count, "More bytes than the buffer has space for.");
        EnsureCapacity(Count + count);
        var end = (_start + Count) % _bytes.Length;
        var first = Math.Min(count, _bytes.Length - end);
        Buffer.BlockCopy(buffer, offset, _bytes, end, first);
        Buffer.BlockCopy(buffer, offset + first, _bytes, 0, count - first);
        Count += count;
        Sent += count;
    }

    /// <summary>Discards the bytes that the peer has received.</summary>
    /// <param name="received">The number of bytes that the peer has received since the session began.</param>
    /// <returns>false if that is impossible: more than were sent, or fewer than were acknowledged before.</returns>
    public bool TryAcknowledge(long received)
    {
        if (received < Acknowledged || received > Sent)
            return false;
        var count = (int)(received - Acknowledged);
        Count -= count;
        _start = Count == 0 ? 0 : (_start + count) % _bytes.Length;
        return true;
    }

    /// <summary>Copies bytes that are kept.</summary>
    /// <param name="position">The position of the first byte since the session began.</param>
    /// <param name="output">The array to copy to.</param>
    /// <param name="index">The index of the first byte in the array.</param>
    /// <param name="count">The number of bytes.</param>
    public void CopyTo(long position, byte[] output, int index, int count)
    {
        if (position < Acknowledged || position + count > Sent)
            throw new ArgumentOutOfRangeException(nameof(position), position, "Bytes that are not kept.");
        var from = (int)((_start + (position - Acknowledged)) % _bytes.Length);
        var first = Math.Min(count, _bytes.Length - from);
        Buffer.BlockCopy(_bytes, from, output, index, first);
        Buffer.BlockCopy(_bytes, 0, output, index + first, count - first);
    }

    /// <summary>Releases the memory that an empty buffer does not need.</summary>
    public void ReleaseBuffer()
    {
        if (Count == 0 && _bytes.Length > InitialBytes)
            _bytes = new byte[InitialBytes];
    }

    private void EnsureCapacity(int count)
    {
        if (count <= _bytes.Length)
            return;
        var bytes = new byte[Math.Min(capacity, Math.Max(count, 2 * _bytes.Length))];
        CopyTo(Acknowledged, bytes, 0, Count);
        _bytes = bytes;
        _start = 0;
    }
}
