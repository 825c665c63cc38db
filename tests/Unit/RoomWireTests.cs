using System;
using System.Collections.Generic;
using System.Text;
using PSPairChat.Rooms;
using Xunit;

namespace PSPairChat.Unit;

public sealed class RoomWireTests
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
        Assert.Equal(new RoomRequest(RoomRequestKind.Nick, handle), Request(line, joined: false));

    [Theory]
    [InlineData("hello", (int)RoomRequestKind.Say, "", "hello")]
    [InlineData("  hello ", (int)RoomRequestKind.Say, "", "  hello ")]
    [InlineData("NICK Eve", (int)RoomRequestKind.Say, "", "NICK Eve")]
    [InlineData("Bob> hello", (int)RoomRequestKind.Say, "", "Bob> hello")]
    [InlineData("bye", (int)RoomRequestKind.Say, "", "bye")]
    [InlineData("BYE", (int)RoomRequestKind.Bye, "", "")]
    [InlineData("BYE all", (int)RoomRequestKind.Say, "", "BYE all")]
    [InlineData("\\quit\r", (int)RoomRequestKind.Bye, "", "")]
    [InlineData("/quit", (int)RoomRequestKind.Bye, "", "")]
    [InlineData("/who ", (int)RoomRequestKind.Who, "", "")]
    [InlineData("/msg Bob  two words ", (int)RoomRequestKind.Whisper, "Bob", " two words ")]
    [InlineData("/msg  Bob hi", (int)RoomRequestKind.Whisper, "Bob", "hi")]
    [InlineData("/msg Bob", (int)RoomRequestKind.Help, "", "")]
    [InlineData("/say /who", (int)RoomRequestKind.Say, "", "/who")]
    [InlineData("/say  BYE", (int)RoomRequestKind.Say, "", " BYE")]
    [InlineData("/dance", (int)RoomRequestKind.Help, "", "")]
    [InlineData("", (int)RoomRequestKind.Nothing, "", "")]
    [InlineData(" \r", (int)RoomRequestKind.Nothing, "", "")]
    public void A_member_s_line_is_read(string line, int kind, string handle, string text) =>
        Assert.Equal(new RoomRequest((RoomRequestKind)kind, handle, text), Request(line, joined: true));

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
            var wire = RoomWire.Of(dialect);
            var request = wire.DecodeRequest(Frame(wire, wire.Encode(new RoomRequest(RoomRequestKind.Say, "Ann", text))), joined: true);
            Assert.Equal((RoomRequestKind.Say, text), (request.Kind, request.Text));
        }
    }

    [Fact]
    public void What_a_room_tells_a_member_understands()
    {
        var wire = RoomWire.Of(RoomDialect.Text);
        foreach (var news in new List<RoomNews>
        {
            new(RoomNewsKind.Hello, "lobby", "who are you?"),
            new(RoomNewsKind.Ready, "Bob", "go on"),
            new(RoomNewsKind.Retry, Text: "taken"),
            new(RoomNewsKind.Full, Text: "full"),
            new(RoomNewsKind.Said, "Ann", " a > b> c "),
            new(RoomNewsKind.Whispered, "Ann", "psst"),
            new(RoomNewsKind.Past, "Ann", "was"),
            new(RoomNewsKind.Joined, "Ann"),
            new(RoomNewsKind.Left, "Ann"),
            new(RoomNewsKind.Left, "Ann", "could not keep up"),
            new(RoomNewsKind.Here, Text: "Ann, Bob"),
            new(RoomNewsKind.Notice, Text: "Ann has cake."),
            new(RoomNewsKind.Bye, Text: "over"),
        })
        {
            Assert.Equal(news, wire.DecodeNews(Frame(wire, wire.Encode(news))));
        }
    }

    [Theory]
    [InlineData("HELLO", "{\"msg\": \"HELLO\", \"nick\": \"SERVER\", \"proto\": \"connect\"}", (int)RoomNewsKind.Hello, "lobby", "x")]
    [InlineData("READY", "{\"msg\": \"READY\", \"nick\": \"SERVER\", \"proto\": \"ready\"}", (int)RoomNewsKind.Ready, "Bob", "x")]
    [InlineData("RETRY", "{\"msg\": \"RETRY\", \"nick\": \"SERVER\", \"proto\": \"retry\"}", (int)RoomNewsKind.Retry, "", "taken")]
    [InlineData("said", "{\"msg\": \"hello \\\"room\\\" \\u00e9\", \"nick\": \"Chris\", \"proto\": \"broadcast\"}", (int)RoomNewsKind.Said, "Chris", "hello \"room\" é")]
    [InlineData("left", "{\"msg\": \"Chris disconnected\", \"nick\": \"SERVER\", \"proto\": \"goodbye\"}", (int)RoomNewsKind.Left, "Chris", "")]
    public void A_Kutztown_room_s_packets_are_those_of_the_course(string name, string json, int kind, string handle, string text)
    {
        var packet = RoomWire.Of(RoomDialect.Kutztown).Encode(new RoomNews((RoomNewsKind)kind, handle, text));
        Assert.Equal((name, json.Length, json), (name, packet[0] << 8 | packet[1], Encoding.ASCII.GetString(packet, 2, packet.Length - 2)));
    }

    [Fact]
    public void A_Kutztown_member_s_packets_are_those_of_the_course()
    {
        var wire = RoomWire.Of(RoomDialect.Kutztown);
        Assert.Equal("\0\u0033{\"msg\": \"Chris\", \"nick\": \"None\", \"proto\": \"verify\"}", Encoding.ASCII.GetString(wire.Encode(new RoomRequest(RoomRequestKind.Nick, "Chris"))));
        Assert.Equal("\0\u0033{\"msg\": \"BYE\", \"nick\": \"Chris\", \"proto\": \"goodbye\"}", Encoding.ASCII.GetString(wire.Encode(new RoomRequest(RoomRequestKind.Bye, "Chris"))));
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
        var wire = RoomWire.Of(dialect);
        var bytes = new List<byte>();
        for (var i = 0; i < 3; i++)
            bytes.AddRange(wire.Encode(new RoomNews(RoomNewsKind.Said, "Ann", "text " + i)));
        var all = bytes.ToArray();
        var start = 0;
        var heard = new List<string>();
        for (var end = 0; end <= all.Length; end++)
        {
            while (wire.TryFrame(all, ref start, end, out var frame))
                heard.Add(wire.DecodeNews(frame).Text);
        }
        Assert.Equal(["text 0", "text 1", "text 2"], heard);
        Assert.Equal(all.Length, start);
    }

    private static RoomRequest Request(string line, bool joined) =>
        RoomWire.Of(RoomDialect.Text).DecodeRequest(new ArraySegment<byte>(Encoding.UTF8.GetBytes(line)), joined);

    private static ArraySegment<byte> Frame(RoomWire wire, byte[] bytes)
    {
        var start = 0;
        Assert.True(wire.TryFrame(bytes, ref start, bytes.Length, out var frame));
        Assert.Equal(bytes.Length, start);
        return frame;
    }
}
