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
    public void Whatever_a_stranger_types_is_a_nickname(string line, string handle) =>
        Assert.Equal(new ClientCommand(ClientCommandKind.Nick, handle), Request(line, joined: false));

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
    public void A_member_s_line_is_read(string line, int kind, string handle, string text) =>
        Assert.Equal(new ClientCommand((ClientCommandKind)kind, handle, text), Request(line, joined: true));

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
    public void Whatever_is_said_on_purpose_arrives_as_it_was_said(string text)
    {
        foreach (var dialect in new[] { RoomDialect.Text, RoomDialect.Kutztown })
        {
            var wire = RoomProtocol.Create(dialect);
            var request = wire.DecodeCommand(Frame(wire, wire.Encode(new ClientCommand(ClientCommandKind.Message, "Ann", text))), joined: true);
            Assert.Equal((ClientCommandKind.Message, text), (request.Kind, request.Text));
        }
    }

    [Fact]
    public void What_a_room_tells_a_member_understands()
    {
        var wire = RoomProtocol.Create(RoomDialect.Text);
        foreach (var news in new List<RoomEvent>
        {
            new(RoomEventKind.Welcome, "lobby", "who are you?"),
            new(RoomEventKind.NickAccepted, "Bob", "go on"),
            new(RoomEventKind.NickRejected, Text: "taken"),
            new(RoomEventKind.RoomFull, Text: "full"),
            new(RoomEventKind.Message, "Ann", " a > b> c "),
            new(RoomEventKind.PrivateMessage, "Ann", "psst"),
            new(RoomEventKind.HistoryMessage, "Ann", "was"),
            new(RoomEventKind.Joined, "Ann"),
            new(RoomEventKind.Left, "Ann"),
            new(RoomEventKind.Left, "Ann", "could not keep up"),
            new(RoomEventKind.MemberList, Text: "Ann, Bob"),
            new(RoomEventKind.Notice, Text: "Ann has cake."),
            new(RoomEventKind.Closing, Text: "over"),
        })
        {
            Assert.Equal(news, wire.DecodeEvent(Frame(wire, wire.Encode(news))));
        }
    }

    [Theory]
    [InlineData("HELLO", "{\"msg\": \"HELLO\", \"nick\": \"SERVER\", \"proto\": \"connect\"}", (int)RoomEventKind.Welcome, "lobby", "x")]
    [InlineData("READY", "{\"msg\": \"READY\", \"nick\": \"SERVER\", \"proto\": \"ready\"}", (int)RoomEventKind.NickAccepted, "Bob", "x")]
    [InlineData("RETRY", "{\"msg\": \"RETRY\", \"nick\": \"SERVER\", \"proto\": \"retry\"}", (int)RoomEventKind.NickRejected, "", "taken")]
    [InlineData("said", "{\"msg\": \"hello \\\"room\\\" \\u00e9\", \"nick\": \"Chris\", \"proto\": \"broadcast\"}", (int)RoomEventKind.Message, "Chris", "hello \"room\" é")]
    [InlineData("left", "{\"msg\": \"Chris disconnected\", \"nick\": \"SERVER\", \"proto\": \"goodbye\"}", (int)RoomEventKind.Left, "Chris", "")]
    public void A_Kutztown_room_s_packets_are_those_of_the_course(string name, string json, int kind, string handle, string text)
    {
        var packet = RoomProtocol.Create(RoomDialect.Kutztown).Encode(new RoomEvent((RoomEventKind)kind, handle, text));
        Assert.Equal((name, json.Length, json), (name, packet[0] << 8 | packet[1], Encoding.ASCII.GetString(packet, 2, packet.Length - 2)));
    }

    [Fact]
    public void A_Kutztown_member_s_packets_are_those_of_the_course()
    {
        var wire = RoomProtocol.Create(RoomDialect.Kutztown);
        Assert.Equal("\0\u0033{\"msg\": \"Chris\", \"nick\": \"None\", \"proto\": \"verify\"}", Encoding.ASCII.GetString(wire.Encode(new ClientCommand(ClientCommandKind.Nick, "Chris"))));
        Assert.Equal("\0\u0033{\"msg\": \"BYE\", \"nick\": \"Chris\", \"proto\": \"goodbye\"}", Encoding.ASCII.GetString(wire.Encode(new ClientCommand(ClientCommandKind.Quit, "Chris"))));
    }

    [Theory]
    [InlineData("hello")]
    [InlineData("[1]")]
    [InlineData("{\"msg\": \"x\", \"nick\": \"y\"}")]
    [InlineData("{\"msg\": {\"a\": 1}, \"nick\": \"y\", \"proto\": \"broadcast\"}")]
    [InlineData("")]
    public void What_is_no_packet_is_told_from_one(string json) =>
        Assert.Throws<FormatException>(() => KutztownPacket.Decode(new ArraySegment<byte>(Encoding.UTF8.GetBytes(json))));

    [Fact]
    public void Packets_are_read_in_any_order_of_fields_and_with_any_others()
    {
        const string json = "{\"proto\":\"broadcast\",\"extra\":[1,{\"msg\":\"no\"}],\"nick\":\"A\\u0000\",\"msg\":\"\\ud83d\\ude00\\u001b\"}";
        Assert.Equal(new KutztownPacket("😀\u001b", "A\0", "broadcast"), KutztownPacket.Decode(new ArraySegment<byte>(Encoding.UTF8.GetBytes(json))));
    }

    [Theory]
    [InlineData(RoomDialect.Text)]
    [InlineData(RoomDialect.Kutztown)]
    public void Frames_may_come_in_any_pieces(RoomDialect dialect)
    {
        var wire = RoomProtocol.Create(dialect);
        var bytes = new List<byte>();
        for (var i = 0; i < 3; i++)
            bytes.AddRange(wire.Encode(new RoomEvent(RoomEventKind.Message, "Ann", "text " + i)));
        var all = bytes.ToArray();
        var start = 0;
        var heard = new List<string>();
        for (var end = 0; end <= all.Length; end++)
        {
            while (wire.TryReadFrame(all, ref start, end, out var frame))
                heard.Add(wire.DecodeEvent(frame).Text);
        }
        Assert.Equal(["text 0", "text 1", "text 2"], heard);
        Assert.Equal(all.Length, start);
    }

    private static ClientCommand Request(string line, bool joined) =>
        RoomProtocol.Create(RoomDialect.Text).DecodeCommand(new ArraySegment<byte>(Encoding.UTF8.GetBytes(line)), joined);

    private static ArraySegment<byte> Frame(RoomProtocol wire, byte[] bytes)
    {
        var start = 0;
        Assert.True(wire.TryReadFrame(bytes, ref start, bytes.Length, out var frame));
        Assert.Equal(bytes.Length, start);
        return frame;
    }
}
