using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Text;
using PSPairChat.Backplane;
using PSPairChat.Connections;
using PSPairChat.Rooms;
using PSPairChat.Security;
using PSPairChat.Sessions;
using Xunit;

namespace PSPairChat.Unit;

/// <summary>The rules by which a member of a room continues its session at another server, without connections.</summary>
public sealed class ContinuationRuleTests
{
    private static readonly byte[] Der = [1, 2, 3];
    private readonly byte[] _output = new byte[ResumeProtocol.MaxOutputBytes];

    [Fact]
    public void Only_confirmed_bytes_are_acknowledged()
    {
        ResumeProtocol client = new(), server = new();
        server.RequireConfirmation();
        client.Send(new byte[30], 0, 30);
        Exchange(client, server);
        server.Acknowledge(isHeartbeat: false);
        Assert.Equal(0, server.Encode(_output));
        server.Confirm(20);
        server.Confirm(10);
        server.Acknowledge(isHeartbeat: false);
        Exchange(server, client);
        Assert.Equal((30, 20, 10), (server.Received, client.Acknowledged, client.Unacknowledged));
        server.Acknowledge(isHeartbeat: true);
        Exchange(server, client);
        Assert.Equal(20, client.Acknowledged);
        server.Confirm(40);
        server.Acknowledge(isHeartbeat: false);
        Exchange(server, client);
        Assert.Equal(30, client.Acknowledged);
    }

    [Fact]
    public void Bytes_that_the_previous_server_received_and_did_not_confirm_are_sent_to_the_next()
    {
        ResumeProtocol client = new(), first = new();
        first.RequireConfirmation();
        client.Send([.. Enumerable.Range(0, 30).Select(i => (byte)i)], 0, 30);
        Exchange(client, first);
        first.Confirm(12);
        first.Send(new byte[50], 0, 50);
        Exchange(first, client);
        Assert.Equal((50, 12), (client.Received, client.Acknowledged));
        Assert.True(first.TryResume(50));
        Assert.True(client.TryResume(30));
        Exchange(client, first);
        Exchange(first, client);
        Assert.Equal((30, 12), (first.Received, client.Acknowledged));

        var second = new ResumeProtocol(received: 15);
        second.RequireConfirmation();
        Assert.False(client.TryResume(11, isOtherServer: true));
        Assert.True(client.TryResume(15, isOtherServer: true));
        Assert.Equal((0, 12), (client.Received, client.Acknowledged));
        second.Send([7, 8, 9], 0, 3);
        Assert.Equal([7, 8, 9], Exchange(second, client));
        Assert.Equal([.. Enumerable.Range(15, 15).Select(i => (byte)i)], Exchange(client, second));
        Assert.Equal((3, 30), (client.Received, second.Received));
        second.Confirm(30);
        second.Acknowledge(isHeartbeat: false);
        Exchange(second, client);
        Assert.Equal(30, client.Acknowledged);
    }

    [Fact]
    public void Bytes_of_messages_are_confirmed_in_the_log_and_those_of_commands_with_the_messages_before_them()
    {
        var confirmed = new List<long>();
        var input = new InputTracker(100, confirmed.Add);
        Assert.Equal(100, input.Position);
        input.OnReceived(50);
        input.OnFrame(40);
        input.OnHandled();
        Assert.Equal([110], confirmed);
        input.OnFrame(30);
        input.OnAppended();
        input.OnHandled();
        input.OnFrame(20);
        input.OnAppended();
        input.OnHandled();
        input.OnFrame(5);
        input.OnHandled();
        Assert.Equal([110], confirmed);
        input.OnLogged(120);
        Assert.Equal([110, 120], confirmed);
        input.OnLogged(130);
        Assert.Equal([110, 120, 145], confirmed);
        Assert.Equal(145, input.Position);
    }

    [Fact]
    public void A_line_contains_the_position_of_its_message()
    {
        var protocol = new TextProtocol();
        var line = protocol.Encode(new RoomEvent(RoomEventKind.Message, "Ann", "hello") { Position = 1234 });
        Assert.Equal("\u001e1234\u001fAnn> hello\n", Encoding.UTF8.GetString(line));
        Assert.Equal(new RoomEvent(RoomEventKind.Message, "Ann", "hello") { Position = 1234 }, Decode(protocol, "\u001e1234\u001fAnn> hello"));
        Assert.Equal(new RoomEvent(RoomEventKind.Message, "Ann", "hello"), Decode(protocol, "Ann> hello"));
        Assert.Equal(new RoomEvent(RoomEventKind.PrivateMessage, "Ann", "\u001e1\u001fx"), Decode(protocol, "[private] Ann> \u001e1\u001fx"));
        Assert.Equal(0, Decode(protocol, "\u001e-1\u001fAnn> hello").Position);
        Assert.Equal(0, Decode(protocol, "\u001e99999999999999999999\u001fAnn> hello").Position);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Bob> an incomplete li")]
    [InlineData("\u001e12\u001fBob> an incomplete li")]
    [InlineData("\u001e1")]
    public void What_precedes_the_beginning_of_another_server_on_its_line_is_discarded(string incomplete)
    {
        var protocol = new TextProtocol();
        foreach (var position in new[] { 0, 17 })
        {
            var line = Encoding.UTF8.GetString(protocol.Encode(new RoomEvent(RoomEventKind.Continued) { Position = position })).TrimEnd('\n');
            Assert.EndsWith("\u0018", line, StringComparison.Ordinal);
            if (position > 0 || !incomplete.Contains('\u001e', StringComparison.Ordinal))
                Assert.Equal(new RoomEvent(RoomEventKind.Continued) { Position = position }, Decode(protocol, incomplete + line));
        }
    }

    [Fact]
    public void Messages_that_another_server_sends_again_are_recognized()
    {
        var positions = new List<long>();
        var reader = new RoomEventReader(new TextProtocol(), positions.Add);
        Feed(reader, "\u001e5\u001fREADY Ann: x\n\u001e6\u001fBob> a\n* Bob has left.\n\u001e8\u001fBob> b\nBob> c");
        Assert.Equal(3, reader.Count(e => e.Position > 0));
        Assert.Equal(["x", "a", "", "b"], ReadAll(reader));
        Feed(reader, "\u001e6\u001f\u0018\n\u001e7\u001fBob> again\n\u001e8\u001fBob> b\n* notice\n\u001e9\u001fBob> new\n");
        Assert.Equal(2, reader.Count(_ => true));
        Assert.Equal(["notice", "new"], ReadAll(reader));
        Assert.Equal([5, 6, 8, 9], positions);
        // The log was emptied: its positions begin again.
        Feed(reader, "\u001e3\u001fBob> restarted\n");
        Assert.Equal(["restarted"], ReadAll(reader));
        Feed(reader, "\u0018\n\u001e2\u001fBob> restarted again\n");
        Assert.Equal(["restarted again"], ReadAll(reader));
    }

    [Theory]
    [InlineData("s1.abc", "s2.abc", true)]
    [InlineData("s1.abc", "s1.abc", true)]
    [InlineData("s1.abc", "s1.abd", false)]
    [InlineData("s1.abc", "abc", false)]
    [InlineData("", "", false)]
    [InlineData("@host", "@host", false)]
    public void Memberships_have_the_same_session_if_the_last_parts_of_their_identifiers_are_equal(string id, string other, bool expected) =>
        Assert.Equal(expected, BackplaneMembers.HasSameSession(id, other));

    [Fact]
    public void An_invite_names_the_other_servers_of_a_room()
    {
        DnsEndPoint[] servers = [new("flip2", 54322), new("::1", 1)];
        var uri = InviteUri.Create("flip1", 54321, "lobby", "Ann", InviteToken.Create(KeyFingerprint.FromCertificate(Der)), servers);
        Assert.StartsWith("pairchat://Ann@flip1:54321/lobby?server=flip2:54322&server=[::1]:1#", uri.ToString(), StringComparison.Ordinal);
        Assert.Equal(servers, InviteUri.Parse(uri.ToString()).OtherServers);
        var withoutPort = uri.ToString().Replace("flip2:54322", "flip2", StringComparison.Ordinal);
        Assert.Equal([new("flip2", 54321), servers[1]], InviteUri.Parse(withoutPort).OtherServers);
        var error = Assert.Throws<ChatException>(() => InviteUri.Parse(uri.ToString().Replace("54322", "0", StringComparison.Ordinal)));
        Assert.Equal(ChatErrorReason.InviteInvalid, error.Reason);
        Assert.Contains("'flip2:0' has an invalid port", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData(":54321")]
    [InlineData("[]")]
    [InlineData("[]:54321")]
    [InlineData("tcp://:54321")]
    [InlineData("http://flip1")]
    public void An_address_without_a_host_name_is_an_error(string address)
    {
        var error = Assert.Throws<ChatException>(() => HostNameParser.ParseAll(["flip1", address], 1));
        Assert.Equal((ChatErrorReason.HostNotFound, $"'{address}' is not a host name."), (error.Reason, error.Message));
    }

    private List<byte> Exchange(ResumeProtocol from, ResumeProtocol to)
    {
        var received = new List<byte>();
        int start = 0, end = from.Encode(_output);
        while (to.TryDecode(_output, ref start, end, out var data))
            received.AddRange(data);
        return received;
    }

    private static RoomEvent Decode(TextProtocol protocol, string line) => protocol.DecodeEvent(new ArraySegment<byte>(Encoding.UTF8.GetBytes(line)));

    private static void Feed(RoomEventReader reader, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var buffer = reader.GetBuffer();
        bytes.CopyTo(buffer.Array!, buffer.Offset);
        reader.Advance(bytes.Length);
    }

    private static List<string> ReadAll(RoomEventReader reader)
    {
        var texts = new List<string>();
        while (reader.TryRead(out var roomEvent))
            texts.Add(roomEvent.Text);
        return texts;
    }
}
