using System;
using System.Diagnostics;
using System.Linq;
using System.Net;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Xunit;

namespace PSPairChat.Unit;

public class RoomSessionTests
{
    /// <summary>Gets how the sessions connect.</summary>
    private protected virtual TestTransport Transport => TestTransport.Tcp;

    private static readonly TimeSpan WaitTimeout = TimeSpan.FromSeconds(20);

    [Fact]
    public void A_message_reaches_all_members_except_its_sender()
    {
        using var room = Open();
        using var ann = RoomTestClient.Join(room, "NICK Ann");
        using var bob = RoomTestClient.Join(room, "Bob");
        Assert.Equal("* Bob has joined.", ann.Read());
        ann.Send("hello");
        bob.Send("hi Ann");
        Assert.Equal("Ann> hello", bob.Read());
        Assert.Equal("Bob> hi Ann", ann.Read());
        Assert.Equal(["Ann> hello", "Bob> hi Ann"], new[] { Receive(room), Receive(room) }.Order());
        room.Send("welcome");
        Assert.Equal("host> welcome", ann.Read());
        Assert.Equal("host> welcome", bob.Read());
        Assert.Equal((1, 2), (room.MessagesSent, room.MessagesReceived));
    }

    [Theory]
    [InlineData("ann", "RETRY The handle 'ann' is taken.")]
    [InlineData("HOST", "RETRY The handle 'HOST' is taken.")]
    [InlineData("Аnn", "RETRY Invalid handle 'Аnn'. A handle in a room has letters of one script, and 'n' (U+006E) is Latin after Cyrillic.")]
    [InlineData("НОЅТ", "RETRY The handle 'НОЅТ' looks like 'host', which is taken.")]
    [InlineData("ЅЕRVER", "RETRY Invalid handle 'ЅЕRVER'. A handle in a room has letters of one script, and 'R' (U+0052) is Latin after Cyrillic.")]
    [InlineData("\u3164",
        "RETRY Invalid handle ''. The letter U+3164 is not allowed in a room because it is invisible, a variant of other letters or unknown.")]
    [InlineData("Bob7", "RETRY Invalid handle 'Bob7'. A handle is one word of 1 through 10 letters, and '7' (U+0037) is not a letter.")]
    [InlineData("hello everybody", "RETRY Invalid handle 'hello everybody'. A handle is one word of 1 through 10 letters.")]
    [InlineData("abcdefghijk", "RETRY Invalid handle 'abcdefghijk'. A handle is one word of 1 through 10 letters.")]
    public void An_invalid_nickname_is_rejected_and_another_can_be_tried(string handle, string refusal)
    {
        using var room = Open();
        using var ann = RoomTestClient.Join(room, "Ann");
        using var client = new RoomTestClient(room.Port);
        client.Read();
        client.Send(handle);
        Assert.Equal(refusal, client.Read());
        client.Send("abcdefghij");
        Assert.StartsWith("READY abcdefghij", client.Read(), StringComparison.Ordinal);
        Assert.Equal("* abcdefghij has joined.", ann.Read());
    }

    [Fact]
    public void A_connection_without_a_nickname_cannot_send_messages()
    {
        using var room = Open();
        using var ann = RoomTestClient.Join(room, "Ann");
        using var unregistered = new RoomTestClient(room.Port);
        unregistered.Send("/say hello\n/msg Ann hello\nBYE");
        Assert.Equal(["HELLO", "RETRY", "RETRY"], new[] { unregistered.Read(), unregistered.Read(), unregistered.Read() }.Select(l => l!.Split(' ')[0]));
        Assert.Null(unregistered.Read());
        room.Send("end");
        Assert.Equal("host> end", ann.Read());
    }

    [Fact]
    public void A_nickname_can_be_used_again_after_its_owner_has_left()
    {
        using var room = Open();
        for (var i = 0; i < 3; i++)
        {
            using var ann = RoomTestClient.Join(room, "Ann");
            ann.Send("BYE");
            Assert.Null(ann.Read());
        }
        using (RoomTestClient.Join(room, "Ann"))
        {
        }
        WaitUntil(() => room.Members.Count == 0);
        Assert.Equal(ChatSessionState.Listening, room.State);
    }

    [Fact]
    public void Joining_and_leaving_is_announced_to_the_members_and_the_host()
    {
        using var room = Open();
        using var ann = RoomTestClient.Join(room, "Ann");
        var bob = RoomTestClient.Join(room, "Bob");
        bob.Send("\\quit");
        Assert.Null(bob.Read());
        bob.Dispose();
        Assert.Equal(["* Bob has joined.", "* Bob has left."], ann.Read(2));
        var notices = room.DequeueNoticeTexts();
        Assert.Contains(notices, n => n.StartsWith("Bob has joined from 127.0.0.1:", StringComparison.Ordinal));
        Assert.Contains("Bob has left.", notices);
    }

    [Fact]
    public void A_private_message_reaches_its_recipient_only()
    {
        using var room = Open();
        using var ann = RoomTestClient.Join(room, "Ann");
        using var bob = RoomTestClient.Join(room, "Bob");
        using var eve = RoomTestClient.Join(room, "Eve");
        ann.ReadUntil("* Eve has joined.");
        bob.ReadUntil("* Eve has joined.");
        ann.Send("/msg bob psst");
        Assert.Equal("[private] Ann> psst", bob.Read());
        room.Send("to you", "ANN");
        Assert.Equal("[private] host> to you", ann.Read());
        ann.Send("/msg HOST and to you");
        var message = room.Receive(WaitTimeout)!;
        Assert.Equal(("Ann", "and to you", "host", "[private] Ann> and to you"), (message.From, message.Text, message.To, message.ToString()));
        ann.Send("/msg Nobody hello");
        Assert.Equal("* There is no member named 'Nobody' in lobby.", ann.Read());
        Assert.Equal(ChatErrorReason.MemberNotFound, Assert.Throws<ChatException>(() => room.Send("x", "Nobody")).Reason);
        room.Send("end");
        Assert.Equal("host> end", eve.Read());
    }

    [Fact]
    public void A_private_message_reaches_a_host_whose_handle_is_written_in_another_case()
    {
        using var room = RoomSession.Start("lobby", 0, new ChatOptions { Handle = "Wei\u00df" }, null, IPAddress.Loopback);
        using var ann = RoomTestClient.Join(room, "Ann");
        ann.Send("/msg WEI\u1e9e psst");
        Assert.Equal("psst", room.Receive(WaitTimeout)!.Text);
    }

    [Fact]
    public void The_list_of_members_can_be_requested()
    {
        using var room = Open();
        using var bob = RoomTestClient.Join(room, "Bob");
        using var ann = RoomTestClient.Join(room, "Ann");
        ann.Send("/who");
        Assert.Equal("* Members: host, Ann, Bob", ann.Read());
        ann.Send("hi");
        Receive(room);
        Assert.Equal([("Ann", 1L), ("Bob", 0L)], room.Members.Select(m => (m.Handle, m.MessageCount)));
        Assert.All(room.Members, m => Assert.StartsWith("127.0.0.1:", m.RemoteEndPoint, StringComparison.Ordinal));
    }

    [Fact]
    public void New_members_receive_the_last_messages_marked_as_history()
    {
        using var room = Open(new RoomOptions { HistoryCount = 2 });
        using var ann = RoomTestClient.Join(room, "Ann");
        ann.Send("one\ntwo");
        Receive(room);
        Receive(room);
        room.Send("three");
        using var bob = RoomTestClient.Join(room, "Bob");
        Assert.Equal(["[history] Ann> two", "[history] host> three"], bob.Read(2));
    }

    [Fact]
    public void Private_messages_are_not_part_of_the_history()
    {
        using var room = Open(new RoomOptions { HistoryCount = 10 });
        using var ann = RoomTestClient.Join(room, "Ann");
        using var bob = RoomTestClient.Join(room, "Bob");
        bob.Send("/msg Ann between members");
        bob.Send("/msg host to the host");
        room.Send("from the host", "Bob");
        bob.Send("to all");
        Assert.Equal(["* Bob has joined.", "[private] Bob> between members", "Bob> to all"], ann.Read(3));
        using var eve = RoomTestClient.Join(room, "Eve");
        room.Send("end");
        Assert.Equal(["[history] Bob> to all"], eve.ReadUntil("host> end"));
    }

    [Fact]
    public void A_Kutztown_room_echoes_to_a_member_its_messages_and_its_departure()
    {
        using var room = Open(new RoomOptions { Dialect = RoomDialect.Kutztown });
        using var ann = new RoomTestClient(room.Port);
        ann.SendPacket("""{"msg": "Ann", "nick": "None", "proto": "verify"}""");
        ann.SendPacket("""{"msg": "hello", "nick": "Ann", "proto": "broadcast"}""");
        ann.SendPacket("""{"msg": "BYE", "nick": "Ann", "proto": "goodbye"}""");
        Assert.Equal(
            [
                """{"msg": "HELLO", "nick": "SERVER", "proto": "connect"}""",
                """{"msg": "READY", "nick": "SERVER", "proto": "ready"}""",
                """{"msg": "Members: host, Ann", "nick": "SERVER", "proto": "broadcast"}""",
                """{"msg": "hello", "nick": "Ann", "proto": "broadcast"}""",
                """{"msg": "Ann disconnected", "nick": "SERVER", "proto": "goodbye"}""",
            ], ann.ReadPackets());
    }

    [DiskFullFact]
    public void A_transcript_that_cannot_be_written_is_reported_once_and_the_room_goes_on()
    {
        using var room = Transport.StartRoom("lobby", 0,
            new ChatOptions { Handle = "host", TranscriptPath = DiskFullFactAttribute.Path }, new RoomOptions { MaxMessagesPerSecond = 0 }, IPAddress.Loopback);
        using var ann = RoomTestClient.Join(room, "Ann");
        using var bob = RoomTestClient.Join(room, "Bob");
        ann.Read();
        for (var i = 0; i < 100; i++)
        {
            bob.Send($"{i}");
            Assert.Equal($"Bob> {i}", ann.Read());
        }
        room.Dispose();
        Assert.Collection(room.DequeueNotices(ChatNoticeKind.Warning),
            text => Assert.StartsWith("Failed to write the transcript", text, StringComparison.Ordinal),
            text => Assert.Contains("is incomplete. Entries not written:", text, StringComparison.Ordinal));
    }

    [Fact]
    public void A_history_larger_than_a_send_queue_is_sent_completely()
    {
        using var room = Open(new RoomOptions { HistoryCount = 500 });
        for (var i = 0; i < 500; i++)
            room.Send(new string('x', 490) + i);
        using var ann = RoomTestClient.Join(room, "Ann");
        for (var i = 0; i < 500; i++)
            Assert.EndsWith("x" + i, ann.Read(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_message_cannot_control_the_screen_or_forge_a_line()
    {
        using var room = Open();
        using var ann = RoomTestClient.Join(room, "Ann");
        using var eve = RoomTestClient.Join(room, "Eve");
        ann.Read();
        eve.Send("\u001b[2J\rBob> hi\u0007\u0085* Bob has left.");
        Assert.Equal("Eve> ␛[2J␍Bob> hi␇<U+0085>* Bob has left.", ann.Read());
        eve.Send([0xC3, 0x28, (byte)'\n']);
        Assert.Equal("Eve> \uFFFD(", ann.Read());
    }

    [Fact]
    public void Telnet_commands_are_removed()
    {
        using var room = Open();
        using var ann = RoomTestClient.Join(room, "Ann\r");
        using var bob = RoomTestClient.Join(room, "Bob\r");
        ann.Read();
        bob.Send([0xFF, 0xFD, 0x06, (byte)'h', (byte)'i', 0xFF, 0xF4, (byte)'\r', (byte)'\n']);
        Assert.Equal("Bob> hi", ann.Read());
    }

    [Fact]
    public void A_message_that_is_too_long_is_not_sent_and_its_sender_is_notified()
    {
        using var room = Open();
        using var ann = RoomTestClient.Join(room, "Ann");
        using var bob = RoomTestClient.Join(room, "Bob");
        ann.Read();
        bob.Send(new string('x', 501) + "\n" + new string('é', 500));
        Assert.Equal("* Message not sent: it has 501 characters, but the maximum is 500.", bob.Read());
        Assert.Equal("Bob> " + new string('é', 500), ann.Read());
        bob.Send("/msg Ann " + new string('x', 501) + "\n/msg Ann short");
        Assert.Equal("* Message not sent: it has 501 characters, but the maximum is 500.", bob.Read());
        Assert.Equal("[private] Bob> short", ann.Read());
    }

    [Fact]
    public void A_line_without_an_end_disconnects_its_sender()
    {
        using var room = Open();
        using var ann = RoomTestClient.Join(room, "Ann");
        using var bob = RoomTestClient.Join(room, "Bob");
        ann.Read();
        bob.Send(new byte[20_000]);
        Assert.Equal("* Bob has left: message too long (more than 2256 bytes)", ann.Read());
        Assert.Empty(bob.ReadToReset());
    }

    [Fact]
    public void The_last_line_before_the_end_of_the_stream_needs_no_line_feed()
    {
        using var room = Open();
        using var ann = RoomTestClient.Join(room, "Ann");
        using var bob = RoomTestClient.Join(room, "Bob");
        ann.Read();
        bob.Send("last words"u8.ToArray());
        bob.ShutdownSend();
        Assert.Equal(["Bob> last words", "* Bob has left."], ann.Read(2));
        Assert.Null(bob.Read());
    }

    [Fact]
    public void Messages_beyond_the_rate_limit_are_delayed_and_not_lost()
    {
        using var room = Open(new RoomOptions { MaxMessagesPerSecond = 5 });
        using var ann = RoomTestClient.Join(room, "Ann");
        using var eve = RoomTestClient.Join(room, "Eve");
        ann.Read();
        var clock = Stopwatch.StartNew();
        eve.Send(string.Join('\n', Enumerable.Range(0, 19)));
        ann.Send("not delayed");
        Assert.Equal("Ann> not delayed", eve.Read());
        for (var i = 0; i < 19; i++)
            Assert.Equal("Eve> " + i, ann.Read());
        // A burst of 10, of which the nickname is one, then 5 per second.
        Assert.InRange(clock.Elapsed.TotalSeconds, 1.5, 15);
    }

    [Fact]
    public void A_full_room_rejects_connections_and_nicknames()
    {
        using var room = Open(new RoomOptions { MaxMembers = 1 });
        using var early = new RoomTestClient(room.Port);
        early.Read();
        using var ann = RoomTestClient.Join(room, "Ann");
        using var late = new RoomTestClient(room.Port);
        Assert.Equal("FULL The room lobby is full (1 of 1 members).", late.Read());
        Assert.Null(late.Read());
        early.Send("Early");
        Assert.Equal("FULL The room lobby is full (1 of 1 members).", early.Read());
        Assert.Null(early.Read());
    }

    [Fact]
    public void An_unknown_command_is_answered_with_the_commands()
    {
        using var room = Open();
        using var ann = RoomTestClient.Join(room, "Ann");
        ann.Send("/dance");
        Assert.StartsWith("* Type a message to send it to all members. Commands: ", ann.Read(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_host_can_remove_a_member_with_a_reason()
    {
        using var room = Open();
        using var ann = RoomTestClient.Join(room, "Ann");
        using var eve = RoomTestClient.Join(room, "Eve");
        ann.Read();
        var tooLong = Assert.Throws<ChatException>(() => room.Remove("eve", new string('x', 70_000)));
        Assert.Equal((ChatErrorReason.MessageTooLong, "Reason"), (tooLong.Reason, tooLong.OptionName));
        room.Remove("eve", "too\u001bloud");
        Assert.Equal("BYE You were removed by host (too␛loud).", eve.Read());
        Assert.Null(eve.Read());
        Assert.Equal("* Eve has left: removed by host (too␛loud)", ann.Read());
        Assert.Contains("Eve has left: removed by host (too␛loud)", room.DequeueNoticeTexts());
        Assert.Equal(ChatErrorReason.MemberNotFound, Assert.Throws<ChatException>(() => room.Remove("eve")).Reason);
    }

    [Fact]
    public void A_member_that_does_not_read_is_disconnected_and_the_others_lose_nothing()
    {
        using var room = Open(new RoomOptions { MaxMessagesPerSecond = 0 });
        using var ann = RoomTestClient.Join(room, "Ann");
        using var eve = RoomTestClient.Join(room, "Eve");
        eve.Socket.ReceiveBufferSize = 4096;
        ann.Read();
        var text = new string('x', 480);
        var i = 0;
        // Ann reads each message before the next is sent, so that only Eve can be slow.
        for (string? line; room.Members.Count == 2 && i < 20_000; i++)
        {
            room.Send(text + i);
            line = ann.Read();
            if (line!.StartsWith('*'))
            {
                Assert.Matches(@"^\* Eve has left: send (queue full|timed out)$", line);
                line = ann.Read();
            }
            Assert.Equal("host> " + text + i, line);
        }
        Assert.InRange(i, 100, 19_999);
        Assert.Equal("Ann", Assert.Single(room.Members).Handle);
    }

    [Fact]
    public void A_host_that_does_not_receive_keeps_the_last_messages_only()
    {
        using var room = Open(new RoomOptions { MaxMessagesPerSecond = 0 });
        using var ann = RoomTestClient.Join(room, "Ann");
        for (var i = 0; i < RoomSession.MaxUnreadMessages + 5; i++)
            ann.Send(i.ToString(System.Globalization.CultureInfo.InvariantCulture));
        WaitUntil(() => room.MessagesReceived == RoomSession.MaxUnreadMessages + 5);
        Assert.Equal("Ann> 5", Receive(room));
        Assert.Single(room.DequeueNoticeTexts(), n => n.Contains("unread", StringComparison.Ordinal));
    }

    [Fact]
    public void Disconnecting_disconnects_all_members_and_the_room_stays_open()
    {
        using var room = Open();
        using var ann = RoomTestClient.Join(room, "Ann");
        Assert.Null(room.Send("\\quit"));
        Assert.Equal("BYE All members were disconnected by host.", ann.Read());
        Assert.Null(ann.Read());
        using var again = RoomTestClient.Join(room, "Ann");
        Assert.Equal(ChatSessionState.Connected, room.State);
    }

    [Fact]
    public void Stopping_notifies_all_members_and_ends_pending_receives()
    {
        var room = Open();
        using var ann = RoomTestClient.Join(room, "Ann");
        using var unregistered = new RoomTestClient(room.Port);
        unregistered.Read();
        var outcome = ReceiveOutcome.Message;
        Exception? error = null;
        var waiting = new Thread(() => error = Record.Exception(() => outcome = room.TryReceive(null, waitOnOwnTurn: false).Outcome));
        waiting.Start();
        WaitUntil(() => waiting.ThreadState == System.Threading.ThreadState.WaitSleepJoin);
        room.Dispose();
        Assert.Equal("BYE The room is closed.", ann.Read());
        Assert.Null(ann.Read());
        Assert.Equal("BYE The room is closed.", unregistered.Read());
        Assert.True(waiting.Join(WaitTimeout));
        Assert.Equal((null, ReceiveOutcome.Ended), (error, outcome));
        Assert.Equal((ChatSessionState.Closed, ChatCloseReason.Stopped), (room.State, room.CloseReason));
        Assert.Equal(ChatErrorReason.SessionClosed, Assert.Throws<ChatException>(() => room.Send("x")).Reason);
        Assert.Equal(ChatErrorReason.SessionClosed, Assert.Throws<ChatException>(() => room.Receive()).Reason);
        using var next = Transport.StartRoom("lobby", room.Port, new ChatOptions { Handle = "host" });
    }

    [Fact]
    public void Stopping_does_not_wait_for_a_member_that_does_not_read()
    {
        var room = Open();
        using var ann = RoomTestClient.Join(room, "Ann");
        using var eve = RoomTestClient.Join(room, "Eve");
        eve.Socket.ReceiveBufferSize = 4096;
        ann.Read();
        while (room.Members.All(m => m.QueuedBytes == 0))
        {
            room.Send(new string('x', 500));
            ann.Read();
        }
        var clock = Stopwatch.StartNew();
        room.Dispose();
        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 5);
        Assert.Equal("BYE The room is closed.", ann.Read());
    }

    [Fact]
    public void An_unexpected_error_disconnects_the_member_that_caused_it_and_the_room_goes_on()
    {
        var options = new ChatOptions { Handle = "host", MaxHandleLength = 10_000, MaxMessageLength = RoomOptions.MessageLengthLimit };
        using var room = Transport.StartRoom("lobby", 0, options, new RoomOptions { Dialect = RoomDialect.Kutztown }, IPAddress.Loopback);
        using var ann = Join(room, "Ann");
        // The nickname fits into the packet that requests it, but not into the packet that announces it, where each letter is 12 bytes.
        var json = Encoding.UTF8.GetBytes($$"""{"msg": "{{GothicNickname(0, 6000)}}", "nick": "None", "proto": "verify"}""");
        using var eve = new RoomTestClient(room.Port);
        eve.Send([(byte)(json.Length >> 8), (byte)json.Length, .. json]);
        Assert.All(eve.ReadToReset(), line => Assert.DoesNotContain("READY", line, StringComparison.Ordinal));
        Assert.Equal("Ann", Assert.Single(room.Members).Handle);
        room.Send("hello");
        Assert.Equal("hello", ann.Receive(WaitTimeout)!.Text);
        ann.Send("hello host");
        Assert.Equal("Ann> hello host", Receive(room));
        var warnings = room.DequeueNotices(ChatNoticeKind.Warning);
        Assert.Contains(warnings, w => w.StartsWith("Unexpected error (", StringComparison.Ordinal));
        Assert.Contains(warnings, w => w.StartsWith("Failed to announce that ", StringComparison.Ordinal));
    }

    [Fact]
    public void A_list_of_members_that_exceeds_a_packet_is_cut()
    {
        using var room = Open(new RoomOptions { Dialect = RoomDialect.Kutztown });
        var members = Enumerable.Range(0, 600).Select(i => Join(room, GothicNickname(i, 10))).ToList();
        room.Send("end");
        var last = members[^1];
        while (last.Receive(WaitTimeout)!.Text != "end")
        {
        }
        Assert.Equal(600, room.Members.Count);
        Assert.InRange(last.Members.Count, 100, 599);
        Assert.All(last.Members, m => Assert.DoesNotContain('.', m.Handle));
        Assert.Matches(@", \.\.\. and \d+ more$", Assert.Single(last.DequeueNotices(), n => n.Text.StartsWith("Members: ", StringComparison.Ordinal)).Text);
        members.ForEach(member => member.Dispose());
    }

    [Theory]
    [InlineData("two words", "host", ChatErrorReason.InvalidRoomName)]
    [InlineData("", "host", ChatErrorReason.InvalidRoomName)]
    [InlineData("lobby", "host1", ChatErrorReason.HandleInvalid)]
    public void An_invalid_room_name_or_host_handle_is_an_error(string name, string host, ChatErrorReason reason) => Assert.Equal(reason,
        Assert.Throws<ChatException>(() => Transport.StartRoom(name, 0, new ChatOptions { Handle = host })).Reason);

    [Fact]
    public void Many_members_receive_all_messages_in_order_while_others_join_and_leave()
    {
        const int MemberCount = 60, MessageCount = 50;
        using var room = Open(new RoomOptions { MaxMessagesPerSecond = 0 });
        var members = Enumerable.Range(0, MemberCount).Select(i => RoomTestClient.Join(room, "M" + Letters(i))).ToArray();
        using var stop = new CancellationTokenSource();
        var visitors = Task.Run(() =>
        {
            for (var i = 0; !stop.IsCancellationRequested; i++)
            {
                using var visitor = RoomTestClient.Join(room, "R" + Letters(i % 100));
                if (i % 2 == 0)
                    visitor.Send("BYE");
            }
        });
        var received = members.Select(member => Task.Factory.StartNew(() => member.ReadUntil("host> end"), TaskCreationOptions.LongRunning)).ToArray();
        for (var n = 0; n < MessageCount; n++)
        {
            for (var sender = 0; sender < 4; sender++)
                members[sender].Send($"{n}");
        }
        WaitUntil(() => room.MessagesReceived == 4 * MessageCount);
        room.Send("end");
        for (var i = 0; i < MemberCount; i++)
        {
            Assert.True(received[i].Wait(WaitTimeout));
            for (var sender = 0; sender < 4; sender++)
            {
                var prefix = $"M{Letters(sender)}> ";
                var expected = sender == i ? [] : Enumerable.Range(0, MessageCount).Select(n => prefix + n);
                Assert.Equal(expected, received[i].Result.Where(l => l.StartsWith(prefix, StringComparison.Ordinal)));
            }
        }
        stop.Cancel();
        Assert.True(visitors.Wait(WaitTimeout));
        foreach (var member in members)
            member.Dispose();
    }

    private RoomSession Open(RoomOptions? options = null) =>
        Transport.StartRoom("lobby", 0, new ChatOptions { Handle = "host" }, options, IPAddress.Loopback);

    private static string Receive(RoomSession room) => room.Receive(WaitTimeout)!.ToString();

    private static RoomMemberSession Join(RoomSession room, string handle) =>
        TestTransport.Join("127.0.0.1", room.Port, room.Room, new ChatOptions { Handle = handle }, RoomDialect.Kutztown, WaitTimeout);

    // Letters outside the basic multilingual plane: each is 12 bytes in a Kutztown packet.
    private static string GothicNickname(int number, int length)
    {
        var nickname = new StringBuilder();
        for (var i = 0; i < length; i++, number /= 16)
            nickname.Append(char.ConvertFromUtf32(0x10330 + number % 16));
        return nickname.ToString();
    }

    private static string Letters(int number) => $"{(char)('a' + number / 26)}{(char)('a' + number % 26)}";

    private static void WaitUntil(Func<bool> condition) => Assert.True(SpinWait.SpinUntil(condition, WaitTimeout));
}
