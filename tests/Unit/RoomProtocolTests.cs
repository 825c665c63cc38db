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
    [InlineData("/say", (int)ClientCommandKind.Help, "", "")]
    [InlineData("/say ", (int)ClientCommandKind.Help, "", "")]
    [InlineData("\0hello", (int)ClientCommandKind.Message, "", "hello")]
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

    public static TheoryData<int, string, string, string> Lines => new()
    {
        { (int)RoomEventKind.Welcome, "lobby", "Type a nickname.", "HELLO lobby: Type a nickname." },
        { (int)RoomEventKind.NickAccepted, "Bob", "Type a message.", "READY Bob: Type a message." },
        { (int)RoomEventKind.NickRejected, "", "taken", "RETRY taken" },
        { (int)RoomEventKind.RoomFull, "", "full", "FULL full" },
        { (int)RoomEventKind.Message, "Ann", "a", "Ann> a" },
        { (int)RoomEventKind.PrivateMessage, "Ann", "a", "[private] Ann> a" },
        { (int)RoomEventKind.HistoryMessage, "Ann", "a", "[history] Ann> a" },
        { (int)RoomEventKind.Joined, "Ann", "", "* Ann has joined." },
        { (int)RoomEventKind.Left, "Ann", "", "* Ann has left." },
        { (int)RoomEventKind.Left, "Ann", "send queue full", "* Ann has left: send queue full" },
        { (int)RoomEventKind.MemberList, "", "Ann, Bob", "* Members: Ann, Bob" },
        { (int)RoomEventKind.Notice, "", "Message not sent.", "* Message not sent." },
        { (int)RoomEventKind.Closing, "", "The room is closed.", "BYE The room is closed." },
    };

    [Theory]
    [MemberData(nameof(Lines))]
    public void An_event_is_one_line_of_text(int kind, string handle, string text, string line) =>
        Assert.Equal(line + "\n", Encoding.UTF8.GetString(RoomProtocol.Create(RoomDialect.Text).Encode(new RoomEvent((RoomEventKind)kind, handle, text))));

    [Theory]
    [InlineData("HELLO lobby", (int)RoomEventKind.Welcome, "lobby", "")]
    [InlineData("READY Bob:Type: x ", (int)RoomEventKind.NickAccepted, "Bob", "Type: x")]
    [InlineData("Ann> ", (int)RoomEventKind.Message, "Ann", "")]
    [InlineData("Ann> x\r\r", (int)RoomEventKind.Message, "Ann", "x")]
    [InlineData("> x", (int)RoomEventKind.Notice, "", "> x")]
    [InlineData("Ann says> x", (int)RoomEventKind.Notice, "", "Ann says> x")]
    [InlineData("no message", (int)RoomEventKind.Notice, "", "no message")]
    [InlineData("hello all", (int)RoomEventKind.Notice, "", "hello all")]
    [InlineData("[private] no message", (int)RoomEventKind.Notice, "", "no message")]
    [InlineData("* Ann has gone.", (int)RoomEventKind.Notice, "", "Ann has gone.")]
    [InlineData("* Ann has left", (int)RoomEventKind.Notice, "", "Ann has left")]
    [InlineData("*", (int)RoomEventKind.Notice, "", "*")]
    [InlineData("", (int)RoomEventKind.Notice, "", "")]
    public void A_line_of_a_room_is_parsed(string line, int kind, string handle, string text) =>
        Assert.Equal(new RoomEvent((RoomEventKind)kind, handle, text),
            RoomProtocol.Create(RoomDialect.Text).DecodeEvent(new ArraySegment<byte>(Encoding.UTF8.GetBytes(line))));

    [Theory]
    [InlineData((int)ClientCommandKind.None, "", "", "")]
    [InlineData((int)ClientCommandKind.Nick, "Bob", "", "NICK Bob")]
    [InlineData((int)ClientCommandKind.Message, "Bob", "hello", "hello")]
    [InlineData((int)ClientCommandKind.Message, "Bob", "/etc", "/say /etc")]
    [InlineData((int)ClientCommandKind.Message, "Bob", "BYE", "/say BYE")]
    [InlineData((int)ClientCommandKind.PrivateMessage, "Ann", "a b", "/msg Ann a b")]
    [InlineData((int)ClientCommandKind.ListMembers, "", "", "/who")]
    [InlineData((int)ClientCommandKind.Help, "", "", "/help")]
    [InlineData((int)ClientCommandKind.Quit, "Bob", "", "BYE")]
    public void A_command_is_one_line_of_text(int kind, string handle, string text, string line) =>
        Assert.Equal(line + "\n", Encoding.UTF8.GetString(RoomProtocol.Create(RoomDialect.Text).Encode(new ClientCommand((ClientCommandKind)kind, handle, text))));

    [Theory]
    [InlineData("HELLO lobby: Type a nickname of 1 to 10 letters.", "lobby")]
    [InlineData("HELLO lobby: Type something.", null)]
    [InlineData("HELLO lobby", null)]
    [InlineData("HELLO", null)]
    [InlineData("hello lobby: Type a nickname of", null)]
    [InlineData("Ann> HELLO lobby: Type a nickname of", null)]
    public void The_greeting_of_a_room_names_the_room(string line, string? room) => Assert.Equal(room, TextProtocol.FindRoomName(line));

    [Fact]
    public void Bytes_that_telnet_adds_to_a_line_are_removed()
    {
        byte[] frame = [0xFF, 253, 3, (byte)'a', 0xFF, 241, (byte)'b', 0, 0xFF, 251, 31, 0xC3, 0xA9, (byte)'\r', 0xFF, 250];
        var bytes = new ArraySegment<byte>([(byte)'x', .. frame, (byte)'y'], 1, frame.Length);
        Assert.Equal("ab\u00e9", RoomProtocol.Create(RoomDialect.Text).DecodeCommand(bytes, joined: true).Text);
        Assert.Equal("a", RoomProtocol.Create(RoomDialect.Text).DecodeCommand(new ArraySegment<byte>([0xFF, 241, (byte)'a']), joined: true).Text);
        byte[] unfinished = [(byte)'a', 0xFF];
        Assert.Equal("a", RoomProtocol.Create(RoomDialect.Text).DecodeCommand(new ArraySegment<byte>(unfinished), joined: true).Text);
    }

    [Theory]
    [InlineData(RoomDialect.Text, 500, 2256)]
    [InlineData(RoomDialect.Kutztown, 500, 6258)]
    [InlineData(RoomDialect.Kutztown, 60_000, 65_537)]
    public void A_frame_has_room_for_the_longest_message(RoomDialect dialect, int maxMessageLength, int expected)
    {
        var protocol = RoomProtocol.Create(dialect);
        Assert.Equal(expected, protocol.GetMaxFrameLength(maxMessageLength));
        if (maxMessageLength > 500)
            return;
        var longest = new ClientCommand(ClientCommandKind.Message, string.Concat(System.Linq.Enumerable.Repeat("\U00010400", 10)),
            string.Concat(System.Linq.Enumerable.Repeat("\U0001F600", maxMessageLength)));
        Assert.InRange(protocol.Encode(longest).Length, 0, expected);
    }

    [Theory]
    [InlineData("{\"msg\": \"Ann joined\", \"nick\": \"SERVER\", \"proto\": \"broadcast\"}", (int)RoomEventKind.Joined, "Ann", "")]
    [InlineData("{\"msg\": \"Ann disconnected\", \"nick\": \"SERVER\", \"proto\": \"goodbye\"}", (int)RoomEventKind.Left, "Ann", "")]
    [InlineData("{\"msg\": \"Ann disconnected\", \"nick\": \"SERVER\", \"proto\": \"broadcast\"}", (int)RoomEventKind.Notice, "", "Ann disconnected")]
    [InlineData("{\"msg\": \" joined\", \"nick\": \"SERVER\", \"proto\": \"broadcast\"}", (int)RoomEventKind.Notice, "", " joined")]
    [InlineData("{\"msg\": \"Ann joined\", \"nick\": \"Eve\", \"proto\": \"broadcast\"}", (int)RoomEventKind.Message, "Eve", "Ann joined")]
    [InlineData("{\"msg\": \"Members: Ann, Bob\", \"nick\": \"SERVER\", \"proto\": \"broadcast\"}", (int)RoomEventKind.MemberList, "", "Ann, Bob")]
    [InlineData("{\"msg\": \"HELLO\", \"nick\": \"SERVER\", \"proto\": \"connect\"}", (int)RoomEventKind.Welcome, "", "HELLO")]
    [InlineData("{\"msg\": \"READY\", \"nick\": \"SERVER\", \"proto\": \"ready\"}", (int)RoomEventKind.NickAccepted, "", "READY")]
    [InlineData("{\"msg\": \"RETRY\", \"nick\": \"SERVER\", \"proto\": \"retry\"}", (int)RoomEventKind.NickRejected, "", "RETRY")]
    [InlineData("{\"msg\": \"closed\", \"nick\": \"SERVER\", \"proto\": \"shutdown\"}", (int)RoomEventKind.Closing, "", "closed")]
    public void A_Kutztown_packet_of_a_room_is_decoded(string json, int kind, string handle, string text) =>
        Assert.Equal(new RoomEvent((RoomEventKind)kind, handle, text),
            RoomProtocol.Create(RoomDialect.Kutztown).DecodeEvent(new ArraySegment<byte>(Encoding.UTF8.GetBytes(json))));

    [Theory]
    [InlineData((int)RoomEventKind.RoomFull, "", "full", "full", "SERVER", "shutdown")]
    [InlineData((int)RoomEventKind.Closing, "", "closed", "closed", "SERVER", "shutdown")]
    [InlineData((int)RoomEventKind.PrivateMessage, "Ann", "psst", "[private] psst", "Ann", "broadcast")]
    [InlineData((int)RoomEventKind.HistoryMessage, "Ann", "old", "[history] old", "Ann", "broadcast")]
    [InlineData((int)RoomEventKind.Joined, "Ann", "", "Ann joined", "SERVER", "broadcast")]
    [InlineData((int)RoomEventKind.MemberList, "", "Ann, Bob", "Members: Ann, Bob", "SERVER", "broadcast")]
    [InlineData((int)RoomEventKind.Notice, "", "notice", "notice", "SERVER", "broadcast")]
    public void Kutztown_events_without_a_packet_of_their_own_are_broadcasts(int kind, string handle, string text, string message, string nickname, string proto)
    {
        var protocol = RoomProtocol.Create(RoomDialect.Kutztown);
        var packet = KutztownPacket.Decode(Frame(protocol, protocol.Encode(new RoomEvent((RoomEventKind)kind, handle, text))));
        Assert.Equal(new KutztownPacket(message, nickname, proto), packet);
    }

    [Theory]
    [InlineData("verify", false, (int)ClientCommandKind.Nick, "x", "")]
    [InlineData("broadcast", true, (int)ClientCommandKind.Message, "", "x")]
    [InlineData("goodbye", false, (int)ClientCommandKind.Quit, "", "")]
    [InlineData("goodbye", true, (int)ClientCommandKind.Quit, "", "")]
    [InlineData("verify", true, null, "", "")]
    [InlineData("broadcast", false, null, "", "")]
    [InlineData("connect", true, null, "", "")]
    public void A_Kutztown_packet_of_a_member_is_valid_in_its_phase_only(string proto, bool joined, int? kind, string handle, string text)
    {
        var protocol = RoomProtocol.Create(RoomDialect.Kutztown);
        var frame = Frame(protocol, new KutztownPacket("x", "Bob", proto).Encode());
        if (kind is null)
            Assert.Throws<FormatException>(() => protocol.DecodeCommand(frame, joined));
        else
            Assert.Equal(new ClientCommand((ClientCommandKind)kind, handle, text), protocol.DecodeCommand(frame, joined));
    }

    [Fact]
    public void A_Kutztown_packet_has_at_most_65535_bytes()
    {
        var empty = new KutztownPacket("", "Bob", "broadcast").Encode().Length - KutztownPacket.HeaderBytes;
        var longest = new KutztownPacket(new string('x', ushort.MaxValue - empty), "Bob", "broadcast").Encode();
        Assert.Equal((0xFF, 0xFF, ushort.MaxValue + KutztownPacket.HeaderBytes), (longest[0], longest[1], longest.Length));
        var error = Assert.Throws<ChatException>(() => new KutztownPacket(new string('x', ushort.MaxValue - empty + 1), "Bob", "broadcast").Encode());
        Assert.Equal(ChatErrorReason.MessageTooLong, error.Reason);
        Assert.Contains("65536 bytes, but the maximum is 65535", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Commands_without_a_Kutztown_packet_are_not_supported()
    {
        var protocol = RoomProtocol.Create(RoomDialect.Kutztown);
        foreach (var kind in new[] { ClientCommandKind.PrivateMessage, ClientCommandKind.ListMembers, ClientCommandKind.Help })
            Assert.Throws<NotSupportedException>(() => protocol.Encode(new ClientCommand(kind, "Ann", "x")));
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
    [InlineData("{\"msg\": \"x\", \"proto\": \"broadcast\"}")]
    [InlineData("{\"nick\": \"y\", \"proto\": \"broadcast\"}")]
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
    [InlineData(RoomDialect.Text)]
    [InlineData(RoomDialect.Kutztown)]
    public void A_frame_is_read_when_its_last_byte_has_arrived(RoomDialect dialect)
    {
        var protocol = RoomProtocol.Create(dialect);
        byte[] one = protocol.Encode(new RoomEvent(RoomEventKind.Message, "Ann", "one")), two = protocol.Encode(new RoomEvent(RoomEventKind.Message, "Ann", "two"));
        byte[] all = [.. one, .. two, .. one];
        for (var end = one.Length; end < one.Length + two.Length; end++)
        {
            var start = one.Length;
            Assert.False(protocol.TryReadFrame(all, ref start, end, out _));
            Assert.Equal(one.Length, start);
        }
        var next = one.Length;
        Assert.True(protocol.TryReadFrame(all, ref next, all.Length, out var frame));
        Assert.Equal(("two", one.Length + two.Length), (protocol.DecodeEvent(frame).Text, next));
    }

    [Fact]
    public void An_empty_line_is_a_frame()
    {
        var start = 0;
        Assert.True(RoomProtocol.Create(RoomDialect.Text).TryReadFrame("\nabc"u8.ToArray(), ref start, 4, out var frame));
        Assert.Equal((0, 1), (frame.Count, start));
    }

    [Fact]
    public void A_Kutztown_room_echoes_and_needs_whole_packets()
    {
        RoomProtocol text = RoomProtocol.Create(RoomDialect.Text), kutztown = RoomProtocol.Create(RoomDialect.Kutztown);
        Assert.Equal((false, true), (text.EchoesToSender, text.AcceptsUnterminatedFrame));
        Assert.Equal((true, false), (kutztown.EchoesToSender, kutztown.AcceptsUnterminatedFrame));
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
