using System;

namespace PSPairChat.Rooms;

/// <summary>How a room and its members talk: requests one way, news the other, each in a frame of its own. Pure: bytes in, bytes out, no state.</summary>
internal abstract class RoomProtocol
{
    /// <summary>Whether a speaker gets its own words back, as proof that they were said.</summary>
    public abstract bool EchoesToSender { get; }

    /// <summary>Whether bytes that the end of the stream cuts off are a frame as well.</summary>
    public abstract bool AcceptsUnterminatedFrame { get; }

    /// <summary>Gives the wire of a dialect.</summary>
    public static RoomProtocol Create(RoomDialect dialect) => dialect switch
    {
        RoomDialect.Text => new TextProtocol(),
        RoomDialect.Kutztown => new KutztownProtocol(),
        _ => throw new ArgumentOutOfRangeException(nameof(dialect), dialect, "No such dialect."),
    };

    /// <summary>The most bytes that a frame with a message of so many characters may have.</summary>
    public abstract int GetMaxFrameLength(int maxMessageLength);

    /// <summary>Takes the next whole frame.</summary>
    /// <param name="bytes">What has come.</param>
    /// <param name="start">Where to begin; set behind the frame.</param>
    /// <param name="end">Behind the last byte.</param>
    /// <param name="frame">What the frame carries.</param>
    /// <returns>Whether a whole one was there.</returns>
    public abstract bool TryReadFrame(byte[] bytes, ref int start, int end, out ArraySegment<byte> frame);

    /// <summary>The frame of a piece of news.</summary>
    public abstract byte[] Encode(RoomEvent news);

    /// <summary>The frame of a request.</summary>
    public abstract byte[] Encode(ClientCommand request);

    /// <summary>Reads a request.</summary>
    /// <param name="frame">What a frame carries.</param>
    /// <param name="joined">Whether the nickname has been accepted already.</param>
    /// <exception cref="FormatException">It is none.</exception>
    public abstract ClientCommand DecodeCommand(ArraySegment<byte> frame, bool joined);

    /// <summary>Reads a piece of news.</summary>
    /// <param name="frame">What a frame carries.</param>
    /// <exception cref="FormatException">It is none.</exception>
    public abstract RoomEvent DecodeEvent(ArraySegment<byte> frame);
}
