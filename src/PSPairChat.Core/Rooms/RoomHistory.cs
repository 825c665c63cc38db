using System.Collections.Generic;

namespace PSPairChat.Rooms;

/// <summary>The last messages of a room, as encoded frames for members that join.</summary>
/// <param name="capacity">The number of messages to keep; 0 for none.</param>
internal sealed class RoomHistory(int capacity)
{
    private readonly Queue<byte[]> _frames = new();

    /// <summary>Gets whether any messages are kept.</summary>
    public bool IsEnabled => capacity > 0;

    /// <summary>Gets the frames, oldest first.</summary>
    public IReadOnlyCollection<byte[]> Frames => _frames;

    /// <summary>Adds a frame, and removes the oldest when there are too many.</summary>
    public void Add(byte[] frame)
    {
        if (_frames.Count >= capacity)
            _frames.Dequeue();
        _frames.Enqueue(frame);
    }
}
