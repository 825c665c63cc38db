using System;
using PSPairChat.Dialects;

namespace PSPairChat.Rooms;

/// <summary>
/// The protocol of the Kutztown CSC 328 chat programs. It has no packets for private messages, history and member lists: those are sent as broadcasts.
/// </summary>
internal sealed class KutztownProtocol : RoomProtocol
{
    /// <summary>The nickname of the server, which no member can use.</summary>
    public const string ServerName = "SERVER";

    private const string Broadcast = "broadcast";
    private const string Goodbye = "goodbye";
    private const string Shutdown = "shutdown";
    private const string JoinedSuffix = " joined";
    private const string LeftSuffix = " disconnected";
    private const int MaxOtherBytes = 256;      // of a packet without its message

    public override bool EchoesToSender => true;

    public override bool AcceptsUnterminatedFrame => false;

    // A character outside the basic multilingual plane has two escape sequences.
    public override int GetMaxFrameLength(int maxMessageLength) =>
        Math.Min(2 * KutztownPacket.EscapeLength * maxMessageLength + MaxOtherBytes, ushort.MaxValue) + KutztownPacket.HeaderBytes;

    public override int GetEncodedLength(string text) => KutztownPacket.GetEncodedLength(text);

    public override bool TryReadFrame(byte[] bytes, ref int start, int end, out ArraySegment<byte> frame)
    {
        frame = default;
        if (end - start < KutztownPacket.HeaderBytes)
            return false;
        var length = LengthFieldCodec.Read(ChatLengthPrefix.BigEndian16, bytes, start);
        if (end - start - KutztownPacket.HeaderBytes < length)
            return false;
        frame = new ArraySegment<byte>(bytes, start + KutztownPacket.HeaderBytes, length);
        start += KutztownPacket.HeaderBytes + length;
        return true;
    }

    public override byte[] Encode(RoomEvent roomEvent) => (roomEvent.Kind switch
    {
        RoomEventKind.Welcome => new KutztownPacket("HELLO", ServerName, "connect"),
        RoomEventKind.NickAccepted => new KutztownPacket("READY", ServerName, "ready"),
        RoomEventKind.NickRejected => new KutztownPacket("RETRY", ServerName, "retry"),
        RoomEventKind.RoomFull or RoomEventKind.Closing => new KutztownPacket(roomEvent.Text, ServerName, Shutdown),
        RoomEventKind.Message => new KutztownPacket(roomEvent.Text, roomEvent.Handle, Broadcast),
        RoomEventKind.PrivateMessage => new KutztownPacket(TextProtocol.PrivatePrefix + roomEvent.Text, roomEvent.Handle, Broadcast),
        RoomEventKind.HistoryMessage => new KutztownPacket(TextProtocol.HistoryPrefix + roomEvent.Text, roomEvent.Handle, Broadcast),
        RoomEventKind.Joined => new KutztownPacket(roomEvent.Handle + JoinedSuffix, ServerName, Broadcast),
        RoomEventKind.Left => new KutztownPacket(roomEvent.Handle + LeftSuffix, ServerName, Goodbye),
        RoomEventKind.MemberList => new KutztownPacket(TextProtocol.MembersPrefix + roomEvent.Text, ServerName, Broadcast),
        RoomEventKind.Notice => new KutztownPacket(roomEvent.Text, ServerName, Broadcast),
        _ => throw new ArgumentOutOfRangeException(nameof(roomEvent)),
    }).Encode();

    public override byte[] Encode(ClientCommand command) => (command.Kind switch
    {
        ClientCommandKind.Nick => new KutztownPacket(command.Handle, "None", "verify"),
        ClientCommandKind.Message => new KutztownPacket(command.Text, command.Handle, Broadcast),
        ClientCommandKind.Quit => new KutztownPacket("BYE", command.Handle, Goodbye),
        _ => throw new NotSupportedException($"The Kutztown protocol does not support the command {command.Kind}."),
    }).Encode();

    public override ClientCommand DecodeCommand(ArraySegment<byte> frame, bool joined)
    {
        var packet = KutztownPacket.Decode(frame);
        return packet.Proto switch
        {
            "verify" when !joined => new ClientCommand(ClientCommandKind.Nick, packet.Message),
            Broadcast when joined => new ClientCommand(ClientCommandKind.Message, Text: packet.Message),
            Goodbye => new ClientCommand(ClientCommandKind.Quit),
            _ => throw new FormatException($"Unexpected packet '{packet.Proto}'."),
        };
    }

    public override RoomEvent DecodeEvent(ArraySegment<byte> frame)
    {
        var packet = KutztownPacket.Decode(frame);
        return packet.Proto switch
        {
            "connect" => new RoomEvent(RoomEventKind.Welcome, Text: packet.Message),
            "ready" => new RoomEvent(RoomEventKind.NickAccepted, Text: packet.Message),
            "retry" => new RoomEvent(RoomEventKind.NickRejected, Text: packet.Message),
            Shutdown => new RoomEvent(RoomEventKind.Closing, Text: packet.Message),
            _ when packet.Nickname != ServerName => new RoomEvent(RoomEventKind.Message, packet.Nickname, packet.Message),
            Goodbye when TrimSuffix(packet.Message, LeftSuffix) is { } handle => new RoomEvent(RoomEventKind.Left, handle),
            _ when TrimSuffix(packet.Message, JoinedSuffix) is { } handle => new RoomEvent(RoomEventKind.Joined, handle),
            _ when packet.Message.StartsWith(TextProtocol.MembersPrefix, StringComparison.Ordinal) =>
                new RoomEvent(RoomEventKind.MemberList, Text: packet.Message.Substring(TextProtocol.MembersPrefix.Length)),
            _ => new RoomEvent(RoomEventKind.Notice, Text: packet.Message),
        };
    }

    private static string? TrimSuffix(string message, string suffix) => message.EndsWith(suffix, StringComparison.Ordinal) && message.Length > suffix.Length
        ? message.Substring(0, message.Length - suffix.Length)
        : null;
}
