using System.Collections.Generic;

namespace PSPairChat.Rooms;

/// <summary>The last messages of a room, as the frames in which those who come later get them.</summary>
/// <param name="capacity">How many are kept; 0 = none.</param>
internal sealed class RoomHistory(int capacity)
{
    private readonly Queue<byte[]> _frames = new();

    public bool IsEnabled => capacity > 0;

    /// <summary>The frames, oldest first.</summary>
    public IReadOnlyCollection<byte[]> Frames => _frames;

    public void Add(byte[] frame)
    {
        if (_frames.Count >= capacity)
            _frames.Dequeue();
        _frames.Enqueue(frame);
    }
}
