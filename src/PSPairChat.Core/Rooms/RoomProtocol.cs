using System;

namespace PSPairChat.Rooms;

/// <summary>A protocol of rooms: encodes and decodes commands and events, each in a frame of its own. Implementations do no I/O and have no state.</summary>
internal abstract class RoomProtocol
{
    /// <summary>Gets whether the sender of a message receives it as well.</summary>
    public abstract bool EchoesToSender { get; }

    /// <summary>Gets whether bytes before the end of the stream are a frame although nothing terminates it.</summary>
    public abstract bool AcceptsUnterminatedFrame { get; }

    /// <summary>Gets whether a frame can contain a position in the log of the room.</summary>
    public virtual bool HasPositions => false;

    /// <summary>Creates the protocol of a dialect.</summary>
    public static RoomProtocol Create(RoomDialect dialect) => dialect switch
    {
        RoomDialect.Text => new TextProtocol(),
        RoomDialect.Kutztown => new KutztownProtocol(),
        _ => throw new ArgumentOutOfRangeException(nameof(dialect), dialect, "Unknown room dialect."),
    };

    /// <summary>Gets the maximum number of bytes in a frame that carries a message.</summary>
    /// <param name="maxMessageLength">The maximum number of characters in the message.</param>
    public abstract int GetMaxFrameLength(int maxMessageLength);

    /// <summary>Gets the number of bytes that a text has in a frame.</summary>
    public abstract int GetEncodedLength(string text);

    /// <summary>Reads the next complete frame.</summary>
    /// <param name="bytes">The received bytes.</param>
    /// <param name="start">The index of the first unread byte. Set to the first byte after the frame.</param>
    /// <param name="end">The index after the last received byte.</param>
    /// <param name="frame">The content of the frame.</param>
    /// <returns>Whether a complete frame was read.</returns>
    public abstract bool TryReadFrame(byte[] bytes, ref int start, int end, out ArraySegment<byte> frame);

    /// <summary>Encodes an event as a frame.</summary>
    /// <exception cref="ChatException">MessageTooLong.</exception>
    public abstract byte[] Encode(RoomEvent roomEvent);

    /// <summary>Encodes a command as a frame.</summary>
    /// <exception cref="ChatException">MessageTooLong.</exception>
    public abstract byte[] Encode(ClientCommand command);

    /// <summary>Decodes a command.</summary>
    /// <param name="frame">The content of a frame.</param>
    /// <param name="joined">Whether the sender has a nickname.</param>
    /// <exception cref="FormatException">The frame is not a valid command.</exception>
    public abstract ClientCommand DecodeCommand(ArraySegment<byte> frame, bool joined);

    /// <summary>Decodes an event.</summary>
    /// <param name="frame">The content of a frame.</param>
    /// <exception cref="FormatException">The frame is not a valid event.</exception>
    public abstract RoomEvent DecodeEvent(ArraySegment<byte> frame);
}
