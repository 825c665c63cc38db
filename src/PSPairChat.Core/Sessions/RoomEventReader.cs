using System;
using PSPairChat.Rooms;

namespace PSPairChat.Sessions;

/// <summary>Parses the bytes that a room sends to a member into events. The bytes may arrive in any pieces.</summary>
/// <param name="protocol">The protocol of the room.</param>
/// <param name="onPosition">Called with the position in the log of the room up to which the messages were parsed, when it has changed.</param>
internal sealed class RoomEventReader(RoomProtocol protocol, Action<long> onPosition)
{
    /// <summary>The maximum number of bytes of one frame.</summary>
    public const int MaxFrameBytes = 128 * 1024;

    private LogPositionFilter _filter;
    private byte[] _bytes = new byte[4096];
    private int _start;
    private int _end;

    /// <summary>Gets the number of bytes that have not been parsed.</summary>
    public int ByteCount => _end - _start;

    /// <summary>Returns the free part of the buffer; <see cref="Advance"/> takes over what was put into it.</summary>
    public ArraySegment<byte> GetBuffer()
    {
        if (_start > 0)
        {
            Buffer.BlockCopy(_bytes, _start, _bytes, 0, ByteCount);
            _end -= _start;
            _start = 0;
        }
        if (_end == _bytes.Length)
            Array.Resize(ref _bytes, _bytes.Length * 2);
        return new ArraySegment<byte>(_bytes, _end, _bytes.Length - _end);
    }

    /// <summary>Takes over bytes that were put into the buffer.</summary>
    public void Advance(int count) => _end += count;

    /// <summary>Counts the complete events that match a condition, and does not parse them.</summary>
    public int Count(Predicate<RoomEvent> predicate)
    {
        var count = 0;
        var start = _start;
        var filter = _filter;
        try
        {
            while (protocol.TryReadFrame(_bytes, ref start, _end, out var frame))
                count += protocol.DecodeEvent(frame) is var roomEvent && filter.TryAccept(roomEvent) && predicate(roomEvent) ? 1 : 0;
        }
        catch (FormatException)
        {
            // The next read reports it.
        }
        return count;
    }

    /// <summary>Parses the next event.</summary>
    /// <returns>Whether a complete one was received.</returns>
    /// <exception cref="FormatException">The bytes are not an event of the protocol.</exception>
    public bool TryRead(out RoomEvent roomEvent)
    {
        while (protocol.TryReadFrame(_bytes, ref _start, _end, out var frame))
        {
            roomEvent = protocol.DecodeEvent(frame);
            if (!_filter.TryAccept(roomEvent))
                continue;
            if (roomEvent.Position > 0)
                onPosition(roomEvent.Position);
            return true;
        }
        roomEvent = default;
        return ByteCount < MaxFrameBytes ? false : throw new FormatException($"The room sent more than {MaxFrameBytes / 1024} KiB without an end of message.");
    }
}
