using System;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading;
using Xunit;

namespace PSPairChat.Unit;

public class RoomMemberSessionTests
{
    /// <summary>Gets how the sessions connect.</summary>
    private protected virtual TestTransport Transport => TestTransport.Tcp;

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(20);

    [Theory]
    [InlineData(RoomDialect.Text)]
    [InlineData(RoomDialect.Kutztown)]
    public void Messages_of_members_and_host_reach_everyone(RoomDialect dialect)
    {
        using var room = StartRoom(new RoomOptions { Dialect = dialect });
        using var ann = Join(room, "Ann", dialect);
        using var bob = Join(room, "Bob", dialect);
        ann.Send("hello \"Bob\" é😀");
        Assert.Equal("Ann> hello \"Bob\" é😀", Receive(bob));
        Assert.Equal("Ann> hello \"Bob\" é😀", Receive(room));
        room.Send("welcome");
        Assert.Equal("host> welcome", Receive(ann));
        Assert.Equal("host> welcome", Receive(bob));
        Assert.Equal((1, 1, ChatSessionState.Connected), (ann.MessagesSent, ann.MessagesReceived, ann.State));
        Assert.Equal(["Ann", "host"], bob.Members.Select(m => m.Handle));
        Assert.Equal(["Bob", "host"], ann.Members.Select(m => m.Handle));
    }

    [Theory]
    [InlineData(RoomDialect.Text)]
    [InlineData(RoomDialect.Kutztown)]
    public void Departure_is_reported_and_frees_the_nickname(RoomDialect dialect)
    {
        using var room = StartRoom(new RoomOptions { Dialect = dialect });
        using var ann = Join(room, "Ann", dialect);
        var bob = Join(room, "Bob", dialect);
        Assert.Null(bob.Send("\\quit"));
        Assert.Equal((ChatSessionState.Closed, ChatCloseReason.LocalQuit), (bob.State, bob.CloseReason));
        WaitFor(() => room.Members.Count == 1);
        using var bobAgain = Join(room, "bob", dialect);
        bobAgain.Send("I am back");
        Assert.Equal("bob> I am back", Receive(ann));
        Assert.Equal(["Bob has joined.", "Bob has left.", "bob has joined."], ann.DequeueNoticeTexts().Where(n => n.StartsWith("bob", StringComparison.OrdinalIgnoreCase)));
    }

    [Theory]
    [InlineData(RoomDialect.Text)]
    [InlineData(RoomDialect.Kutztown)]
    public void Connect_with_a_taken_nickname_throws_HandleTaken(RoomDialect dialect)
    {
        using var room = StartRoom(new RoomOptions { Dialect = dialect });
        using var ann = Join(room, "Ann", dialect);
        Assert.Equal(ChatErrorReason.HandleTaken, Assert.Throws<ChatException>(() => Join(room, "ANN", dialect)).Reason);
    }

    [Fact]
    public void Private_message_reaches_only_its_receiver()
    {
        using var room = StartRoom();
        using var ann = Join(room, "Ann");
        using var bob = Join(room, "Bob");
        var sent = ann.Send("psst", "bob");
        Assert.Equal(("bob", true), (sent.To, sent.IsMine));
        var received = bob.Receive(Timeout)!;
        Assert.Equal(("Ann", "psst", "Bob", "[private] Ann> psst"), (received.From, received.Text, received.To, received.ToString()));
    }

    [Fact]
    public void History_message_is_marked()
    {
        using var room = StartRoom(new RoomOptions { HistoryCount = 1 });
        room.Send("first");
        using var ann = Join(room, "Ann");
        var received = ann.Receive(Timeout)!;
        Assert.Equal(("host", "first", true, "[history] host> first"), (received.From, received.Text, received.IsHistory, received.ToString()));
    }

    [Fact]
    public void Closed_room_ends_the_session_after_the_last_message()
    {
        var room = StartRoom();
        using var ann = Join(room, "Ann");
        room.Send("last words");
        room.Dispose();
        Assert.Equal("host> last words", Receive(ann));
        Assert.Null(ann.Receive(Timeout));
        Assert.Equal((ChatSessionState.Closed, ChatCloseReason.PeerQuit), (ann.State, ann.CloseReason));
        Assert.Equal(ChatErrorReason.SessionClosed, Assert.Throws<ChatException>(() => ann.Send("x")).Reason);
        Assert.Contains("The room is closed.", ann.DequeueNoticeTexts());
    }

    [Fact]
    public void Send_to_a_closed_room_throws_PeerQuit()
    {
        var room = StartRoom();
        using var ann = Join(room, "Ann");
        room.Dispose();
        Assert.Equal(ChatErrorReason.PeerQuit, Assert.Throws<ChatException>(() => ann.Send("x")).Reason);
    }

    [Fact]
    public void Receive_can_be_canceled()
    {
        using var room = StartRoom();
        using var ann = Join(room, "Ann");
        using var stop = new CancellationTokenSource(50);
        Assert.Throws<OperationCanceledException>(() => ann.Receive(Timeout, stop.Token));
    }

    [Fact]
    public void Connect_to_another_room_or_server_throws()
    {
        using var room = StartRoom();
        Assert.Equal(ChatErrorReason.RoomNotFound,
            Assert.Throws<ChatException>(() => TestTransport.Join("127.0.0.1", room.Port, "den", CreateOptions("Ann"))).Reason);
        using var full = StartRoom(new RoomOptions { MaxMembers = 1 });
        using var ann = Join(full, "Ann");
        Assert.Equal(ChatErrorReason.RoomFull, Assert.Throws<ChatException>(() => Join(full, "Bob")).Reason);
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var accepted = other.AcceptSocketAsync();
        var responding = new Thread(() => accepted.Result.Send(Encoding.ASCII.GetBytes("220 mail ready\r\n")));
        responding.Start();
        Assert.Equal(ChatErrorReason.NotARoom, Assert.Throws<ChatException>(
            () => TestTransport.Join("127.0.0.1", ((IPEndPoint)other.LocalEndpoint).Port, "lobby", CreateOptions("Ann"))).Reason);
        responding.Join();
        accepted.Result.Dispose();
    }

    [Fact]
    public void Connect_to_a_pair_server_throws_NotARoom()
    {
        using var server = ServerSession.Start(0, new ChatOptions { Handle = "HostA" }, IPAddress.Loopback);
        var error = Assert.Throws<ChatException>(() => RoomMemberSession.Connect("127.0.0.1", server.Port, "lobby", CreateOptions("Ann"), timeout: TimeSpan.FromMinutes(5)));
        Assert.Equal(ChatErrorReason.NotARoom, error.Reason);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Pair_client_of_a_room_names_the_option_to_add(bool sends)
    {
        using var room = StartRoom();
        using var client = TestTransport.Connect("127.0.0.1", room.Port, CreateOptions("Ann"));
        // The greeting of the room is received before the message is sent, or after.
        var error = sends ? Record.Exception(() => client.Send("Bob")) as ChatException : null;
        error ??= client.TryReceive(Timeout, waitOnOwnTurn: true).Error!;
        Assert.Equal((ChatErrorReason.RoomRequired, ChatSessionState.Closed), (error.Reason, client.State));
        Assert.Contains("-Room lobby", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Message_that_resembles_the_greeting_of_a_room_is_received()
    {
        using var server = ServerSession.Start(0, new ChatOptions { Handle = "HostA" }, IPAddress.Loopback);
        using var client = ClientSession.Connect("127.0.0.1", server.Port, CreateOptions("Ann"));
        client.Send("HELLO lobby: Type a nickname of 1 to 10 letters");
        Assert.NotNull(server.Receive(Timeout));
        server.Send("HELLO lobby: Type a number");
        Assert.Equal("HELLO lobby: Type a number", client.Receive(Timeout)!.Text);
    }

    [Fact]
    public void Members_are_known_after_joining()
    {
        using var room = StartRoom();
        using var ann = Join(room, "Ann");
        Assert.Equal("host", Assert.Single(ann.Members).Handle);
    }

    [Theory]
    [InlineData("two words")]
    [InlineData("B0b")]
    [InlineData("abcdefghijk")]
    public void Invalid_nickname_throws_before_connecting(string handle) => Assert.Equal(ChatErrorReason.HandleInvalid,
        Assert.Throws<ChatException>(() => TestTransport.Join("127.0.0.1", 1, "lobby", CreateOptions(handle))).Reason);

    private RoomSession StartRoom(RoomOptions? roomOptions = null) => Transport.StartRoom("lobby", 0, CreateOptions("host"), roomOptions, IPAddress.Loopback);

    private static RoomMemberSession Join(RoomSession room, string handle, RoomDialect dialect = RoomDialect.Text) =>
        TestTransport.Join("127.0.0.1", room.Port, "lobby", CreateOptions(handle), dialect, Timeout);

    private static ChatOptions CreateOptions(string handle) => new() { Handle = handle };

    private static string Receive(ChatSession session) => session.Receive(Timeout)!.ToString();

    private static void WaitFor(Func<bool> condition) => Assert.True(SpinWait.SpinUntil(condition, Timeout));
}
