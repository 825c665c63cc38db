using System;
using System.Net;
using System.Threading;
using PSPairChat.Terminal;
using Xunit;

namespace PSPairChat.Unit;

public sealed class SlashCommandTests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(20);

    [Theory]
    [InlineData("\\quit", SlashCommand.Quit)]
    [InlineData("\\help ", SlashCommand.Help)]
    [InlineData("\\\\quit", null)]
    [InlineData("\\other", null)]
    [InlineData("/who", null)]
    [InlineData("", null)]
    public void Parse_returns_the_command_of_a_line(string line, string? command) => Assert.Equal(command, SlashCommand.Parse(line));

    [Theory]
    [InlineData("\\\\help", "\\help")]
    [InlineData("\\\\\\help", "\\\\help")]
    [InlineData("\\\\server\\share", "\\\\server\\share")]
    [InlineData("text", "text")]
    public void Unescape_removes_one_backslash_of_an_escaped_command(string line, string message) => Assert.Equal(message, SlashCommand.Unescape(line));

    [Fact]
    public void Send_in_a_room_executes_room_commands()
    {
        using var room = StartRoom();
        using var ann = Join(room, "Ann");
        using var bob = Join(room, "Bob");
        Assert.Null(Send(ann, "/msg bob psst"));
        Assert.Equal("[private] Ann> psst", Receive(bob));
        Assert.Null(Send(ann, "/say /who"));
        Assert.Equal("Ann> /who", Receive(bob));
        Assert.Equal("Members: host, Ann, Bob", Send(room, "/who"));
        Assert.Equal(SlashCommand.RoomHelp, Send(ann, "/dance"));
        Assert.Equal(ChatErrorReason.MemberNotFound, Assert.Throws<ChatException>(() => Send(room, "/msg Zed x")).Reason);
    }

    [Theory]
    [InlineData("\\quit")]
    [InlineData("/say \\quit")]
    public void Send_in_a_room_rejects_quit_as_a_message(string line)
    {
        using var room = StartRoom();
        using var ann = Join(room, "Ann");
        Assert.Equal(ChatErrorReason.MessageInvalid, Assert.Throws<ChatException>(() => Send(room, line)).Reason);
        Assert.Null(Send(room, "hello"));
        Assert.Equal("host> hello", Receive(ann));
    }

    [Fact]
    public void Send_in_a_pair_sends_room_commands_as_messages()
    {
        var options = new ChatOptions { Handle = "host", TurnOrder = TurnOrder.Free };
        using var server = ServerSession.Start(0, options, IPAddress.Loopback);
        using var client = ClientSession.Connect("127.0.0.1", server.Port, options with { Handle = "Ann" });
        Assert.Null(Send(client, "/who"));
        Assert.Equal("Ann> /who", Receive(server));
    }

    private static RoomSession StartRoom() => RoomSession.Start("lobby", 0, new ChatOptions { Handle = "host" }, bindAddress: IPAddress.Loopback);

    private static RoomMemberSession Join(RoomSession room, string handle) =>
        RoomMemberSession.Connect("127.0.0.1", room.Port, room.Room, new ChatOptions { Handle = handle });

    private static string? Send(ChatSession session, string text) => SlashCommand.Send(session, text, CancellationToken.None);

    private static string Receive(ChatSession session) => session.Receive(Timeout)!.ToString();
}
