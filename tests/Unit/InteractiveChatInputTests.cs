using System;
using System.Collections.Generic;
using System.Net;
using System.Linq;
using System.Threading;
using PSPairChat.Terminal;
using Xunit;

namespace PSPairChat.Unit;

public sealed class InteractiveChatInputTests : InteractiveChatTestBase
{
    [Fact]
    public void Lines_entered_out_of_turn_are_shown_at_the_prompt_one_a_turn()
    {
        RunClient(Script);
        IEnumerable<TerminalKey> Script()
        {
            foreach (var key in new[] { Text("one"), Enter, Text("two"), Enter, Text("three"), Enter, Text("fo") })
                yield return key;
            yield return NoKey;
            Assert.Equal("Chris> one\n", Peer.ReceiveAvailable());
            AssertScreen("Chris> one\nWaiting for memory... fo|");
            Peer.Send("a\n");
            yield return NoKey;
            AssertScreen("Chris> one\npeer> a\nChris> two|");
            yield return Enter;
            yield return NoKey;
            Assert.Equal("Chris> two\n", Peer.ReceiveAvailable());
            Peer.Send("b\n");
            yield return NoKey;
            AssertScreen("Chris> one\npeer> a\nChris> two\npeer> b\nChris> three|");
            yield return Enter;
            Peer.Send("c\n");
            yield return NoKey;
            yield return NoKey;
            Assert.EndsWith("Chris> three\npeer> c\nChris> fo", Screen.Text, StringComparison.Ordinal);
            yield return Interrupt;
        }
    }

    [Fact]
    public void Rejected_input_stays_at_the_prompt_with_an_error()
    {
        RunClient(Script, new ChatOptions { Handle = "Chris", MaxMessageLength = 5 });
        IEnumerable<TerminalKey> Script()
        {
            yield return Enter;
            yield return NoKey;
            AssertScreen("The message is empty.\nChris> |");
            yield return Text("123456");
            yield return Enter;
            yield return NoKey;
            AssertScreen("The message is empty.\nThe message has 6 characters. The limit is 5.\nChris> 123456| (1 too many)");
            yield return Key(EditCommand.BackwardDeleteChar);
            yield return Enter;
            yield return NoKey;
            Assert.Equal("Chris> 12345\n", Peer.ReceiveAvailable());
            Peer.Send("x\n");
            yield return NoKey;
            yield return Text("a\0b");
            yield return Enter;
            yield return NoKey;
            Assert.Contains("The message contains a NUL at character 2", Screen.Text, StringComparison.Ordinal);
            Assert.Equal("", Peer.ReceiveAvailable());
            yield return Interrupt;
        }
    }

    [Theory]
    [InlineData(450, "")]
    [InlineData(451, " (49 left)")]
    [InlineData(500, " (0 left)")]
    [InlineData(501, " (1 too many)")]
    public void Counter_is_shown_when_fewer_than_fifty_characters_remain(int length, string counter)
    {
        Screen = new VirtualScreen(1000, 24);
        RunClient(Script);
        IEnumerable<TerminalKey> Script()
        {
            // One character of two UTF-16 code units.
            yield return Text(string.Concat(Enumerable.Repeat("😀", length)));
            yield return NoKey;
            Assert.EndsWith("😀" + counter, Screen.Text, StringComparison.Ordinal);
            yield return Interrupt;
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Quit_ends_the_conversation_in_turn_and_out_of_turn(bool inTurn)
    {
        Assert.Equal(ChatOutcome.Finished, RunClient(Script));
        IEnumerable<TerminalKey> Script()
        {
            if (!inTurn)
            {
                yield return Text("test");
                yield return Enter;
            }
            yield return Text("\\quit ");
            yield return Enter;
        }
        Assert.EndsWith("\\quit\n", Peer.ReceiveAvailable(), StringComparison.Ordinal);
        Assert.EndsWith("Chris> \\quit\nDisconnected.", Screen.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void DeleteCharOrExit_quits_on_an_empty_line_and_deletes_on_another()
    {
        Assert.Equal(ChatOutcome.Finished, RunClient(Script));
        IEnumerable<TerminalKey> Script()
        {
            yield return Text("ab");
            yield return Key(EditCommand.BeginningOfLine);
            yield return Key(EditCommand.DeleteCharOrExit);
            yield return NoKey;
            AssertScreen("Chris> |b");
            yield return Key(EditCommand.DeleteCharOrExit);
            yield return Key(EditCommand.DeleteCharOrExit);
        }
        Assert.Equal("\\quit\n", Peer.ReceiveAvailable());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Interrupt_sends_quit_in_turn_and_out_of_turn(bool inTurn)
    {
        Assert.Equal(ChatOutcome.Interrupted, RunClient(Script));
        IEnumerable<TerminalKey> Script()
        {
            yield return Text("half");
            if (!inTurn)
                yield return Enter;
            yield return NoKey;
            yield return Interrupt;
        }
        Assert.EndsWith("\\quit\n", Peer.ReceiveAvailable(), StringComparison.Ordinal);
        Assert.EndsWith("Disconnected.", Screen.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Cancellation_acts_like_an_interrupt()
    {
        using var stop = new CancellationTokenSource();
        Assert.Equal(ChatOutcome.Interrupted, RunClient(Script, stop: stop.Token));
        Assert.Equal("\\quit\n", Peer.ReceiveAvailable());
        IEnumerable<TerminalKey> Script()
        {
            yield return NoKey;
            stop.Cancel();
            yield return NoKey;
        }
    }

    [Theory]
    [InlineData("\\\\help", "\\help")]
    [InlineData("\\\\\\help", "\\\\help")]
    [InlineData("\\\\server\\share", "\\\\server\\share")]
    [InlineData("\\other", "\\other")]
    [InlineData("say \\quit", "say \\quit")]
    public void Escaped_command_is_sent_as_a_message(string typed, string sent)
    {
        RunClient(Script);
        IEnumerable<TerminalKey> Script()
        {
            yield return Text(typed);
            yield return Enter;
            yield return NoKey;
            Assert.Equal($"Chris> {sent}\n", Peer.ReceiveAvailable());
            yield return Interrupt;
        }
    }

    [Fact]
    public void Escaped_quit_is_rejected()
    {
        RunClient(Script);
        IEnumerable<TerminalKey> Script()
        {
            yield return Text("\\\\quit");
            yield return Enter;
            yield return NoKey;
            Assert.Equal("", Peer.ReceiveAvailable());
            AssertScreen("A message cannot consist of \\quit only.\nChris> \\\\quit|");
            yield return Interrupt;
        }
    }

    [Fact]
    public void Help_lists_the_commands_and_sends_nothing()
    {
        RunClient(Script);
        IEnumerable<TerminalKey> Script()
        {
            yield return Text("\\help");
            yield return Enter;
            yield return NoKey;
            Assert.Equal("", Peer.ReceiveAvailable());
            foreach (var command in new[] { "\\quit ", "\\help ", "\\\\help ", "Ctrl+C " })
                Assert.Contains(Screen.Lines, l => l.StartsWith(command, StringComparison.Ordinal));
            Assert.EndsWith("Chris>", Screen.Text, StringComparison.Ordinal);
            yield return Interrupt;
        }
    }

    [Theory]
    [InlineData(nameof(EditCommand.Detach), "")]
    [InlineData(nameof(EditCommand.AcceptLine), "\\detach")]
    public void Detach_leaves_the_chat_and_keeps_the_session(string command, string input)
    {
        using var session = ClientSession.FromConnection(Peer.SessionConnection, new ChatOptions { Handle = "Chris" });
        using var keys = Script().GetEnumerator();
        Assert.Equal(ChatOutcome.Detached, new InteractiveChat(session, new ScriptedTerminal(keys, Screen), canDetach: true).Run(default));
        Assert.Contains("Detached from the session", Screen.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("Input not sent", Screen.Text, StringComparison.Ordinal);
        Assert.Equal(ChatSessionState.Connected, session.State);
        session.Send("still here");
        Assert.Equal("Chris> still here\n", Peer.ReceiveAvailable());
        IEnumerable<TerminalKey> Script()
        {
            if (input.Length > 0)
                yield return Text(input);
            yield return Key(Enum.Parse<EditCommand>(command));
        }
    }

    [Fact]
    public void Detach_is_ignored_where_the_session_cannot_be_kept()
    {
        RunClient(Script);
        IEnumerable<TerminalKey> Script()
        {
            yield return Key(EditCommand.Detach);
            yield return Text("\\detach");
            yield return Enter;
            yield return NoKey;
            Assert.Equal("Chris> \\detach\n", Peer.ReceiveAvailable());
            yield return Interrupt;
        }
    }

    [Fact]
    public void Tab_completes_a_command_and_is_inserted_where_nothing_matches()
    {
        RunClient(Script);
        IEnumerable<TerminalKey> Script()
        {
            yield return Text("\\q");
            yield return Key(EditCommand.Complete);
            yield return NoKey;
            AssertScreen("Chris> \\quit |");
            yield return Key(EditCommand.BackwardKillLine);
            yield return Text("a");
            yield return Key(EditCommand.Complete);
            yield return Text("b");
            yield return Enter;
            yield return NoKey;
            Assert.Equal("Chris> a\tb\n", Peer.ReceiveAvailable());
            yield return Interrupt;
        }
    }

    [Fact]
    public void Unknown_command_in_a_room_is_refused_and_kept_for_correction()
    {
        using var room = RoomSession.Start("lobby", 0, new ChatOptions { Handle = "Host" }, bindAddress: IPAddress.Loopback);
        using var ann = RoomMemberSession.Connect("127.0.0.1", room.Port, "lobby", new ChatOptions { Handle = "Ann" });
        Screen = new VirtualScreen(100, 24);
        RunChat(room, Script);
        Assert.Equal("Host> fine", ann.Receive(TimeSpan.FromSeconds(20))!.ToString());
        IEnumerable<TerminalKey> Script()
        {
            yield return NoKey;
            yield return NoKey;
            yield return Text("\\dance");
            yield return Enter;
            yield return NoKey;
            Assert.EndsWith("'\\dance' is not a command. /help lists the commands; /say sends a text as it is.\nHost> \\dance", Screen.Text, StringComparison.Ordinal);
            yield return Key(EditCommand.BackwardKillLine);
            yield return Text("/quit");
            yield return Enter;
            yield return NoKey;
            Assert.EndsWith("Press Ctrl+C to close it.\nHost>", Screen.Text, StringComparison.Ordinal);
            yield return Text("/who");
            yield return Enter;
            yield return NoKey;
            Assert.EndsWith("Members: Host, Ann\nHost>", Screen.Text, StringComparison.Ordinal);
            yield return Text("fine");
            yield return Enter;
            yield return NoKey;
            yield return Interrupt;
        }
    }

    [Fact]
    public void History_contains_sent_messages()
    {
        RunClient(Script);
        IEnumerable<TerminalKey> Script()
        {
            yield return Text("one");
            yield return Enter;
            Peer.Send("x\n");
            yield return NoKey;
            yield return NoKey;
            yield return Key(EditCommand.PreviousHistory);
            yield return NoKey;
            Assert.EndsWith("Chris> one", Screen.Text, StringComparison.Ordinal);
            yield return Interrupt;
        }
    }

    [Fact]
    public void Private_message_in_a_room_reaches_one_member_and_is_shown_as_it_was_typed()
    {
        using var room = RoomSession.Start("lobby", 0, new ChatOptions { Handle = "Host" }, bindAddress: IPAddress.Loopback);
        using var ann = RoomMemberSession.Connect("127.0.0.1", room.Port, "lobby", new ChatOptions { Handle = "Ann" });
        using var bob = RoomMemberSession.Connect("127.0.0.1", room.Port, "lobby", new ChatOptions { Handle = "Bob" });
        RunChat(room, Script);
        Assert.Equal("[private] Host> psst", ann.Receive(TimeSpan.FromSeconds(20))!.ToString());
        Assert.Equal("Host> hello", bob.Receive(TimeSpan.FromSeconds(20))!.ToString());
        IEnumerable<TerminalKey> Script()
        {
            foreach (var key in WaitFor("Host>").Append(NoKey).Append(NoKey))
                yield return key;
            yield return Text("/msg ann psst");
            yield return Enter;
            yield return NoKey;
            Assert.EndsWith("Host> /msg ann psst\nHost>", Screen.Text, StringComparison.Ordinal);
            yield return Text("/msg carl psst");
            yield return Enter;
            yield return NoKey;
            // The rejected line is kept.
            Assert.EndsWith("\nHost> /msg carl psst", Screen.Text, StringComparison.Ordinal);
            yield return Key(EditCommand.BackwardKillLine);
            yield return Text("hello");
            yield return Enter;
            yield return NoKey;
            yield return Interrupt;
        }
    }

    [Fact]
    public void Invite_of_a_secure_server_is_shown_on_request()
    {
        using var server = ServerSession.Start(0, new ChatOptions { Handle = "HostA", SecureServer = new SecureServerOptions() }, IPAddress.Loopback);
        Screen = new VirtualScreen(200, 24);
        RunChat(server, Script);
        IEnumerable<TerminalKey> Script()
        {
            yield return Text("\\invite");
            yield return Enter;
            yield return NoKey;
            var invite = Assert.Single(server.Invites.GetAll());
            Assert.Equal(
                ["HostA> \\invite", $"To connect, run one of these commands on the other host before {invite.ExpiresAt:HH:mm}:", $"  pairchat connect '{invite}'",
                    $"  Connect-ChatServer -Invite '{invite}' -Interactive", "Waiting for a client..."],
                Screen.Lines);
            yield return Interrupt;
        }
    }

    [Fact]
    public void Redraw_shows_the_edited_line_below_the_output_of_another_program()
    {
        RunClient(Script);
        IEnumerable<TerminalKey> Script()
        {
            yield return Text("half");
            yield return NoKey;
            Screen.Write("\r\n[1]+ Stopped\r\n");
            yield return Key(EditCommand.RedrawCurrentLine);
            yield return NoKey;
            AssertScreen("Chris> half\n[1]+ Stopped\nChris> half|");
            yield return Interrupt;
        }
    }

    [Fact]
    public void Line_of_the_peer_that_is_too_long_is_reported()
    {
        RunClient(Script);
        Assert.Contains("sent more than 64 KiB without an end of message", Screen.Text.Replace("\n  ", "", StringComparison.Ordinal), StringComparison.Ordinal);
        IEnumerable<TerminalKey> Script()
        {
            Peer.Send(new string('x', 70_000));
            yield return NoKey;
            yield return NoKey;
        }
    }

    [Fact]
    public void Chat_ends_when_another_thread_closes_the_session()
    {
        using var session = ClientSession.FromConnection(Peer.SessionConnection, new ChatOptions { Handle = "Chris" });
        Assert.Equal(ChatOutcome.Interrupted, RunChat(session, Script));
        IEnumerable<TerminalKey> Script()
        {
            yield return Text("half");
            session.Dispose();
            yield return NoKey;
        }
        Assert.Contains("Input not sent: half", Screen.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Empty_line_entered_out_of_turn_is_not_kept()
    {
        RunClient(Script);
        Assert.DoesNotContain("Input not sent", Screen.Text, StringComparison.Ordinal);
        IEnumerable<TerminalKey> Script()
        {
            foreach (var key in new[] { Text("one"), Enter, Enter, Text("two"), Enter })
                yield return key;
            Peer.Send("a\n");
            yield return NoKey;
            yield return NoKey;
            AssertScreen("Chris> one\npeer> a\nChris> two|");
            yield return Enter;
            Peer.Send("b\n\\quit\n");
            yield return NoKey;
            yield return NoKey;
        }
    }

    [Fact]
    public void Tab_shows_the_next_candidate_each_time()
    {
        using var room = RoomSession.Start("lobby", 0, new ChatOptions { Handle = "Host" }, bindAddress: IPAddress.Loopback);
        using var ann = RoomMemberSession.Connect("127.0.0.1", room.Port, "lobby", new ChatOptions { Handle = "Ann" });
        using var anna = RoomMemberSession.Connect("127.0.0.1", room.Port, "lobby", new ChatOptions { Handle = "Anna" });
        RunChat(room, Script);
        IEnumerable<TerminalKey> Script()
        {
            yield return Text("/msg a");
            foreach (var handle in new[] { "Ann", "Anna", "Ann" })
            {
                yield return Key(EditCommand.Complete);
                yield return NoKey;
                Assert.EndsWith("Host> /msg " + handle, Screen.Text, StringComparison.Ordinal);
            }
            yield return Interrupt;
        }
    }

    [Fact]
    public void Who_at_a_member_lists_who_has_joined_since()
    {
        using var room = RoomSession.Start("lobby", 0, new ChatOptions { Handle = "Host" }, bindAddress: IPAddress.Loopback);
        using var ann = RoomMemberSession.Connect("127.0.0.1", room.Port, "lobby", new ChatOptions { Handle = "Ann" });
        using var bob = RoomMemberSession.Connect("127.0.0.1", room.Port, "lobby", new ChatOptions { Handle = "Bob" });
        // The room has sent to Ann that Bob has joined before it handles his message.
        bob.Send("hi");
        Assert.NotNull(room.Receive(TimeSpan.FromSeconds(20)));
        RunChat(ann, Script);
        IEnumerable<TerminalKey> Script()
        {
            yield return Text("/who");
            yield return Enter;
            yield return NoKey;
            var lines = Screen.Lines;
            Assert.Contains("Members: Ann, Bob, Host", lines.Select(SortMembers));
            Assert.True(Array.FindIndex(lines, l => l.StartsWith("Bob has joined", StringComparison.Ordinal)) < Array.FindLastIndex(lines, l => l.StartsWith("Members", StringComparison.Ordinal)));
            yield return Interrupt;
        }

        static string SortMembers(string line) => !line.StartsWith("Members: ", StringComparison.Ordinal) ? line
            : "Members: " + string.Join(", ", line["Members: ".Length..].Split(", ").Order(StringComparer.Ordinal));
    }
}
