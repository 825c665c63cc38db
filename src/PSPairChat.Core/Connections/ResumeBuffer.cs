using System;

namespace PSPairChat.Connections;

/// <summary>The bytes that were sent and that the peer has not acknowledged yet. Pure: no I/O, no clock.</summary>
/// <param name="capacity">The maximum number of bytes to keep.</param>
internal sealed class ResumeBuffer(int capacity)
{
    private byte[] _bytes = new byte[Math.Min(4096, capacity)];
    private int _start;

    /// <summary>Gets the number of bytes sent since the session began.</summary>
    public long Sent { get; private set; }

    /// <summary>Gets the number of bytes that the peer has acknowledged.</summary>
    public long Acknowledged => Sent - Count;

    /// <summary>Gets the number of bytes that are kept.</summary>
    public int Count { get; private set; }

    /// <summary>Gets the number of bytes that can be added.</summary>
    public int Free => capacity - Count;

    /// <summary>Adds bytes that are being sent.</summary>
    public void Add(byte[] buffer, int offset, int count)
    {
        if (count > Free)
            throw new InvalidOperationException("The buffer of bytes to send again is full.");
        EnsureCapacity(Count + count);
        var end = (_start + Count) % _bytes.Length;
        var first = Math.Min(count, _bytes.Length - end);
        Buffer.BlockCopy(buffer, offset, _bytes, end, first);
        Buffer.BlockCopy(buffer, offset + first, _bytes, 0, count - first);
        Count += count;
        Sent += count;
    }

    /// <summary>Drops the bytes that the peer has received.</summary>
    /// <param name="received">The number of bytes that the peer has received since the session began.</param>
    /// <returns>false if that is impossible: more than was sent, or less than was acknowledged before.</returns>
    public bool TryAcknowledge(long received)
    {
        if (received < Acknowledged || received > Sent)
            return false;
        var count = (int)(received - Acknowledged);
        _start = (_start + count) % _bytes.Length;
        Count -= count;
        return true;
    }

    /// <summary>Copies kept bytes.</summary>
    /// <param name="position">The position of the first byte, counted since the session began.</param>
    /// <param name="buffer">Where the bytes go.</param>
    /// <param name="offset">Where they begin.</param>
    /// <param name="count">The maximum number.</param>
    /// <returns>The number of bytes that were copied; 0 at the end.</returns>
    public int CopyTo(long position, byte[] buffer, int offset, int count)
    {
        var skipped = (int)(position - Acknowledged);
        count = Math.Min(count, Count - skipped);
        var from = (_start + skipped) % _bytes.Length;
        var first = Math.Min(count, _bytes.Length - from);
        Buffer.BlockCopy(_bytes, from, buffer, offset, first);
        Buffer.BlockCopy(_bytes, 0, buffer, offset + first, count - first);
        return count;
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
