using System;

namespace PSPairChat.Rooms;

/// <summary>
/// Follows which bytes of a member are confirmed: those of messages that are in the log of the room, and everything before them. The member keeps the others, so
/// that it can send them to another server.
/// </summary>
/// <param name="received">The number of bytes that were received before.</param>
/// <param name="confirm">Called with the number of bytes that are confirmed.</param>
internal sealed class InputTracker(long received, Action<long> confirm)
{
    private long _received = received;
    private int _pendingCount;      // messages that are not in the log yet

    /// <summary>Gets the number of bytes up to the end of the last frame.</summary>
    public long Position { get; private set; } = received;

    /// <summary>Adds received bytes.</summary>
    public void OnReceived(int count) => _received += count;

    /// <summary>Begins to handle a frame.</summary>
    /// <param name="unread">The number of received bytes that follow the frame.</param>
    public void OnFrame(int unread) => Position = _received - unread;

    /// <summary>Adds the message of the frame to those that are not in the log yet.</summary>
    public void OnAppended() => _pendingCount++;

    /// <summary>Confirms a message that is in the log.</summary>
    /// <param name="position">The position after its frame.</param>
    public void OnLogged(long position)
    {
        _pendingCount--;
        confirm(_pendingCount == 0 ? Position : position);
    }

    /// <summary>Confirms the frame, unless messages before it are not in the log yet.</summary>
    public void OnHandled()
    {
        if (_pendingCount == 0)
            confirm(Position);
    }
}
