using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Net;
using System.Threading;
using System.Threading.Tasks;
using Xunit;

namespace PSPairChat.Unit;

public sealed class RoomSessionTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public void Everyone_hears_everyone_but_not_himself()
    {
        using var room = Open();
        using var ann = RoomTestClient.Join(room, "NICK Ann");
        using var bob = RoomTestClient.Join(room, "Bob");
        Assert.Equal("* Bob has joined.", ann.Read());
        ann.Type("hello");
        bob.Type("hi Ann");
        Assert.Equal("Ann> hello", bob.Read());
        Assert.Equal("Bob> hi Ann", ann.Read());
        Assert.Equal(["Ann> hello", "Bob> hi Ann"], new[] { Hear(room), Hear(room) }.Order());
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
    public void A_nickname_that_will_not_do_is_refused_and_another_may_be_tried(string handle, string refusal)
    {
        using var room = Open();
        using var ann = RoomTestClient.Join(room, "Ann");
        using var guest = new RoomTestClient(room.Port);
        guest.Read();
        guest.Type(handle);
        Assert.Equal(refusal, guest.Read());
        guest.Type("abcdefghij");
        Assert.StartsWith("READY abcdefghij", guest.Read(), StringComparison.Ordinal);
        Assert.Equal("* abcdefghij has joined.", ann.Read());
    }

    [Fact]
    public void Nobody_speaks_before_he_has_a_nickname()
    {
        using var room = Open();
        using var ann = RoomTestClient.Join(room, "Ann");
        using var stranger = new RoomTestClient(room.Port);
        stranger.Type("/say hello\n/msg Ann hello\nBYE");
        Assert.Equal(["HELLO", "RETRY", "RETRY"], new[] { stranger.Read(), stranger.Read(), stranger.Read() }.Select(l => l!.Split(' ')[0]));
        Assert.Null(stranger.Read());
        room.Send("end");
        Assert.Equal("host> end", ann.Read());
    }

    [Fact]
    public void A_nickname_is_free_as_soon_as_its_owner_is_gone()
    {
        using var room = Open();
        for (var i = 0; i < 3; i++)
        {
            using var ann = RoomTestClient.Join(room, "Ann");
            ann.Type("BYE");
            Assert.Null(ann.Read());
        }
        using (RoomTestClient.Join(room, "Ann"))
        {
        }
        Until(() => room.Members.Count == 0);
        Assert.Equal(ChatSessionState.Listening, room.State);
    }

    [Fact]
    public void Who_comes_and_goes_is_told_to_the_others_and_to_the_host()
    {
        using var room = Open();
        using var ann = RoomTestClient.Join(room, "Ann");
        var bob = RoomTestClient.Join(room, "Bob");
        bob.Type("\\quit");
        Assert.Null(bob.Read());
        bob.Dispose();
        Assert.Equal(["* Bob has joined.", "* Bob has left."], ann.Read(2));
        var told = Notices(room);
        Assert.Contains(told, n => n.StartsWith("Bob has joined from 127.0.0.1:", StringComparison.Ordinal));
        Assert.Contains("Bob has left.", told);
    }

    [Fact]
    public void A_whisper_is_heard_by_one_alone()
    {
        using var room = Open();
        using var ann = RoomTestClient.Join(room, "Ann");
        using var bob = RoomTestClient.Join(room, "Bob");
        using var eve = RoomTestClient.Join(room, "Eve");
        ann.ReadUntil("* Eve has joined.");
        bob.ReadUntil("* Eve has joined.");
        ann.Type("/msg bob psst");
        Assert.Equal("[private] Ann> psst", bob.Read());
        room.Send("to you", "ANN");
        Assert.Equal("[private] host> to you", ann.Read());
        ann.Type("/msg host and to you");
        var heard = room.Receive(Patience)!;
        Assert.Equal(("Ann", "and to you", "host", "[private] Ann> and to you"), (heard.From, heard.Text, heard.To, heard.ToString()));
        ann.Type("/msg Nobody hello");
        Assert.Equal("* There is nobody called 'Nobody' here.", ann.Read());
        Assert.Equal(ChatErrorReason.MemberNotFound, Assert.Throws<ChatException>(() => room.Send("x", "Nobody")).Reason);
        room.Send("end");
        Assert.Equal("host> end", eve.Read());
    }

    [Fact]
    public void Who_is_here_can_be_asked()
    {
        using var room = Open();
        using var bob = RoomTestClient.Join(room, "Bob");
        using var ann = RoomTestClient.Join(room, "Ann");
        ann.Type("/who");
        Assert.Equal("* Here: host, Ann, Bob", ann.Read());
        ann.Type("hi");
        Hear(room);
        Assert.Equal([("Ann", 1L), ("Bob", 0L)], room.Members.Select(m => (m.Handle, m.MessageCount)));
        Assert.All(room.Members, m => Assert.Equal(IPAddress.Loopback, ((IPEndPoint)m.RemoteEndPoint!).Address));
    }

    [Fact]
    public void Those_who_come_later_get_the_last_messages_marked_as_past()
    {
        using var room = Open(new RoomOptions { HistoryCount = 2 });
        using var ann = RoomTestClient.Join(room, "Ann");
        ann.Type("one\ntwo");
        Hear(room);
        Hear(room);
        room.Send("three");
        using var bob = RoomTestClient.Join(room, "Bob");
        Assert.Equal(["[past] Ann> two", "[past] host> three"], bob.Read(2));
    }

    [Fact]
    public void A_history_larger_than_a_queue_is_given_whole()
    {
        using var room = Open(new RoomOptions { HistoryCount = 500 });
        for (var i = 0; i < 500; i++)
            room.Send(new string('x', 490) + i);
        using var ann = RoomTestClient.Join(room, "Ann");
        for (var i = 0; i < 500; i++)
            Assert.EndsWith("x" + i, ann.Read(), StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_member_says_cannot_harm_a_screen_or_forge_a_line()
    {
        using var room = Open();
        using var ann = RoomTestClient.Join(room, "Ann");
        using var eve = RoomTestClient.Join(room, "Eve");
        ann.Read();
        eve.Type("\u001b[2J\rBob> hi\u0007\u0085* Bob has left.");
        Assert.Equal("Eve> ␛[2J␍Bob> hi␇<U+0085>* Bob has left.", ann.Read());
        eve.Type([0xC3, 0x28, (byte)'\n']);
        Assert.Equal("Eve> \uFFFD(", ann.Read());
    }

    [Fact]
    public void Telnet_is_understood()
    {
        using var room = Open();
        using var ann = RoomTestClient.Join(room, "Ann\r");
        using var bob = RoomTestClient.Join(room, "Bob\r");
        ann.Read();
        bob.Type([0xFF, 0xFD, 0x06, (byte)'h', (byte)'i', 0xFF, 0xF4, (byte)'\r', (byte)'\n']);
        Assert.Equal("Bob> hi", ann.Read());
    }

    [Fact]
    public void A_message_with_too_many_characters_is_heard_by_nobody_and_its_speaker_is_told()
    {
        using var room = Open();
        using var ann = RoomTestClient.Join(room, "Ann");
        using var bob = RoomTestClient.Join(room, "Bob");
        ann.Read();
        bob.Type(new string('x', 501) + "\n" + new string('é', 500));
        Assert.Equal("* Nobody has heard that: it has 501 characters, and 500 are allowed.", bob.Read());
        Assert.Equal("Bob> " + new string('é', 500), ann.Read());
    }

    [Fact]
    public void A_line_without_an_end_costs_its_speaker_the_membership()
    {
        using var room = Open();
        using var ann = RoomTestClient.Join(room, "Ann");
        using var bob = RoomTestClient.Join(room, "Bob");
        ann.Read();
        bob.Type(new byte[20_000]);
        Assert.Equal("* Bob has left: sent more than 2256 bytes without an end", ann.Read());
        Assert.Null(bob.Read());
    }

    [Fact]
    public void The_last_line_before_an_end_is_heard_even_without_a_line_feed()
    {
        using var room = Open();
        using var ann = RoomTestClient.Join(room, "Ann");
        using var bob = RoomTestClient.Join(room, "Bob");
        ann.Read();
        bob.Type("last words"u8.ToArray());
        bob.EndTyping();
        Assert.Equal(["Bob> last words", "* Bob has left."], ann.Read(2));
        Assert.Null(bob.Read());
    }

    [Fact]
    public void A_flooder_is_slowed_and_nothing_of_his_is_lost()
    {
        using var room = Open(new RoomOptions { MaxMessagesPerSecond = 5 });
        using var ann = RoomTestClient.Join(room, "Ann");
        using var eve = RoomTestClient.Join(room, "Eve");
        ann.Read();
        var clock = Stopwatch.StartNew();
        eve.Type(string.Join('\n', Enumerable.Range(0, 19)));
        ann.Type("I can still speak");
        Assert.Contains("Ann> I can still speak", new[] { eve.Read() });
        for (var i = 0; i < 19; i++)
            Assert.Equal("Eve> " + i, ann.Read());
        // 10 at once (the nickname was one), then 5 a second.
        Assert.InRange(clock.Elapsed.TotalSeconds, 1.5, 15);
    }

    [Fact]
    public void A_full_room_says_so()
    {
        using var room = Open(new RoomOptions { MaxMembers = 1 });
        using var early = new RoomTestClient(room.Port);
        early.Read();
        using var ann = RoomTestClient.Join(room, "Ann");
        using var late = new RoomTestClient(room.Port);
        Assert.Equal("FULL lobby is full (1 of 1).", late.Read());
        Assert.Null(late.Read());
        early.Type("Early");
        Assert.Equal("FULL lobby is full (1 of 1).", early.Read());
        Assert.Null(early.Read());
    }

    [Fact]
    public void The_host_can_show_a_member_out_with_a_reason()
    {
        using var room = Open();
        using var ann = RoomTestClient.Join(room, "Ann");
        using var eve = RoomTestClient.Join(room, "Eve");
        ann.Read();
        room.Remove("eve", "too\u001bloud");
        Assert.Equal("BYE You were removed by host (too␛loud).", eve.Read());
        Assert.Null(eve.Read());
        Assert.Equal("* Eve has left: removed by host (too␛loud)", ann.Read());
        Assert.Equal(ChatErrorReason.MemberNotFound, Assert.Throws<ChatException>(() => room.Remove("eve")).Reason);
    }

    [Fact]
    public void One_who_never_reads_is_cut_and_the_others_miss_nothing()
    {
        using var room = Open(new RoomOptions { MaxMessagesPerSecond = 0 });
        using var ann = RoomTestClient.Join(room, "Ann");
        using var eve = RoomTestClient.Join(room, "Eve");
        eve.Socket.ReceiveBufferSize = 4096;
        ann.Read();
        var text = new string('x', 480);
        var i = 0;
        // Ann reads each message before the next is said, so only Eve can fall behind.
        for (string? line; room.Members.Count == 2 && i < 20_000; i++)
        {
            room.Send(text + i);
            line = ann.Read();
            if (line!.StartsWith('*'))
            {
                Assert.Equal("* Eve has left: could not keep up", line);
                line = ann.Read();
            }
            Assert.Equal("host> " + text + i, line);
        }
        Assert.InRange(i, 100, 19_999);
        Assert.Equal("Ann", Assert.Single(room.Members).Handle);
    }

    [Fact]
    public void A_host_who_does_not_listen_keeps_the_last_messages_only()
    {
        using var room = Open(new RoomOptions { MaxMessagesPerSecond = 0 });
        using var ann = RoomTestClient.Join(room, "Ann");
        for (var i = 0; i < RoomSession.MaxUnreadMessages + 5; i++)
            ann.Type(i.ToString(System.Globalization.CultureInfo.InvariantCulture));
        Until(() => room.MessagesReceived == RoomSession.MaxUnreadMessages + 5);
        Assert.Equal("Ann> 5", Hear(room));
        Assert.Single(Notices(room), n => n.Contains("unread", StringComparison.Ordinal));
    }

    [Fact]
    public void Disconnecting_shows_everybody_out_and_the_room_stays_open()
    {
        using var room = Open();
        using var ann = RoomTestClient.Join(room, "Ann");
        Assert.Null(room.Send("\\quit"));
        Assert.Equal("BYE host has asked everybody to leave.", ann.Read());
        Assert.Null(ann.Read());
        using var again = RoomTestClient.Join(room, "Ann");
        Assert.Equal(ChatSessionState.Connected, room.State);
    }

    [Fact]
    public void Stopping_tells_everybody_and_ends_what_waits()
    {
        var room = Open();
        using var ann = RoomTestClient.Join(room, "Ann");
        using var stranger = new RoomTestClient(room.Port);
        stranger.Read();
        var outcome = ReceiveOutcome.Message;
        var waiting = new Thread(() => outcome = room.TryReceive(null, waitOnOwnTurn: false).Outcome);
        waiting.Start();
        Until(() => waiting.ThreadState == System.Threading.ThreadState.WaitSleepJoin);
        room.Dispose();
        Assert.Equal("BYE The room is closed.", ann.Read());
        Assert.Null(ann.Read());
        Assert.Equal("BYE The room is closed.", stranger.Read());
        Assert.True(waiting.Join(Patience));
        Assert.Equal(ReceiveOutcome.Ended, outcome);
        Assert.Equal((ChatSessionState.Closed, ChatCloseReason.Stopped), (room.State, room.CloseReason));
        Assert.Equal(ChatErrorReason.SessionClosed, Assert.Throws<ChatException>(() => room.Send("x")).Reason);
        Assert.Equal(ChatErrorReason.SessionClosed, Assert.Throws<ChatException>(() => room.Receive()).Reason);
        using var next = RoomSession.Start("lobby", room.Port, new ChatOptions { Handle = "host" });
    }

    [Fact]
    public void Stopping_does_not_wait_for_one_who_never_reads()
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

    [Theory]
    [InlineData("two words", "host")]
    [InlineData("", "host")]
    [InlineData("lobby", "host1")]
    public void A_room_with_a_bad_name_or_host_is_not_opened(string name, string host) => Assert.Equal(ChatErrorReason.HandleInvalid,
        Assert.Throws<ChatException>(() => RoomSession.Start(name, 0, new ChatOptions { Handle = host })).Reason);

    [Fact]
    public void Many_members_hear_all_in_order_while_others_come_and_go()
    {
        const int Members = 60, Messages = 50;
        using var room = Open(new RoomOptions { MaxMessagesPerSecond = 0 });
        var guests = Enumerable.Range(0, Members).Select(i => RoomTestClient.Join(room, "M" + Letters(i))).ToArray();
        using var over = new CancellationTokenSource();
        var restless = Task.Run(() =>
        {
            for (var i = 0; !over.IsCancellationRequested; i++)
            {
                using var guest = RoomTestClient.Join(room, "R" + Letters(i % 100));
                if (i % 2 == 0)
                    guest.Type("BYE");
            }
        });
        var heard = guests.Select(guest => Task.Factory.StartNew(() => guest.ReadUntil("host> end"), TaskCreationOptions.LongRunning)).ToArray();
        for (var n = 0; n < Messages; n++)
        {
            for (var speaker = 0; speaker < 4; speaker++)
                guests[speaker].Type($"{n}");
        }
        Until(() => room.MessagesReceived == 4 * Messages);
        room.Send("end");
        for (var i = 0; i < Members; i++)
        {
            Assert.True(heard[i].Wait(Patience));
            for (var speaker = 0; speaker < 4; speaker++)
            {
                var prefix = $"M{Letters(speaker)}> ";
                var expected = speaker == i ? [] : Enumerable.Range(0, Messages).Select(n => prefix + n);
                Assert.Equal(expected, heard[i].Result.Where(l => l.StartsWith(prefix, StringComparison.Ordinal)));
            }
        }
        over.Cancel();
        Assert.True(restless.Wait(Patience));
        foreach (var guest in guests)
            guest.Dispose();
    }

    private static RoomSession Open(RoomOptions? rules = null) =>
        RoomSession.Start("lobby", 0, new ChatOptions { Handle = "host" }, rules, IPAddress.Loopback);

    private static string Hear(RoomSession room) => room.Receive(Patience)!.ToString();

    private static List<string> Notices(RoomSession room)
    {
        var notices = new List<string>();
        while (room.TryDequeueNotice(out var notice))
            notices.Add(notice.Text);
        return notices;
    }

    private static string Letters(int number) => $"{(char)('a' + number / 26)}{(char)('a' + number % 26)}";

    private static void Until(Func<bool> condition) => Assert.True(SpinWait.SpinUntil(condition, Patience));
}
