using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading;
using Xunit;

namespace PSPairChat.Unit;

public sealed class RoomMemberSessionTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Theory]
    [InlineData(RoomDialect.Text)]
    [InlineData(RoomDialect.Kutztown)]
    public void Members_hear_each_other_and_the_host(RoomDialect dialect)
    {
        using var room = Open(new RoomOptions { Dialect = dialect });
        using var ann = Join(room, "Ann", dialect);
        using var bob = Join(room, "Bob", dialect);
        ann.Send("hello \"Bob\" é😀");
        Assert.Equal("Ann> hello \"Bob\" é😀", Hear(bob));
        Assert.Equal("Ann> hello \"Bob\" é😀", Hear(room));
        room.Send("welcome");
        Assert.Equal("host> welcome", Hear(ann));
        Assert.Equal("host> welcome", Hear(bob));
        Assert.Equal((1, 1, ChatSessionState.Connected), (ann.MessagesSent, ann.MessagesReceived, ann.State));
        Assert.Equal(["Ann", "host"], bob.Members.Select(m => m.Handle));
        Assert.Equal(["Bob", "host"], ann.Members.Select(m => m.Handle));
    }

    [Theory]
    [InlineData(RoomDialect.Text)]
    [InlineData(RoomDialect.Kutztown)]
    public void Who_leaves_is_known_and_his_nickname_is_free(RoomDialect dialect)
    {
        using var room = Open(new RoomOptions { Dialect = dialect });
        using var ann = Join(room, "Ann", dialect);
        var bob = Join(room, "Bob", dialect);
        Assert.Null(bob.Send("\\quit"));
        Assert.Equal((ChatSessionState.Closed, ChatCloseReason.LocalQuit), (bob.State, bob.CloseReason));
        Until(() => room.Members.Count == 1);
        using var again = Join(room, "bob", dialect);
        again.Send("I am back");
        Assert.Equal("bob> I am back", Hear(ann));
        Assert.Equal(["Bob has joined.", "Bob has left.", "bob has joined."], Notices(ann).Where(n => n.StartsWith("bob", StringComparison.OrdinalIgnoreCase)));
    }

    [Theory]
    [InlineData(RoomDialect.Text)]
    [InlineData(RoomDialect.Kutztown)]
    public void A_taken_nickname_is_an_error(RoomDialect dialect)
    {
        using var room = Open(new RoomOptions { Dialect = dialect });
        using var ann = Join(room, "Ann", dialect);
        Assert.Equal(ChatErrorReason.HandleTaken, Assert.Throws<ChatException>(() => Join(room, "ANN", dialect)).Reason);
    }

    [Fact]
    public void A_whisper_is_heard_by_one_alone()
    {
        using var room = Open();
        using var ann = Join(room, "Ann");
        using var bob = Join(room, "Bob");
        var said = ann.Send("psst", "bob");
        Assert.Equal(("bob", true), (said.To, said.IsMine));
        var heard = bob.Receive(Patience)!;
        Assert.Equal(("Ann", "psst", "Bob", "[private] Ann> psst"), (heard.From, heard.Text, heard.To, heard.ToString()));
    }

    [Fact]
    public void What_was_said_before_is_marked_as_past()
    {
        using var room = Open(new RoomOptions { HistoryCount = 1 });
        room.Send("first");
        using var ann = Join(room, "Ann");
        var heard = ann.Receive(Patience)!;
        Assert.Equal(("host", "first", true, "[history] host> first"), (heard.From, heard.Text, heard.IsHistory, heard.ToString()));
    }

    [Fact]
    public void A_closed_room_ends_the_session_after_what_was_said_last()
    {
        var room = Open();
        using var ann = Join(room, "Ann");
        room.Send("last words");
        room.Dispose();
        Assert.Equal("host> last words", Hear(ann));
        Assert.Null(ann.Receive(Patience));
        Assert.Equal((ChatSessionState.Closed, ChatCloseReason.PeerQuit), (ann.State, ann.CloseReason));
        Assert.Equal(ChatErrorReason.SessionClosed, Assert.Throws<ChatException>(() => ann.Send("x")).Reason);
        Assert.Contains("The room is closed.", Notices(ann));
    }

    [Fact]
    public void Speaking_into_a_closed_room_is_an_error()
    {
        var room = Open();
        using var ann = Join(room, "Ann");
        room.Dispose();
        Assert.Equal(ChatErrorReason.PeerQuit, Assert.Throws<ChatException>(() => ann.Send("x")).Reason);
    }

    [Fact]
    public void A_wait_can_be_given_up_and_ended_by_another_thread()
    {
        using var room = Open();
        using var ann = Join(room, "Ann");
        using var stop = new CancellationTokenSource(50);
        Assert.Throws<OperationCanceledException>(() => ann.Receive(Patience, stop.Token));
        var outcome = ReceiveOutcome.Message;
        var waiting = new Thread(() => outcome = ann.TryReceive(null, waitOnOwnTurn: false).Outcome);
        waiting.Start();
        Thread.Sleep(100);
        ann.Dispose();
        Assert.True(waiting.Join(Patience));
        Assert.Equal(ReceiveOutcome.Ended, outcome);
    }

    [Fact]
    public void Another_room_or_no_room_is_an_error()
    {
        using var room = Open();
        Assert.Equal(ChatErrorReason.ConnectFailed,
            Assert.Throws<ChatException>(() => RoomMemberSession.Connect("127.0.0.1", room.Port, "den", Options("Ann"))).Reason);
        using var full = Open(new RoomOptions { MaxMembers = 1 });
        using var ann = Join(full, "Ann");
        Assert.Contains("full", Assert.Throws<ChatException>(() => Join(full, "Bob")).Message, StringComparison.Ordinal);
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var accepted = other.AcceptSocketAsync();
        var joining = new Thread(() => accepted.Result.Send(Encoding.ASCII.GetBytes("220 mail ready\r\n")));
        joining.Start();
        Assert.Equal(ChatErrorReason.ProtocolViolation, Assert.Throws<ChatException>(
            () => RoomMemberSession.Connect("127.0.0.1", ((IPEndPoint)other.LocalEndpoint).Port, "lobby", Options("Ann"))).Reason);
        joining.Join();
        accepted.Result.Dispose();
    }

    [Fact]
    public void A_member_knows_who_is_there_before_anything_is_said()
    {
        using var room = Open();
        using var ann = Join(room, "Ann");
        Assert.Equal("host", Assert.Single(ann.Members).Handle);
    }

    [Theory]
    [InlineData("two words")]
    [InlineData("B0b")]
    [InlineData("abcdefghijk")]
    public void A_bad_nickname_is_not_even_tried(string handle) => Assert.Equal(ChatErrorReason.HandleInvalid,
        Assert.Throws<ChatException>(() => RoomMemberSession.Connect("127.0.0.1", 1, "lobby", Options(handle))).Reason);

    private static RoomSession Open(RoomOptions? rules = null) => RoomSession.Start("lobby", 0, Options("host"), rules, IPAddress.Loopback);

    private static RoomMemberSession Join(RoomSession room, string handle, RoomDialect dialect = RoomDialect.Text) =>
        RoomMemberSession.Connect("127.0.0.1", room.Port, "lobby", Options(handle), dialect, Patience);

    private static ChatOptions Options(string handle) => new() { Handle = handle };

    private static string Hear(ChatSession session) => session.Receive(Patience)!.ToString();

    private static List<string> Notices(ChatSession session)
    {
        var notices = new List<string>();
        while (session.TryDequeueNotice(out var notice))
            notices.Add(notice.Text);
        return notices;
    }

    private static void Until(Func<bool> condition) => Assert.True(SpinWait.SpinUntil(condition, Patience));
}
