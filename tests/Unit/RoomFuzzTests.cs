using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Text;
using PSPairChat.Rooms;
using Xunit;

namespace PSPairChat.Unit;

/// <summary>The protocols of rooms, and a room itself, with random and damaged input.</summary>
public sealed class RoomFuzzTests
{
    private const int MaxMessageLength = 500;

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(20);

    private static readonly string[] Words =
    [
        "NICK ", "/msg ", "/say ", "/who", "/", "BYE", "\\quit", "Ann", "host", "HELLO ", "READY ", "RETRY ", "FULL ", "* ", "* Members: ", " has joined.", " has left",
        " has left: ", "[history] ", "[private] ", "> ", ": ", ", ", " ", "\r", "\0", "\u001b", "\u2028", "\u202e", "é", "😀", "\ud83d", "\ufffd", "\"", "\\", "\\u0000",
        "{\"msg\": \"x\", \"nick\": \"y\", \"proto\": \"verify\"}", "{\"msg\":", "\"nick\":", "\"proto\":\"broadcast\"", "[[[[", "{\"a\":", "null", "1e999", "<", "&", "]]>",
    ];

    [Theory]
    [InlineData(RoomDialect.Text)]
    [InlineData(RoomDialect.Kutztown)]
    public void Random_bytes_are_frames_in_any_pieces_and_decode_or_are_rejected(RoomDialect dialect)
    {
        var protocol = RoomProtocol.Create(dialect);
        FuzzRun.Repeat(random =>
        {
            var bytes = CreateBytes(random, protocol);
            var frames = ReadFrames(protocol, bytes, () => bytes.Length);
            Assert.Equal(frames, ReadFrames(protocol, bytes, () => random.Next(1, 20)));
            foreach (var frame in frames)
            {
                foreach (var joined in new[] { true, false })
                    Decode(() => protocol.DecodeCommand(ToSegment(frame), joined));
                Decode(() => protocol.DecodeEvent(ToSegment(frame)));
            }
        });
    }

    [Theory]
    [InlineData(RoomDialect.Text)]
    [InlineData(RoomDialect.Kutztown)]
    public void A_message_with_random_text_arrives_as_one_message_of_its_sender(RoomDialect dialect)
    {
        var protocol = RoomProtocol.Create(dialect);
        FuzzRun.Repeat(random =>
        {
            var sent = CreateText(random);
            var text = DisplayText.Sanitize(sent);
            if (text.Length == 0)
                return;
            foreach (var kind in new[] { RoomEventKind.Message, RoomEventKind.HistoryMessage, RoomEventKind.PrivateMessage })
            {
                var bytes = protocol.Encode(new RoomEvent(kind, "Ann", text));
                var roomEvent = protocol.DecodeEvent(ToSegment(Assert.Single(ReadFrames(protocol, bytes, () => bytes.Length))));
                var isKnown = dialect == RoomDialect.Text || kind == RoomEventKind.Message;
                Assert.Equal((isKnown ? kind : RoomEventKind.Message, "Ann"), (roomEvent.Kind, roomEvent.Handle));
                Assert.EndsWith(ReplaceLoneSurrogates(text), ReplaceLoneSurrogates(roomEvent.Text), StringComparison.Ordinal);
            }
        });
    }

    [Theory]
    [InlineData("[")]
    [InlineData("{\"a\":")]
    public void A_packet_of_deeply_nested_values_is_rejected(string opening) => Assert.Throws<FormatException>(
        () => KutztownPacket.Decode(ToSegment(Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(opening, ushort.MaxValue / opening.Length))))));

    [Theory]
    [InlineData(RoomDialect.Text)]
    [InlineData(RoomDialect.Kutztown)]
    public void Clients_that_send_random_bytes_do_not_disturb_two_members(RoomDialect dialect)
    {
        var options = new ChatOptions { Handle = "host", MaxMessageLength = MaxMessageLength };
        using var room = RoomSession.Start("lobby", 0, options, new RoomOptions { Dialect = dialect, MaxMessagesPerSecond = 0 }, IPAddress.Loopback);
        using var ann = RoomMemberSession.Connect("127.0.0.1", room.Port, "lobby", options with { Handle = "Ann" }, dialect, Timeout);
        using var bob = RoomMemberSession.Connect("127.0.0.1", room.Port, "lobby", options with { Handle = "Bob" }, dialect, Timeout);
        var protocol = RoomProtocol.Create(dialect);
        var number = 0;
        FuzzRun.Repeat(random =>
        {
            SendRandomBytes(random, room.Port, protocol);
            var text = $"message {++number}";
            ann.Send(text);
            Assert.Equal(text, ReceiveFrom(bob, "Ann"));
            bob.Send(text);
            Assert.Equal(text, ReceiveFrom(ann, "Bob"));
        });
        while (room.TryDequeueNotice(out var notice))
            Assert.NotEqual(ChatNoticeKind.Warning, notice.Kind);
    }

    private static void SendRandomBytes(Random random, int port, RoomProtocol protocol)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Connect(IPAddress.Loopback, port);
        if (random.Next(3) > 0)
            socket.Send(protocol.Encode(new ClientCommand(ClientCommandKind.Nick, CreateNickname(random))));
        var bytes = CreateBytes(random, protocol);
        for (int start = 0, count; start < bytes.Length; start += count)
        {
            count = Math.Min(bytes.Length - start, random.Next(1, 2000));
            // The room resets the connection when the bytes are not of its protocol.
            socket.Send(bytes, start, count, SocketFlags.None, out var error);
            if (error != SocketError.Success)
                break;
        }
        if (random.Next(2) == 0)
            socket.LingerState = new LingerOption(true, 0);
    }

    private static string ReceiveFrom(RoomMemberSession session, string handle)
    {
        while (true)
        {
            var message = session.Receive(Timeout)!;
            if (message.From == handle && message.To is null)
                return message.Text;
        }
    }

    private static byte[] CreateBytes(Random random, RoomProtocol protocol)
    {
        var bytes = new List<byte>();
        for (var i = random.Next(1, 8); i > 0; i--)
        {
            switch (random.Next(4))
            {
                case 0:
                    var noise = new byte[random.Next(300)];
                    random.NextBytes(noise);
                    bytes.AddRange(noise);
                    break;
                case 1:
                    bytes.AddRange(Encoding.UTF8.GetBytes(CreateText(random) + "\n"));
                    break;
                case 2:
                    var kind = (RoomEventKind)random.Next(Enum.GetValues<RoomEventKind>().Length);
                    if (kind != RoomEventKind.Continued || protocol.HasPositions)
                        bytes.AddRange(protocol.Encode(new RoomEvent(kind, "Ann", CreateText(random)) { Position = random.Next(3) }));
                    break;
                default:
                    var content = Encoding.UTF8.GetBytes(CreateText(random));
                    bytes.AddRange([(byte)(content.Length >> 8), (byte)content.Length, .. content]);
                    break;
            }
        }
        for (var i = random.Next(3); i > 0 && bytes.Count > 0; i--)
            bytes[random.Next(bytes.Count)] = (byte)random.Next(256);
        return [.. bytes];
    }

    private static string CreateText(Random random)
    {
        var text = new StringBuilder();
        for (var i = random.Next(12); i >= 0; i--)
        {
            if (random.Next(3) == 0)
                text.Append((char)random.Next(char.MaxValue));
            else
                text.Append(Words[random.Next(Words.Length)]);
        }
        return text.ToString();
    }

    private static string CreateNickname(Random random) =>
        new([.. Enumerable.Range(0, random.Next(4, 10)).Select(_ => (char)random.Next('a', 'z' + 1))]);

    private static List<byte[]> ReadFrames(RoomProtocol protocol, byte[] bytes, Func<int> getPieceLength)
    {
        var frames = new List<byte[]>();
        var start = 0;
        for (var end = 0; end < bytes.Length;)
        {
            end = Math.Min(bytes.Length, end + getPieceLength());
            while (protocol.TryReadFrame(bytes, ref start, end, out var frame))
            {
                Assert.InRange(start, frame.Offset + frame.Count, end);
                frames.Add([.. frame]);
            }
        }
        return frames;
    }

    private static void Decode<T>(Func<T> decode)
    {
        try
        {
            decode();
        }
        catch (FormatException)
        {
            // The only exception that the room expects.
        }
    }

    private static string ReplaceLoneSurrogates(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));

    private static ArraySegment<byte> ToSegment(byte[] bytes) => new(bytes);
}
