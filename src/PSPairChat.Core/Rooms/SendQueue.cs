using System;
using System.Collections.Generic;

namespace PSPairChat.Rooms;

/// <summary>What is still to be sent to one member: frames that it shares with all others who get them.</summary>
internal sealed class SendQueue
{
    private const int RetainedCapacity = 32;

    private Queue<byte[]>? _frames;     // none while there is nothing to send: most members, most of the time
    private int _offset;                 // bytes of the first frame that are sent
    private int _maxCount;

    /// <summary>How many bytes wait.</summary>
    public int Bytes { get; private set; }

    public void Enqueue(byte[] frame)
    {
        _frames ??= new Queue<byte[]>();
        _frames.Enqueue(frame);
        _maxCount = Math.Max(_maxCount, _frames.Count);
        Bytes += frame.Length;
    }

    /// <summary>The first frame, or what is left of it.</summary>
    public ArraySegment<byte> Peek()
    {
        var frame = _frames!.Peek();
        return new ArraySegment<byte>(frame, _offset, frame.Length - _offset);
    }

    /// <summary>As much as goes into one write: the first frame itself, or several frames gathered.</summary>
    /// <param name="gathered">Where they are gathered.</param>
    public ArraySegment<byte> GetBatch(byte[] gathered)
    {
        var first = Peek();
        if (_frames!.Count == 1 || first.Count >= gathered.Length)
            return first;
        var count = 0;
        var offset = _offset;
        foreach (var frame in _frames)
        {
            if (count + frame.Length - offset > gathered.Length)
                break;
            Buffer.BlockCopy(frame, offset, gathered, count, frame.Length - offset);
            count += frame.Length - offset;
            offset = 0;
        }
        return new ArraySegment<byte>(gathered, 0, count);
    }

    /// <summary>Takes down that so many bytes are sent.</summary>
    public void Advance(int count)
    {
        Bytes -= count;
        _offset += count;
        while (_frames!.Count > 0 && _offset >= _frames.Peek().Length)
            _offset -= _frames.Dequeue().Length;
        if (Bytes == 0 && _maxCount > RetainedCapacity)
            Clear();
    }

    public void Clear()
    {
        _frames = null;
        _offset = _maxCount = Bytes = 0;
    }
}
