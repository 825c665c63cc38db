using System;
using System.Linq;
using System.Net;
using System.Threading;
using Xunit;

namespace PSPairChat.Unit;

public sealed class SessionPropertyTests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(20);

    [Fact]
    public void Peer_and_Turn_are_null_while_no_peer_is_connected()
    {
        using var server = ServerSession.Start(0, new ChatOptions { Handle = "HostA" }, IPAddress.Loopback);
        Assert.Equal((null, null), (server.Peer, server.Turn));
        using var client = ClientSession.Connect("127.0.0.1", server.Port, new ChatOptions { Handle = "Chris" });
        Assert.Equal(ChatTurn.Mine, client.Turn);
        client.Send("hello");
        Assert.NotNull(server.Receive(Timeout));
        Assert.Equal(("Chris", ChatTurn.Mine), (server.Peer?.Handle, server.Turn));
        client.Disconnect();
        Assert.Equal((null, null, ChatCloseReason.LocalQuit), (client.Peer, client.Turn, client.CloseReason));
        WaitFor(server, () => server.State == ChatSessionState.Listening);
        Assert.Equal((null, null), (server.Peer, server.Turn));
        using var room = RoomSession.Start("lobby", 0, new ChatOptions { Handle = "Host" }, bindAddress: IPAddress.Loopback);
        Assert.Equal((null, null), (room.Peer, room.Turn));
    }

    [Fact]
    public void Frames_are_notices_while_they_are_traced()
    {
        using var server = ServerSession.Start(0, new ChatOptions { Handle = "HostA" }, IPAddress.Loopback);
        using var client = ClientSession.Connect("127.0.0.1", server.Port, new ChatOptions { Handle = "Chris" });
        server.TraceFrames = client.TraceFrames = true;
        client.Send("hi");
        Assert.Equal("hi", server.Receive(Timeout)!.Text);
        client.TraceFrames = false;
        server.Send("hello");
        Assert.Equal("hello", client.Receive(Timeout)!.Text);
        Assert.Equal([@"-> 10 bytes: Chris> hi\n"], client.DequeueNotices(ChatNoticeKind.Frame));
        Assert.Equal([@"<- 10 bytes: Chris> hi\n", @"-> 13 bytes: HostA> hello\n"], server.DequeueNotices(ChatNoticeKind.Frame));
    }

    [Fact]
    public void Closed_session_is_named_in_the_error()
    {
        using var server = ServerSession.Start(0, new ChatOptions { Handle = "HostA" }, IPAddress.Loopback);
        using var client = ClientSession.Connect("127.0.0.1", server.Port, new ChatOptions { Handle = "Chris", Name = "first" });
        using var room = RoomSession.Start("lobby", 0, new ChatOptions { Handle = "Host" }, bindAddress: IPAddress.Loopback);
        foreach (var (session, name) in new (ChatSession, string)[] { (client, "first"), (server, ""), (room, "") })
        {
            session.Dispose();
            foreach (var text in new[] { "hello", "\\quit" })
            {
                var error = Assert.Throws<ChatException>(() => session.Send(text));
                Assert.Equal((ChatErrorReason.SessionClosed, $"The session '{name}' is closed."), (error.Reason, error.Message));
            }
        }
        Assert.Equal([$"Listening on {server.HostName}:{server.Port}.", $"Stopped listening on {server.HostName}:{server.Port}."],
            server.DequeueNotices(ChatNoticeKind.Lifecycle).Where(text => text.Contains("istening", StringComparison.Ordinal)));
        Assert.Equal("Room lobby is closed.", room.DequeueNotices(ChatNoticeKind.Lifecycle)[^1]);
    }

    [Theory]
    [InlineData("Line")]
    [InlineData("FixedLength")]
    [InlineData("NullTerminated")]
    [InlineData("Delimited")]
    public void UnreadCount_of_a_pair_counts_messages_that_have_arrived_and_were_deferred(string dialect)
    {
        var options = new ChatOptions { Handle = "HostA", TurnOrder = TurnOrder.Free, Dialect = ChatDialect.Get(dialect) };
        using var server = ServerSession.Start(0, options, IPAddress.Loopback);
        using var client = ClientSession.Connect("127.0.0.1", server.Port, options with { Handle = "Chris" });
        Assert.Equal(0, client.UnreadCount);
        foreach (var text in new[] { "one", "two", "three" })
            client.Send(text);
        WaitFor(server, () => server.UnreadCount == 3);
        Assert.Equal("one", server.Receive(Timeout)!.Text);
        Assert.Equal(2, server.UnreadCount);
        Assert.Equal("three", server.TryReceive(m => m.Text == "three", Timeout, waitOnOwnTurn: true, default).Message!.Text);
        Assert.Equal(1, server.UnreadCount);
        Assert.Equal("two", server.Receive(Timeout)!.Text);
        Assert.Equal(0, server.UnreadCount);
    }

    [Theory]
    [InlineData(RoomDialect.Text)]
    [InlineData(RoomDialect.Kutztown)]
    public void UnreadCount_in_a_room_counts_the_messages_of_others(RoomDialect dialect)
    {
        using var room = RoomSession.Start("lobby", 0, new ChatOptions { Handle = "Host" }, new RoomOptions { Dialect = dialect }, IPAddress.Loopback);
        using var ann = Join(room, "Ann", dialect);
        using var bob = Join(room, "Bob", dialect);
        ann.Send("one");
        ann.Send("two");
        WaitFor(room, () => room.UnreadCount == 2);
        room.Send("three");
        WaitFor(bob, () => bob.UnreadCount == 3);
        WaitFor(ann, () => ann.UnreadCount == 1);
        Assert.Equal("one", bob.Receive(Timeout)!.Text);
        Assert.Equal(2, bob.UnreadCount);
    }

    [Theory]
    [InlineData(RoomDialect.Text)]
    [InlineData(RoomDialect.Kutztown)]
    public void CloseReason_of_a_removed_member_is_Removed(RoomDialect dialect)
    {
        using var room = RoomSession.Start("lobby", 0, new ChatOptions { Handle = "Host" }, new RoomOptions { Dialect = dialect }, IPAddress.Loopback);
        using var ann = Join(room, "Ann", dialect);
        room.Send("last words");
        room.Remove("Ann", "spam");
        Assert.Equal("last words", ann.Receive(Timeout)!.Text);
        Assert.Null(ann.Receive(Timeout));
        Assert.Equal((ChatCloseReason.Removed, ChatSessionState.Closed), (ann.CloseReason, ann.State));
        Assert.Contains(ann.GetTranscript(), entry => entry.Text == "You were removed by Host (spam).");
    }

    [Fact]
    public void Public_enums_are_based_on_Int64_because_ConvertTo_Json_writes_the_names_of_these_only() =>
        Assert.All(typeof(ChatSession).Assembly.GetExportedTypes().Where(type => type.IsEnum), type => Assert.Equal(typeof(long), Enum.GetUnderlyingType(type)));

    private static RoomMemberSession Join(RoomSession room, string handle, RoomDialect dialect) =>
        RoomMemberSession.Connect("127.0.0.1", room.Port, room.Room, new ChatOptions { Handle = handle }, dialect);

    private static void WaitFor(ChatSession session, Func<bool> condition) => Assert.True(SpinWait.SpinUntil(
        () =>
        {
            session.Refresh();
            return condition();
        },
        Timeout));
}
