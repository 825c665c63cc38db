using System;
using PSPairChat.Dialects;

namespace PSPairChat.Rooms;

/// <summary>The wire of Kutztown's CSC 328. Its programs know no whispers, no past and no list of members: those come as words of the server.</summary>
internal sealed class KutztownWire : RoomWire
{
    /// <summary>What a server calls itself; no member can.</summary>
    public const string Server = "SERVER";

    private const string Broadcast = "broadcast";
    private const string Goodbye = "goodbye";
    private const string Shutdown = "shutdown";
    private const string Joined = " joined";
    private const string Left = " disconnected";
    private const string Here = "Here: ";

    public override bool EchoesToSpeaker => true;

    public override bool EndsFrames => false;

    // A character outside the basic plane is two escapes of six.
    public override int MaxFrame(int maxMessageLength) => Math.Min(12 * maxMessageLength + 256, ushort.MaxValue) + KutztownPacket.HeaderBytes;

    public override bool TryFrame(byte[] bytes, ref int start, int end, out ArraySegment<byte> frame)
    {
        frame = default;
        if (end - start < KutztownPacket.HeaderBytes)
            return false;
        var length = LengthPrefix.Read(ChatLengthPrefix.BigEndian16, bytes, start);
        if (end - start - KutztownPacket.HeaderBytes < length)
            return false;
        frame = new ArraySegment<byte>(bytes, start + KutztownPacket.HeaderBytes, length);
        start += KutztownPacket.HeaderBytes + length;
        return true;
    }

    public override byte[] Encode(RoomNews news) => (news.Kind switch
    {
        RoomNewsKind.Hello => new KutztownPacket("HELLO", Server, "connect"),
        RoomNewsKind.Ready => new KutztownPacket("READY", Server, "ready"),
        RoomNewsKind.Retry => new KutztownPacket("RETRY", Server, "retry"),
        RoomNewsKind.Full or RoomNewsKind.Bye => new KutztownPacket(news.Text, Server, Shutdown),
        RoomNewsKind.Said => new KutztownPacket(news.Text, news.Handle, Broadcast),
        RoomNewsKind.Whispered => new KutztownPacket("[private] " + news.Text, news.Handle, Broadcast),
        RoomNewsKind.Past => new KutztownPacket("[past] " + news.Text, news.Handle, Broadcast),
        RoomNewsKind.Joined => new KutztownPacket(news.Handle + Joined, Server, Broadcast),
        RoomNewsKind.Left => new KutztownPacket(news.Handle + Left, Server, Goodbye),
        RoomNewsKind.Here => new KutztownPacket(Here + news.Text, Server, Broadcast),
        RoomNewsKind.Notice => new KutztownPacket(news.Text, Server, Broadcast),
        _ => throw new ArgumentOutOfRangeException(nameof(news)),
    }).Encode();

    public override byte[] Encode(RoomRequest request) => (request.Kind switch
    {
        RoomRequestKind.Nick => new KutztownPacket(request.Handle, "None", "verify"),
        RoomRequestKind.Say => new KutztownPacket(request.Text, request.Handle, Broadcast),
        RoomRequestKind.Bye => new KutztownPacket("BYE", request.Handle, Goodbye),
        _ => throw new NotSupportedException($"A Kutztown room knows no {request.Kind}."),
    }).Encode();

    public override RoomRequest DecodeRequest(ArraySegment<byte> frame, bool joined)
    {
        var packet = KutztownPacket.Decode(frame);
        return packet.Step switch
        {
            "verify" when !joined => new RoomRequest(RoomRequestKind.Nick, packet.Message),
            Broadcast when joined => new RoomRequest(RoomRequestKind.Say, Text: packet.Message),
            Goodbye => new RoomRequest(RoomRequestKind.Bye),
            _ => throw new FormatException($"A packet '{packet.Step}' has no place here."),
        };
    }

    public override RoomNews DecodeNews(ArraySegment<byte> frame)
    {
        var packet = KutztownPacket.Decode(frame);
        return packet.Step switch
        {
            "connect" => new RoomNews(RoomNewsKind.Hello, Text: packet.Message),
            "ready" => new RoomNews(RoomNewsKind.Ready, Text: packet.Message),
            "retry" => new RoomNews(RoomNewsKind.Retry, Text: packet.Message),
            Shutdown => new RoomNews(RoomNewsKind.Bye, Text: packet.Message),
            _ when packet.Nickname != Server => new RoomNews(RoomNewsKind.Said, packet.Nickname, packet.Message),
            Goodbye when About(packet.Message, Left) is { } who => new RoomNews(RoomNewsKind.Left, who),
            _ when About(packet.Message, Joined) is { } who => new RoomNews(RoomNewsKind.Joined, who),
            _ when packet.Message.StartsWith(Here, StringComparison.Ordinal) => new RoomNews(RoomNewsKind.Here, Text: packet.Message.Substring(Here.Length)),
            _ => new RoomNews(RoomNewsKind.Notice, Text: packet.Message),
        };
    }

    private static string? About(string message, string what) => message.EndsWith(what, StringComparison.Ordinal) && message.Length > what.Length
        ? message.Substring(0, message.Length - what.Length)
        : null;
}
