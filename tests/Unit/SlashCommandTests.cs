using System;
using System.Linq;
using System.Net;
using System.Text.RegularExpressions;
using PSPairChat.Terminal;
using Xunit;

namespace PSPairChat.Unit;

public sealed class SlashCommandTests
{
    [Theory]
    [InlineData("\\quit", SlashCommandKind.Quit)]
    [InlineData("\\help ", SlashCommandKind.Help)]
    [InlineData("\\detach", SlashCommandKind.Detach)]
    [InlineData("\\\\quit", SlashCommandKind.Message, "\\quit")]
    [InlineData("\\\\\\help", SlashCommandKind.Message, "\\\\help")]
    [InlineData("\\\\server\\share", SlashCommandKind.Message, "\\\\server\\share")]
    [InlineData("\\other", SlashCommandKind.Message, "\\other")]
    [InlineData("/quit", SlashCommandKind.Message, "/quit")]
    [InlineData("/who", SlashCommandKind.Message, "/who")]
    [InlineData("\\who", SlashCommandKind.Message, "\\who")]
    [InlineData("", SlashCommandKind.Message)]
    internal void Parse_in_a_pair_returns_a_command_or_a_message(string line, SlashCommandKind kind, string text = "")
    {
        using var server = ServerSession.Start(0, new ChatOptions { Handle = "host" }, IPAddress.Loopback);
        Assert.Equal(new SlashCommand(kind, text), new SlashCommands(server, canDetach: true).Parse(line));
    }

    [Theory]
    [InlineData("/quit", SlashCommandKind.Quit)]
    [InlineData("\\quit", SlashCommandKind.Quit)]
    [InlineData("/help", SlashCommandKind.Help)]
    [InlineData("\\help", SlashCommandKind.Help)]
    [InlineData("/who", SlashCommandKind.ListMembers)]
    [InlineData("\\WHO ", SlashCommandKind.ListMembers)]
    [InlineData("/detach", SlashCommandKind.Detach)]
    [InlineData("/say /who", SlashCommandKind.Message, "/who")]
    [InlineData("\\say  two", SlashCommandKind.Message, " two")]
    [InlineData("/msg bob p  st", SlashCommandKind.PrivateMessage, "p  st", "bob")]
    [InlineData("\\msg bob psst", SlashCommandKind.PrivateMessage, "psst", "bob")]
    [InlineData("//etc", SlashCommandKind.Message, "/etc")]
    [InlineData("\\\\help", SlashCommandKind.Message, "\\help")]
    [InlineData("hello", SlashCommandKind.Message, "hello")]
    internal void Parse_in_a_room_returns_a_command_or_a_message(string line, SlashCommandKind kind, string text = "", string handle = "")
    {
        using var room = StartRoom();
        Assert.Equal(new SlashCommand(kind, text, handle), new SlashCommands(room, canDetach: true).Parse(line));
    }

    [Theory]
    [InlineData("/dance")]
    [InlineData("\\dance")]
    [InlineData("/")]
    [InlineData("/quit now")]
    [InlineData("/msg Bob")]
    [InlineData("/say")]
    [InlineData("/detach")]
    public void Parse_in_a_room_refuses_an_unknown_command(string line)
    {
        using var room = StartRoom();
        var command = new SlashCommands(room, canDetach: false).Parse(line);
        Assert.Equal(SlashCommandKind.Invalid, command.Kind);
        Assert.NotEmpty(command.Text);
    }

    [Fact]
    public void Help_lists_what_applies_in_the_session()
    {
        using var server = ServerSession.Start(0, new ChatOptions { Handle = "host" }, IPAddress.Loopback);
        using var room = StartRoom();
        using var member = RoomMemberSession.Connect("127.0.0.1", room.Port, room.Room, new ChatOptions { Handle = "Ann" });
        using var kutztown = StartRoom(new RoomOptions { Dialect = RoomDialect.Kutztown });
        using var kutztownMember = RoomMemberSession.Connect("127.0.0.1", kutztown.Port, "any", new ChatOptions { Handle = "Ann" }, RoomDialect.Kutztown);
        Assert.Equal(["\\quit", "\\help", "\\\\help"], GetNames(server, canDetach: false));
        Assert.Equal(["\\quit", "\\help", "\\detach", "\\\\help"], GetNames(server, canDetach: true));
        Assert.Equal(["/help", "/detach", "/who", "/say", "/msg"], GetNames(room, canDetach: true));
        Assert.Equal(["/quit", "/help", "/who", "/say", "/msg"], GetNames(member, canDetach: false));
        Assert.Equal(["/quit", "/help", "/who", "/say"], GetNames(kutztownMember, canDetach: false));
        Assert.Equal(SlashCommandKind.Invalid, new SlashCommands(kutztownMember, canDetach: false).Parse("/msg Bob hi").Kind);
    }

    [Fact]
    public void Completion_completes_commands_and_members_and_shows_the_next_candidate()
    {
        using var room = StartRoom();
        using var ann = RoomMemberSession.Connect("127.0.0.1", room.Port, room.Room, new ChatOptions { Handle = "Ann" });
        using var anna = RoomMemberSession.Connect("127.0.0.1", room.Port, room.Room, new ChatOptions { Handle = "Anna" });
        var editor = new LineEditor();
        var completer = new LineCompleter(room, new SlashCommands(room, canDetach: true));
        Assert.Equal("/who ", Complete("/w"));
        Assert.Equal("/detach ", Complete("/"));
        Assert.Equal("/help ", CompleteAgain());
        Assert.Equal("\\detach ", Complete("\\d"));
        Assert.Equal("/msg Ann ", Complete("/msg a"));
        Assert.Equal("/msg Anna ", CompleteAgain());
        Assert.Equal("/msg Ann ", CompleteAgain());
        Assert.Equal("hello Anna ", Complete("hello anna"));
        Assert.Equal("hello /w", Complete("hello /w"));
        Assert.Equal("Bob", Complete("Bob"));
        Assert.Equal("", Complete(""));
        editor.SetText("an and more");
        Enumerable.Repeat(new TerminalKey(EditCommand.BackwardChar), 9).ToList().ForEach(editor.ProcessKey);
        Assert.Equal("Ann  and more", CompleteAgain());
        editor.SetText("an");
        editor.ProcessKey(new TerminalKey(EditCommand.BeginningOfLine));
        Assert.Equal("an", CompleteAgain());

        string Complete(string text)
        {
            editor.SetText(text);
            return CompleteAgain();
        }

        string CompleteAgain()
        {
            completer.TryComplete(editor);
            return editor.Text;
        }
    }

    [Fact]
    public void Completion_at_a_member_knows_who_has_joined_since()
    {
        using var room = StartRoom();
        using var ann = RoomMemberSession.Connect("127.0.0.1", room.Port, room.Room, new ChatOptions { Handle = "Ann" });
        using var bob = RoomMemberSession.Connect("127.0.0.1", room.Port, room.Room, new ChatOptions { Handle = "Bob" });
        var completer = new LineCompleter(ann, new SlashCommands(ann, canDetach: false));
        var editor = new LineEditor();
        Assert.True(System.Threading.SpinWait.SpinUntil(() =>
        {
            editor.SetText("/msg b");
            return completer.TryComplete(editor);
        }, TimeSpan.FromSeconds(20)));
        Assert.Equal("/msg Bob ", editor.Text);
    }

    [Fact]
    public void Completion_in_a_pair_completes_the_handle_of_the_peer()
    {
        using var server = ServerSession.Start(0, new ChatOptions { Handle = "host" }, IPAddress.Loopback);
        using var client = ClientSession.Connect("127.0.0.1", server.Port, new ChatOptions { Handle = "Chris" });
        client.Send("hello");
        Assert.Equal("Chris", server.Receive(TimeSpan.FromSeconds(20))!.From);
        var editor = new LineEditor();
        editor.SetText("hi ch");
        Assert.True(new LineCompleter(server, new SlashCommands(server, canDetach: false)).TryComplete(editor));
        Assert.Equal("hi Chris ", editor.Text);
        // In a conversation of two, commands begin with a backslash.
        editor.SetText("/h");
        Assert.False(new LineCompleter(server, new SlashCommands(server, canDetach: false)).TryComplete(editor));
    }

    [Fact]
    public void Help_describes_each_command()
    {
        using var room = StartRoom();
        using var server = ServerSession.Start(0, new ChatOptions { Handle = "host", SecureServer = new SecureServerOptions() }, IPAddress.Loopback);
        using var client = ClientSession.FromConnection(new InMemoryPeer().SessionConnection, new ChatOptions { Handle = "Chris" });
        foreach (var session in new ChatSession[] { room, server, client })
        {
            var help = new SlashCommands(session, canDetach: true).GetHelp().ToArray();
            Assert.All(help.SkipLast(2).Where(line => line[0] is '/' or '\\'), line => Assert.Matches(@"^\S+(?: TEXT| BOB TEXT)? +[a-z]+ [a-z\\]+", line));
            var commands = help.Where(line => line[0] is '/' or '\\').Select(line => Regex.Match(line, @"^(\S+(?: TEXT| BOB TEXT)? +)(.*)$")).ToArray();
            Assert.Single(commands.Select(c => c.Groups[1].Length).Distinct());
            Assert.Equal(commands.Length, commands.Select(c => c.Groups[2].Value).Distinct().Count());
            Assert.StartsWith("Any other line is a message.", help[^1], StringComparison.Ordinal);
        }
        Assert.Contains("Ctrl+C closes the room.", new SlashCommands(room, canDetach: false).GetHelp());
        Assert.Contains("Ctrl+C ends the conversation and stops the server.", new SlashCommands(server, canDetach: false).GetHelp());
        Assert.Contains("Ctrl+C ends the session.", new SlashCommands(client, canDetach: false).GetHelp());
        Assert.Contains(new SlashCommands(room, canDetach: false).GetHelp(), line => line.StartsWith("Commands can begin with \\ instead of /.", StringComparison.Ordinal));
        // In a conversation in turns, the help says when a line is sent.
        Assert.EndsWith("lines entered before your turn are kept.", new SlashCommands(client, canDetach: false).GetHelp().Last(), StringComparison.Ordinal);
        Assert.EndsWith("is a message.", new SlashCommands(room, canDetach: false).GetHelp().Last(), StringComparison.Ordinal);
    }

    [Fact]
    public void Only_a_secure_server_has_the_command_for_invites()
    {
        using var secure = ServerSession.Start(0, new ChatOptions { Handle = "HostA", SecureServer = new SecureServerOptions() }, IPAddress.Loopback);
        using var plain = ServerSession.Start(0, new ChatOptions { Handle = "HostA" }, IPAddress.Loopback);
        Assert.Equal(SlashCommandKind.Invite, new SlashCommands(secure, canDetach: false).Parse("\\invite").Kind);
        Assert.Contains(new SlashCommands(secure, canDetach: false).GetHelp(), line => line.StartsWith("\\invite ", StringComparison.Ordinal));
        Assert.Equal(new SlashCommand(SlashCommandKind.Message, "\\invite"), new SlashCommands(plain, canDetach: false).Parse("\\invite"));
    }

    private static RoomSession StartRoom(RoomOptions? options = null) =>
        RoomSession.Start("lobby", 0, new ChatOptions { Handle = "host" }, options, IPAddress.Loopback);

    private static string[] GetNames(ChatSession session, bool canDetach) =>
        [.. new SlashCommands(session, canDetach).GetHelp().Select(line => line.Split(' ')[0]).Where(word => word[0] is '/' or '\\')];
}
