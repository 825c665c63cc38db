using System;
using PSPairChat.Dialects;

namespace PSPairChat.Rooms;

/// <summary>The wire of Kutztown's CSC 328. Its programs know no whispers, no past and no list of members: those come as words of the server.</summary>
internal sealed class KutztownProtocol : RoomProtocol
{
    /// <summary>What a server calls itself; no member can.</summary>
    public const string Server = "SERVER";

    private const string Broadcast = "broadcast";
    private const string Goodbye = "goodbye";
    private const string Shutdown = "shutdown";
    private const string JoinedSuffix = " joined";
    private const string LeftSuffix = " disconnected";
    private const string MembersPrefix = "Here: ";

    public override bool EchoesToSender => true;

    public override bool AcceptsUnterminatedFrame => false;

    // A character outside the basic plane is two escapes of six.
    public override int GetMaxFrameLength(int maxMessageLength) => Math.Min(12 * maxMessageLength + 256, ushort.MaxValue) + KutztownPacket.HeaderBytes;

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

    public override byte[] Encode(RoomEvent news) => (news.Kind switch
    {
        RoomEventKind.Welcome => new KutztownPacket("HELLO", Server, "connect"),
        RoomEventKind.NickAccepted => new KutztownPacket("READY", Server, "ready"),
        RoomEventKind.NickRejected => new KutztownPacket("RETRY", Server, "retry"),
        RoomEventKind.RoomFull or RoomEventKind.Closing => new KutztownPacket(news.Text, Server, Shutdown),
        RoomEventKind.Message => new KutztownPacket(news.Text, news.Handle, Broadcast),
        RoomEventKind.PrivateMessage => new KutztownPacket("[private] " + news.Text, news.Handle, Broadcast),
        RoomEventKind.HistoryMessage => new KutztownPacket("[past] " + news.Text, news.Handle, Broadcast),
        RoomEventKind.Joined => new KutztownPacket(news.Handle + JoinedSuffix, Server, Broadcast),
        RoomEventKind.Left => new KutztownPacket(news.Handle + LeftSuffix, Server, Goodbye),
        RoomEventKind.MemberList => new KutztownPacket(MembersPrefix + news.Text, Server, Broadcast),
        RoomEventKind.Notice => new KutztownPacket(news.Text, Server, Broadcast),
        _ => throw new ArgumentOutOfRangeException(nameof(news)),
    }).Encode();

    public override byte[] Encode(ClientCommand request) => (request.Kind switch
    {
        ClientCommandKind.Nick => new KutztownPacket(request.Handle, "None", "verify"),
        ClientCommandKind.Message => new KutztownPacket(request.Text, request.Handle, Broadcast),
        ClientCommandKind.Quit => new KutztownPacket("BYE", request.Handle, Goodbye),
        _ => throw new NotSupportedException($"A Kutztown room knows no {request.Kind}."),
    }).Encode();

    public override ClientCommand DecodeCommand(ArraySegment<byte> frame, bool joined)
    {
        var packet = KutztownPacket.Decode(frame);
        return packet.Proto switch
        {
            "verify" when !joined => new ClientCommand(ClientCommandKind.Nick, packet.Message),
            Broadcast when joined => new ClientCommand(ClientCommandKind.Message, Text: packet.Message),
            Goodbye => new ClientCommand(ClientCommandKind.Quit),
            _ => throw new FormatException($"A packet '{packet.Proto}' has no place here."),
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
            _ when packet.Nickname != Server => new RoomEvent(RoomEventKind.Message, packet.Nickname, packet.Message),
            Goodbye when TrimSuffix(packet.Message, LeftSuffix) is { } who => new RoomEvent(RoomEventKind.Left, who),
            _ when TrimSuffix(packet.Message, JoinedSuffix) is { } who => new RoomEvent(RoomEventKind.Joined, who),
            _ when packet.Message.StartsWith(MembersPrefix, StringComparison.Ordinal) => new RoomEvent(RoomEventKind.MemberList, Text: packet.Message.Substring(MembersPrefix.Length)),
            _ => new RoomEvent(RoomEventKind.Notice, Text: packet.Message),
        };
    }

    private static string? TrimSuffix(string message, string what) => message.EndsWith(what, StringComparison.Ordinal) && message.Length > what.Length
        ? message.Substring(0, message.Length - what.Length)
        : null;
}
