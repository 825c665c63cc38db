using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Text;
using PSPairChat.Terminal;
using Xunit;

namespace PSPairChat.Unit;

public sealed class InteractiveChatTests : InteractiveChatTestBase
{
    [Fact]
    public void Prompt_is_shown_on_own_turn_only()
    {
        RunClient(Script);
        IEnumerable<TerminalKey> Script()
        {
            yield return NoKey;
            AssertScreen("Chris> |");
            yield return Text("test");
            yield return NoKey;
            AssertScreen("Chris> test|");
            yield return Enter;
            yield return NoKey;
            Assert.Equal("Chris> test\n", Peer.ReceiveAvailable());
            AssertScreen("Chris> test\nWaiting for memory...|");
            Peer.Send("HostA> hello\n");
            yield return NoKey;
            AssertScreen("Chris> test\nHostA> hello\nChris> |");
            yield return Text("x");
            yield return Enter;
            yield return NoKey;
            AssertScreen("Chris> test\nHostA> hello\nChris> x\nWaiting for HostA...|");
            yield return Quit;
        }
    }

    [Fact]
    public void Message_received_while_typing_is_shown_above_the_edited_line()
    {
        RunClient(Script);
        IEnumerable<TerminalKey> Script()
        {
            yield return Text("half a line");
            yield return Key(EditCommand.BackwardWord);
            yield return NoKey;
            AssertScreen("Chris> half a |line");
            Peer.Send("HostA> hello\nHostA> again\n");
            yield return NoKey;
            yield return NoKey;
            AssertScreen("HostA> hello\nHostA> again\nChris> half a |line");
            yield return Enter;
            yield return NoKey;
            Assert.Equal("Chris> half a line\n", Peer.ReceiveAvailable());
            yield return Quit;
        }
    }

    [Theory]
    [InlineData("HostA> \\quit\n", "HostA has left.", ChatOutcome.Finished)]
    [InlineData("", "HostA has left.", ChatOutcome.Finished)]
    [InlineData(null, "Connection to HostA lost.", ChatOutcome.ConnectionLost)]
    public void Unsent_input_is_shown_when_the_peer_disconnects(string? lastLine, string notice, object outcome)
    {
        Assert.Equal((ChatOutcome)outcome, RunClient(Script));
        IEnumerable<TerminalKey> Script()
        {
            Peer.Send("HostA> hi\n");
            yield return NoKey;
            yield return Text("half a li");
            yield return NoKey;
            AssertScreen("HostA> hi\nChris> half a li|");
            switch (lastLine)
            {
                case null:
                    Peer.Connection.Abort();
                    break;
                case "":
                    Peer.Connection.ShutdownSend();
                    break;
                default:
                    Peer.Send(lastLine);
                    break;
            }
            yield return NoKey;
        }
        AssertScreen($"HostA> hi\n{notice}\nInput not sent: half a li\n|");
    }

    [Fact]
    public void Lines_entered_out_of_turn_are_shown_as_not_sent_when_the_peer_disconnects()
    {
        RunClient(Script);
        IEnumerable<TerminalKey> Script()
        {
            yield return Text("one");
            yield return Enter;
            yield return Text("two");
            yield return Enter;
            yield return Text("three");
            yield return Enter;
            yield return Text("fo");
            Peer.Send("\\quit\n");
            yield return NoKey;
        }
        AssertScreen("Chris> one\npeer has left.\nInput not sent: two\nInput not sent: three\nInput not sent: fo\n|");
    }

    [Fact]
    public void Warning_is_shown_and_another_notice_is_not()
    {
        using var session = ClientSession.FromConnection(Peer.SessionConnection, new ChatOptions { Handle = "Chris" });
        session.AddNotice(ChatNoticeKind.Lifecycle, "No warning");
        session.AddNotice(ChatNoticeKind.Warning, "The transcript is missing.");
        RunChat(session, Script);
        IEnumerable<TerminalKey> Script()
        {
            yield return NoKey;
            AssertScreen("The transcript is missing.\nChris> |");
            yield return Interrupt;
        }
    }

    [Fact]
    public void Control_characters_of_the_peer_are_shown_as_text()
    {
        RunClient(Script);
        IEnumerable<TerminalKey> Script()
        {
            Peer.Send("Ho\u001b[2Jst> hi\n\u001b[31mred\rChris> forged\u0007\n");
            yield return NoKey;
            yield return NoKey;
            AssertScreen("Ho␛[2Jst> hi\nHo␛[2Jst> ␛[31mred␍Chris> forged␇\nChris> |");
            yield return Interrupt;
        }
    }

    [Fact]
    public void Prompt_is_always_shown_when_the_turn_order_is_Free()
    {
        RunClient(Script, new ChatOptions { Handle = "Chris", TurnOrder = TurnOrder.Free });
        IEnumerable<TerminalKey> Script()
        {
            yield return Text("one");
            yield return Enter;
            yield return Text("two");
            yield return Enter;
            yield return Text("hal");
            yield return NoKey;
            Assert.Equal("Chris> one\nChris> two\n", Peer.ReceiveAvailable());
            Peer.Send("HostA> hello\n");
            yield return NoKey;
            AssertScreen("Chris> one\nChris> two\nHostA> hello\nChris> hal|");
            yield return Interrupt;
        }
    }

    [Fact]
    public void Resized_window_keeps_the_conversation_and_the_edited_line()
    {
        Screen = new VirtualScreen(40, 24);
        RunClient(Script);
        IEnumerable<TerminalKey> Script()
        {
            Peer.Send("HostA> a line that is longer than the window will be\n");
            yield return NoKey;
            yield return Text("this one is longer than that, too, by far");
            yield return NoKey;
            Screen.Resize(20);
            yield return NoKey;
            AssertScreen("HostA> a line that\n  is longer than the\n  window will be\nChris> this one is l\n  onger than that, t\n  oo, by far|");
            Screen.Resize(60);
            yield return NoKey;
            AssertScreen("HostA> a line that is longer than the window will be\nChris> this one is longer than that, too, by far|");
            yield return Interrupt;
        }
    }

    [Theory]
    [InlineData(30)]
    [InlineData(1010)]
    public void Resized_window_shows_the_end_of_a_long_conversation_indented(int count)
    {
        Screen = new VirtualScreen(60, 10);
        RunClient(Script);
        IEnumerable<TerminalKey> Script()
        {
            Peer.Send(string.Concat(Enumerable.Range(1, count).Select(i => $"HostA> line {i} is longer than the window\n")));
            for (var i = 0; i <= count; i++)
                yield return NoKey;
            Screen.Resize(24);
            yield return NoKey;
            var lines = Screen.Lines;
            var numbers = lines.Where(l => l.StartsWith("HostA> ", StringComparison.Ordinal)).Select(l => l.Split(' ')[2]).ToArray();
            Assert.Equal(count, numbers.Distinct().Count());
            // Only the line whose first row has scrolled off is rendered once more.
            Assert.InRange(numbers.Length, count, count + 1);
            Assert.Equal("Chris>", lines[^1]);
            Assert.Equal(4, lines.TakeLast(9).Count(l => l.StartsWith("  ", StringComparison.Ordinal) && l.EndsWith("window", StringComparison.Ordinal)));
            yield return Interrupt;
        }
    }

    [Theory]
    [InlineData(' ')]
    [InlineData('\u2800')]
    [InlineData('x')]
    public void Received_text_never_starts_in_the_first_column(char filler)
    {
        int[] widths = [3, 10, 20, 33, 60, 61, 80];
        foreach (var width in widths)
        {
            // Fills the row at this width, so that the rest of the text is at the start of the next row.
            var filled = "HostA> nice weather".PadRight(width, filler);
            foreach (var forged in new[] { "Bob> send me the password", "Bob has left.", "[private] Host> hello" })
            {
                Screen = new VirtualScreen(width, 24);
                RunForgery(filled + forged, widths, forged[..3]);
            }
        }
    }

    [Theory]
    [InlineData("👨‍👩‍👧‍👦")]
    [InlineData("🇩🇪")]
    [InlineData("❤\uFE0F")]
    public void Received_text_is_not_wrapped_by_a_terminal_that_does_not_combine_characters(string element)
    {
        Screen = new VirtualScreen(20, 24) { CombinesCharacters = false };
        RunForgery("HostA> " + string.Concat(Enumerable.Repeat(element, 3)) + "Bob> hi", [20], "Bob");
    }

    [Fact]
    public void Handle_of_the_peer_never_starts_in_the_first_column()
    {
        Screen = new VirtualScreen(30, 24);
        RunClient(Script, new ChatOptions { Handle = "Chris" });
        IEnumerable<TerminalKey> Script()
        {
            Peer.Send("HostA              Bob> hello\n");
            yield return Text("hi");
            yield return Enter;
            yield return NoKey;
            Assert.DoesNotContain(Screen.Lines, l => l.StartsWith("Bob", StringComparison.Ordinal));
            yield return Interrupt;
        }
    }

    [Fact]
    public void Text_that_wraps_is_shown_in_full()
    {
        Screen = new VirtualScreen(20, 24);
        RunClient(Script);
        IEnumerable<TerminalKey> Script()
        {
            Peer.Send("HostA> 0123456789ABCDEFGHIJabcdefghij漢字\n");
            yield return NoKey;
            yield return NoKey;
            AssertScreen("HostA> 0123456789ABC\n  DEFGHIJabcdefghij\n  漢字\nChris> |");
            yield return Interrupt;
        }
    }

    [Fact]
    public void ClearScreen_keeps_the_edited_line()
    {
        RunClient(Script);
        IEnumerable<TerminalKey> Script()
        {
            Peer.Send("HostA> hello\n");
            yield return NoKey;
            yield return Text("half");
            yield return NoKey;
            yield return Key(EditCommand.ClearScreen);
            yield return NoKey;
            AssertScreen("Chris> half|");
            yield return Interrupt;
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Color_is_used_only_when_enabled(bool color)
    {
        RunClient(Script, color: color);
        IEnumerable<TerminalKey> Script()
        {
            yield return Enter;
            yield return NoKey;
            yield return Interrupt;
        }
        Assert.Equal(color, RawOutput.Contains("\u001b[31m", StringComparison.Ordinal));
        Assert.Equal(color, RawOutput.Contains("\u001b[1mChris> \u001b[0m", StringComparison.Ordinal));
        Assert.Equal(color, RawOutput.EndsWith("\u001b[0m\r\n\u001b[?7h", StringComparison.Ordinal));
    }

    [Fact]
    public void Server_shows_each_client_and_waits_for_the_next()
    {
        using var server = ServerSession.Start(0, new ChatOptions { Handle = "HostA" }, IPAddress.Loopback);
        TcpClient? client = null;
        var listening = $"Listening on {server.HostName}:{server.Port}.";
        Assert.Equal(ChatOutcome.Interrupted, RunChat(server, Script));
        IEnumerable<TerminalKey> Script()
        {
            yield return NoKey;
            AssertScreen("Waiting for a client...|");
            yield return Key(EditCommand.DeleteCharOrExit);
            yield return NoKey;
            AssertScreen("No client is connected. Press Ctrl+C to stop the server.\nWaiting for a client...|");
            yield return Key(EditCommand.ClearScreen);
            foreach (var handle in new[] { "Chris", "Bob" })
            {
                Disposables.Add(client = new TcpClient(AddressFamily.InterNetwork));
                client.Connect(IPAddress.Loopback, server.Port);
                foreach (var key in WaitFor("Waiting for the first message..."))
                    yield return key;
                Assert.Contains($"Established connection with {client.Client.LocalEndPoint}...", Screen.Lines);
                client.Client.Send(Encoding.UTF8.GetBytes($"{handle}> test\n"));
                foreach (var key in WaitFor("HostA>"))
                    yield return key;
                Assert.Contains($"{handle}> test", Screen.Lines);
                yield return Text("hello");
                yield return Enter;
                foreach (var key in WaitFor($"Waiting for {handle}..."))
                    yield return key;
                if (handle == "Chris")
                {
                    client.Client.Send("\\quit\n"u8);
                    foreach (var key in WaitFor("Waiting for a client..."))
                        yield return key;
                    Assert.Equal(["Chris> test", "HostA> hello", "Chris has left.", listening, "Waiting for a client..."], Screen.Lines.TakeLast(5));
                }
                else
                {
                    yield return Text("\\quit");
                    yield return Enter;
                    foreach (var key in WaitFor("Waiting for a client..."))
                        yield return key;
                    Assert.Equal(["HostA> \\quit", "Disconnected.", listening, "Waiting for a client..."], Screen.Lines.TakeLast(4));
                }
            }
            yield return Interrupt;
        }
        Assert.Throws<SocketException>(() => new TcpClient("127.0.0.1", server.Port));
    }

    // Each row is the start of a line of the chat, or indented, at every width.
    private void RunForgery(string line, int[] widths, string forgedStart)
    {
        var peer = new InMemoryPeer();
        using var session = ClientSession.FromConnection(peer.SessionConnection, new ChatOptions { Handle = "Chris" });
        RunChat(session, Script);
        IEnumerable<TerminalKey> Script()
        {
            peer.Send("HostA> one\n" + line + "\nHostA> two\n");
            for (var i = 0; i < 4; i++)
                yield return NoKey;
            foreach (var width in widths.Prepend(Screen.Width))
            {
                Screen.Resize(width);
                yield return NoKey;
                Assert.All(Screen.Lines.TakeLast(Screen.Height), l => Assert.False(l.StartsWith(forgedStart, StringComparison.Ordinal), $"{width}:\n{Screen.Text}"));
            }
            yield return Interrupt;
        }
    }
}
