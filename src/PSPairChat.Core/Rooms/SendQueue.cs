using System;
using System.Collections.Generic;

namespace PSPairChat.Rooms;

/// <summary>The frames that wait to be sent to one member. The frames are shared with the queues of other members.</summary>
internal sealed class SendQueue
{
    private const int RetainedCapacity = 32;

    private Queue<byte[]>? _frames;     // null while nothing waits, which saves memory for idle members
    private int _offset;                // number of bytes of the first frame that are sent
    private int _maxCount;

    /// <summary>Gets the number of bytes that wait.</summary>
    public int Bytes { get; private set; }

    /// <summary>Adds a frame.</summary>
    public void Enqueue(byte[] frame)
    {
        _frames ??= new Queue<byte[]>();
        _frames.Enqueue(frame);
        _maxCount = Math.Max(_maxCount, _frames.Count);
        Bytes += frame.Length;
    }

    /// <summary>Gets the unsent part of the first frame.</summary>
    public ArraySegment<byte> Peek()
    {
        var frame = _frames!.Peek();
        return new ArraySegment<byte>(frame, _offset, frame.Length - _offset);
    }

    /// <summary>Gets the bytes for one write: the first frame itself, or several frames copied to a buffer.</summary>
    /// <param name="buffer">The buffer.</param>
    public ArraySegment<byte> GetBatch(byte[] buffer)
    {
        var first = Peek();
        if (_frames!.Count == 1 || first.Count >= buffer.Length)
            return first;
        var count = 0;
        var offset = _offset;
        foreach (var frame in _frames)
        {
            if (count + frame.Length - offset > buffer.Length)
                break;
            Buffer.BlockCopy(frame, offset, buffer, count, frame.Length - offset);
            count += frame.Length - offset;
            offset = 0;
        }
        return new ArraySegment<byte>(buffer, 0, count);
    }

    /// <summary>Removes bytes that were sent.</summary>
    public void Advance(int count)
    {
        Bytes -= count;
        _offset += count;
        while (_frames!.Count > 0 && _offset >= _frames.Peek().Length)
            _offset -= _frames.Dequeue().Length;
        if (Bytes == 0 && _maxCount > RetainedCapacity)
            Clear();
    }

    /// <summary>Removes everything.</summary>
    public void Clear()
    {
        _frames = null;
        _offset = _maxCount = Bytes = 0;
    }
}
