using System;
using System.Collections.Generic;
using System.Text;
using PSPairChat.Rooms;
using Xunit;

namespace PSPairChat.Unit;

public sealed class RoomProtocolTests
{
    [Theory]
    [InlineData("NICK Bob", "Bob")]
    [InlineData("nick  Bob ", "Bob")]
    [InlineData("Bob", "Bob")]
    [InlineData(" Bob\r", "Bob")]
    [InlineData("NICK", "NICK")]
    [InlineData("/who", "/who")]
    [InlineData("hello all", "hello all")]
    public void Without_a_nickname_any_line_is_a_nickname(string line, string handle) =>
        Assert.Equal(new ClientCommand(ClientCommandKind.Nick, handle), DecodeCommand(line, joined: false));

    [Theory]
    [InlineData("hello", (int)ClientCommandKind.Message, "", "hello")]
    [InlineData("  hello ", (int)ClientCommandKind.Message, "", "  hello ")]
    [InlineData("NICK Eve", (int)ClientCommandKind.Message, "", "NICK Eve")]
    [InlineData("Bob> hello", (int)ClientCommandKind.Message, "", "Bob> hello")]
    [InlineData("bye", (int)ClientCommandKind.Message, "", "bye")]
    [InlineData("BYE", (int)ClientCommandKind.Quit, "", "")]
    [InlineData("BYE all", (int)ClientCommandKind.Message, "", "BYE all")]
    [InlineData("\\quit\r", (int)ClientCommandKind.Quit, "", "")]
    [InlineData("/quit", (int)ClientCommandKind.Quit, "", "")]
    [InlineData("/who ", (int)ClientCommandKind.ListMembers, "", "")]
    [InlineData("/msg Bob  two words ", (int)ClientCommandKind.PrivateMessage, "Bob", " two words ")]
    [InlineData("/msg  Bob hi", (int)ClientCommandKind.PrivateMessage, "Bob", "hi")]
    [InlineData("/msg Bob", (int)ClientCommandKind.Help, "", "")]
    [InlineData("/say /who", (int)ClientCommandKind.Message, "", "/who")]
    [InlineData("/say  BYE", (int)ClientCommandKind.Message, "", " BYE")]
    [InlineData("/dance", (int)ClientCommandKind.Help, "", "")]
    [InlineData("", (int)ClientCommandKind.None, "", "")]
    [InlineData(" \r", (int)ClientCommandKind.None, "", "")]
    public void A_line_of_a_member_is_parsed(string line, int kind, string handle, string text) =>
        Assert.Equal(new ClientCommand((ClientCommandKind)kind, handle, text), DecodeCommand(line, joined: true));

    [Theory]
    [InlineData("hello")]
    [InlineData("BYE")]
    [InlineData(" BYE ")]
    [InlineData("/quit")]
    [InlineData("/who")]
    [InlineData("/say x")]
    [InlineData("//")]
    [InlineData(" ")]
    [InlineData("* Bob has left.")]
    public void A_message_that_looks_like_a_command_arrives_unchanged(string text)
    {
        foreach (var dialect in new[] { RoomDialect.Text, RoomDialect.Kutztown })
        {
            var protocol = RoomProtocol.Create(dialect);
            var command = protocol.DecodeCommand(Frame(protocol, protocol.Encode(new ClientCommand(ClientCommandKind.Message, "Ann", text))), joined: true);
            Assert.Equal((ClientCommandKind.Message, text), (command.Kind, command.Text));
        }
    }

    [Fact]
    public void An_event_is_decoded_as_it_was_encoded()
    {
        var protocol = RoomProtocol.Create(RoomDialect.Text);
        foreach (var roomEvent in new List<RoomEvent>
        {
            new(RoomEventKind.Welcome, "lobby", "Type a nickname."),
            new(RoomEventKind.NickAccepted, "Bob", "Type a message."),
            new(RoomEventKind.NickRejected, Text: "taken"),
            new(RoomEventKind.RoomFull, Text: "full"),
            new(RoomEventKind.Message, "Ann", " a > b> c "),
            new(RoomEventKind.PrivateMessage, "Ann", "psst"),
            new(RoomEventKind.HistoryMessage, "Ann", "earlier"),
            new(RoomEventKind.Joined, "Ann"),
            new(RoomEventKind.Left, "Ann"),
            new(RoomEventKind.Left, "Ann", "send queue full"),
            new(RoomEventKind.MemberList, Text: "Ann, Bob"),
            new(RoomEventKind.Notice, Text: "Message not sent."),
            new(RoomEventKind.Closing, Text: "The room is closed."),
        })
        {
            Assert.Equal(roomEvent, protocol.DecodeEvent(Frame(protocol, protocol.Encode(roomEvent))));
        }
    }

    [Theory]
    [InlineData("HELLO", "{\"msg\": \"HELLO\", \"nick\": \"SERVER\", \"proto\": \"connect\"}", (int)RoomEventKind.Welcome, "lobby", "x")]
    [InlineData("READY", "{\"msg\": \"READY\", \"nick\": \"SERVER\", \"proto\": \"ready\"}", (int)RoomEventKind.NickAccepted, "Bob", "x")]
    [InlineData("RETRY", "{\"msg\": \"RETRY\", \"nick\": \"SERVER\", \"proto\": \"retry\"}", (int)RoomEventKind.NickRejected, "", "taken")]
    [InlineData("message", "{\"msg\": \"hello \\\"room\\\" \\u00e9\", \"nick\": \"Chris\", \"proto\": \"broadcast\"}", (int)RoomEventKind.Message, "Chris", "hello \"room\" é")]
    [InlineData("left", "{\"msg\": \"Chris disconnected\", \"nick\": \"SERVER\", \"proto\": \"goodbye\"}", (int)RoomEventKind.Left, "Chris", "")]
    public void Kutztown_events_are_the_packets_of_the_course(string name, string json, int kind, string handle, string text)
    {
        var packet = RoomProtocol.Create(RoomDialect.Kutztown).Encode(new RoomEvent((RoomEventKind)kind, handle, text));
        Assert.Equal((name, json.Length, json), (name, packet[0] << 8 | packet[1], Encoding.ASCII.GetString(packet, 2, packet.Length - 2)));
    }

    [Fact]
    public void Kutztown_commands_are_the_packets_of_the_course()
    {
        var protocol = RoomProtocol.Create(RoomDialect.Kutztown);
        Assert.Equal("\0\u0033{\"msg\": \"Chris\", \"nick\": \"None\", \"proto\": \"verify\"}", Encoding.ASCII.GetString(protocol.Encode(new ClientCommand(ClientCommandKind.Nick, "Chris"))));
        Assert.Equal("\0\u0033{\"msg\": \"BYE\", \"nick\": \"Chris\", \"proto\": \"goodbye\"}", Encoding.ASCII.GetString(protocol.Encode(new ClientCommand(ClientCommandKind.Quit, "Chris"))));
    }

    [Theory]
    [InlineData("hello")]
    [InlineData("[1]")]
    [InlineData("{\"msg\": \"x\", \"nick\": \"y\"}")]
    [InlineData("{\"msg\": {\"a\": 1}, \"nick\": \"y\", \"proto\": \"broadcast\"}")]
    [InlineData("")]
    public void An_invalid_packet_is_an_error(string json) =>
        Assert.Throws<FormatException>(() => KutztownPacket.Decode(new ArraySegment<byte>(Encoding.UTF8.GetBytes(json))));

    [Fact]
    public void A_packet_can_have_its_properties_in_any_order_and_additional_ones()
    {
        const string json = "{\"proto\":\"broadcast\",\"extra\":[1,{\"msg\":\"no\"}],\"nick\":\"A\\u0000\",\"msg\":\"\\ud83d\\ude00\\u001b\"}";
        Assert.Equal(new KutztownPacket("😀\u001b", "A\0", "broadcast"), KutztownPacket.Decode(new ArraySegment<byte>(Encoding.UTF8.GetBytes(json))));
    }

    [Theory]
    [InlineData(RoomDialect.Text)]
    [InlineData(RoomDialect.Kutztown)]
    public void Frames_can_arrive_in_any_pieces(RoomDialect dialect)
    {
        var protocol = RoomProtocol.Create(dialect);
        var bytes = new List<byte>();
        for (var i = 0; i < 3; i++)
            bytes.AddRange(protocol.Encode(new RoomEvent(RoomEventKind.Message, "Ann", "text " + i)));
        var all = bytes.ToArray();
        var start = 0;
        var texts = new List<string>();
        for (var end = 0; end <= all.Length; end++)
        {
            while (protocol.TryReadFrame(all, ref start, end, out var frame))
                texts.Add(protocol.DecodeEvent(frame).Text);
        }
        Assert.Equal(["text 0", "text 1", "text 2"], texts);
        Assert.Equal(all.Length, start);
    }

    [Theory]
    [InlineData("plain")]
    [InlineData("\"quoted\\")]
    [InlineData("\u001bé😀\ud83d")]
    public void The_encoded_length_of_a_text_is_its_length_in_a_frame(string text)
    {
        foreach (var dialect in Enum.GetValues<RoomDialect>())
        {
            var protocol = RoomProtocol.Create(dialect);
            var empty = protocol.Encode(new RoomEvent(RoomEventKind.Notice)).Length;
            Assert.Equal(protocol.Encode(new RoomEvent(RoomEventKind.Notice, Text: text)).Length - empty, protocol.GetEncodedLength(text));
        }
    }

    private static ClientCommand DecodeCommand(string line, bool joined) =>
        RoomProtocol.Create(RoomDialect.Text).DecodeCommand(new ArraySegment<byte>(Encoding.UTF8.GetBytes(line)), joined);

    private static ArraySegment<byte> Frame(RoomProtocol protocol, byte[] bytes)
    {
        var start = 0;
        Assert.True(protocol.TryReadFrame(bytes, ref start, bytes.Length, out var frame));
        Assert.Equal(bytes.Length, start);
        return frame;
    }
}
