using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading;
using PSPairChat.Terminal;
using PSPairChat.Connections;
using Xunit;

namespace PSPairChat.Unit;

public sealed class InteractiveChatTests : IDisposable
{
    private static readonly TerminalKey Nothing = ScriptedTerminal.Nothing;
    private static readonly TerminalKey Enter = new(TerminalKeyKind.Enter);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly InMemoryConnection _peer;
    private readonly InMemoryConnection _own;
    private readonly List<IDisposable> _opened = [];
    private VirtualScreen _screen = new(60, 24);
    private string _raw = "";

    public InteractiveChatTests() => (_own, _peer) = InMemoryConnection.CreatePair();

    public void Dispose()
    {
        foreach (var opened in _opened)
            opened.Dispose();
    }

    [Fact]
    public void The_prompt_is_there_when_it_is_our_turn_and_not_before()
    {
        Client(Script);
        IEnumerable<TerminalKey> Script()
        {
            yield return Nothing;
            Sees("Chris> |");
            yield return Text("test");
            yield return Nothing;
            Sees("Chris> test|");
            yield return Enter;
            yield return Nothing;
            Assert.Equal("Chris> test\n", Heard());
            Sees("Chris> test\nWaiting for memory...|");
            Says("HostA> hello\n");
            yield return Nothing;
            Sees("Chris> test\nHostA> hello\nChris> |");
            yield return Text("x");
            yield return Enter;
            yield return Nothing;
            Sees("Chris> test\nHostA> hello\nChris> x\nWaiting for HostA...|");
            yield return Quit();
        }
    }

    [Fact]
    public void A_message_that_comes_while_somebody_types_is_printed_above_and_the_half_line_comes_back()
    {
        Client(Script);
        IEnumerable<TerminalKey> Script()
        {
            yield return Text("half a line");
            yield return Key(TerminalKeyKind.BackwardWord);
            yield return Nothing;
            Sees("Chris> half a |line");
            Says("HostA> hello\nHostA> again\n");
            yield return Nothing;
            yield return Nothing;
            Sees("HostA> hello\nHostA> again\nChris> half a |line");
            yield return Enter;
            yield return Nothing;
            Assert.Equal("Chris> half a line\n", Heard());
            yield return Quit();
        }
    }

    [Theory]
    [InlineData("HostA> \\quit\n", "HostA has left.", ChatOutcome.Finished)]
    [InlineData("", "HostA has left.", ChatOutcome.Finished)]
    [InlineData(null, "Connection to HostA lost.", ChatOutcome.ConnectionLost)]
    public void A_peer_who_leaves_does_not_cut_what_was_typed(string? last, string told, object end)
    {
        Assert.Equal((ChatOutcome)end, Client(Script));
        IEnumerable<TerminalKey> Script()
        {
            Says("HostA> hi\n");
            yield return Nothing;
            yield return Text("half a li");
            yield return Nothing;
            Sees("HostA> hi\nChris> half a li|");
            Leaves(last);
            yield return Nothing;
        }
        Sees($"HostA> hi\n{told}\nNot sent: half a li\n|");
    }

    [Fact]
    public void Lines_typed_or_pasted_out_of_turn_wait_and_are_offered_one_a_turn()
    {
        Client(Script);
        IEnumerable<TerminalKey> Script()
        {
            foreach (var key in new[] { Text("one"), Enter, Text("two"), Enter, Text("three"), Enter, Text("fo") })
                yield return key;
            yield return Nothing;
            Assert.Equal("Chris> one\n", Heard());
            Sees("Chris> one\nWaiting for memory... fo|");
            Says("a\n");
            yield return Nothing;
            Sees("Chris> one\npeer> a\nChris> two|");
            yield return Enter;
            yield return Nothing;
            Assert.Equal("Chris> two\n", Heard());
            Says("b\n");
            yield return Nothing;
            Sees("Chris> one\npeer> a\nChris> two\npeer> b\nChris> three|");
            yield return Enter;
            Says("c\n");
            yield return Nothing;
            yield return Nothing;
            Assert.EndsWith("Chris> three\npeer> c\nChris> fo", _screen.Text, StringComparison.Ordinal);
            yield return Interrupt();
        }
    }

    [Fact]
    public void What_is_refused_is_explained_and_offered_again()
    {
        Client(Script, new ChatOptions { Handle = "Chris", MaxMessageLength = 5 });
        IEnumerable<TerminalKey> Script()
        {
            yield return Enter;
            yield return Nothing;
            Sees("The message is empty.\nChris> |");
            yield return Text("123456");
            yield return Enter;
            yield return Nothing;
            Sees("The message is empty.\nThe message has 6 characters. The limit is 5.\nChris> 123456| (1 too many)");
            yield return Key(TerminalKeyKind.Backspace);
            yield return Enter;
            yield return Nothing;
            Assert.Equal("Chris> 12345\n", Heard());
            Says("x\n");
            yield return Nothing;
            yield return Text("a\0b");
            yield return Enter;
            yield return Nothing;
            Assert.Contains("The message contains a NUL at character 2", _screen.Text, StringComparison.Ordinal);
            Assert.Equal("", Heard());
            yield return Interrupt();
        }
    }

    [Theory]
    [InlineData(450, "")]
    [InlineData(451, " (49 left)")]
    [InlineData(500, " (0 left)")]
    [InlineData(501, " (1 too many)")]
    public void A_counter_shows_when_fewer_than_fifty_characters_remain(int typed, string counter)
    {
        _screen = new VirtualScreen(1000, 24);
        Client(Script);
        IEnumerable<TerminalKey> Script()
        {
            // Two chars, one character.
            yield return Text(string.Concat(Enumerable.Repeat("😀", typed)));
            yield return Nothing;
            Assert.EndsWith("😀" + counter, _screen.Text, StringComparison.Ordinal);
            yield return Interrupt();
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Quit_ends_the_talk_in_turn_and_out_of_turn(bool inTurn)
    {
        Assert.Equal(ChatOutcome.Finished, Client(Script));
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
        Assert.EndsWith("\\quit\n", Heard(), StringComparison.Ordinal);
        Assert.EndsWith("Chris> \\quit\nDisconnected.", _screen.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_end_of_the_input_on_an_empty_line_is_a_quit_and_on_another_it_deletes()
    {
        Assert.Equal(ChatOutcome.Finished, Client(Script));
        IEnumerable<TerminalKey> Script()
        {
            yield return Text("ab");
            yield return Key(TerminalKeyKind.Home);
            yield return Key(TerminalKeyKind.DeleteCharOrExit);
            yield return Nothing;
            Sees("Chris> |b");
            yield return Key(TerminalKeyKind.DeleteCharOrExit);
            yield return Key(TerminalKeyKind.DeleteCharOrExit);
        }
        Assert.Equal("\\quit\n", Heard());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_interrupt_tells_the_peer_first_in_turn_and_out_of_turn(bool inTurn)
    {
        Assert.Equal(ChatOutcome.Interrupted, Client(Script));
        IEnumerable<TerminalKey> Script()
        {
            yield return Text("half");
            if (!inTurn)
                yield return Enter;
            yield return Nothing;
            yield return Interrupt();
        }
        Assert.EndsWith("\\quit\n", Heard(), StringComparison.Ordinal);
        Assert.EndsWith("Disconnected.", _screen.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_cancellation_is_an_interrupt()
    {
        using var stop = new CancellationTokenSource();
        Assert.Equal(ChatOutcome.Interrupted, Client(Script, stop: stop.Token));
        Assert.Equal("\\quit\n", Heard());
        IEnumerable<TerminalKey> Script()
        {
            yield return Nothing;
            stop.Cancel();
            yield return Nothing;
        }
    }

    [Theory]
    [InlineData("\\\\help", "\\help")]
    [InlineData("\\\\\\help", "\\\\help")]
    [InlineData("\\\\server\\share", "\\\\server\\share")]
    [InlineData("\\other", "\\other")]
    [InlineData("say \\quit", "say \\quit")]
    public void A_backslash_more_says_what_would_be_a_command(string typed, string said)
    {
        Client(Script);
        IEnumerable<TerminalKey> Script()
        {
            yield return Text(typed);
            yield return Enter;
            yield return Nothing;
            Assert.Equal($"Chris> {said}\n", Heard());
            yield return Interrupt();
        }
    }

    [Fact]
    public void A_message_that_is_exactly_a_quit_cannot_be_said()
    {
        Client(Script);
        IEnumerable<TerminalKey> Script()
        {
            yield return Text("\\\\quit");
            yield return Enter;
            yield return Nothing;
            Assert.Equal("", Heard());
            Sees("A message that is exactly \\quit cannot be said.\nChris> \\\\quit|");
            yield return Interrupt();
        }
    }

    [Fact]
    public void Help_lists_what_can_be_typed_and_says_nothing()
    {
        Client(Script);
        IEnumerable<TerminalKey> Script()
        {
            yield return Text("\\help");
            yield return Enter;
            yield return Nothing;
            Assert.Equal("", Heard());
            foreach (var command in new[] { "\\quit ", "\\help ", "\\\\help ", "Ctrl+C " })
                Assert.Contains(_screen.Lines, l => l.StartsWith(command, StringComparison.Ordinal));
            Assert.EndsWith("Chris>", _screen.Text, StringComparison.Ordinal);
            yield return Interrupt();
        }
    }

    [Fact]
    public void What_a_peer_sends_shows_as_text_whatever_it_is()
    {
        Client(Script);
        IEnumerable<TerminalKey> Script()
        {
            Says("Ho\u001b[2Jst> hi\n\u001b[31mred\rChris> forged\u0007\n");
            yield return Nothing;
            yield return Nothing;
            Sees("Ho␛[2Jst> hi\nHo␛[2Jst> ␛[31mred␍Chris> forged␇\nChris> |");
            yield return Interrupt();
        }
    }

    [Fact]
    public void The_history_has_what_was_said()
    {
        Client(Script);
        IEnumerable<TerminalKey> Script()
        {
            yield return Text("one");
            yield return Enter;
            Says("x\n");
            yield return Nothing;
            yield return Nothing;
            yield return Key(TerminalKeyKind.Up);
            yield return Nothing;
            Assert.EndsWith("Chris> one", _screen.Text, StringComparison.Ordinal);
            yield return Interrupt();
        }
    }

    [Fact]
    public void In_a_free_talk_the_prompt_is_always_there()
    {
        Client(Script, new ChatOptions { Handle = "Chris", TurnOrder = TurnOrder.Free });
        IEnumerable<TerminalKey> Script()
        {
            yield return Text("one");
            yield return Enter;
            yield return Text("two");
            yield return Enter;
            yield return Text("hal");
            yield return Nothing;
            Assert.Equal("Chris> one\nChris> two\n", Heard());
            Says("HostA> hello\n");
            yield return Nothing;
            Sees("Chris> one\nChris> two\nHostA> hello\nChris> hal|");
            yield return Interrupt();
        }
    }

    [Fact]
    public void A_window_that_changes_its_size_keeps_the_talk_and_the_half_line()
    {
        _screen = new VirtualScreen(40, 24);
        Client(Script);
        IEnumerable<TerminalKey> Script()
        {
            Says("HostA> a line that is longer than the window will be\n");
            yield return Nothing;
            yield return Text("this one is longer than that, too, by far");
            yield return Nothing;
            _screen.Resize(20);
            yield return Nothing;
            Sees("HostA> a line that i\ns longer than the wi\nndow will be\nChris> this one is l\nonger than that, too\n, by far|");
            _screen.Resize(60);
            yield return Nothing;
            Sees("HostA> a line that is longer than the window will be\nChris> this one is longer than that, too, by far|");
            yield return Interrupt();
        }
    }

    [Fact]
    public void Clearing_the_screen_keeps_the_line()
    {
        Client(Script);
        IEnumerable<TerminalKey> Script()
        {
            Says("HostA> hello\n");
            yield return Nothing;
            yield return Text("half");
            yield return Nothing;
            yield return Key(TerminalKeyKind.ClearScreen);
            yield return Nothing;
            Sees("Chris> half|");
            yield return Interrupt();
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Colour_is_only_there_where_it_is_wanted(bool color)
    {
        Client(Script, color: color);
        IEnumerable<TerminalKey> Script()
        {
            yield return Enter;
            yield return Nothing;
            yield return Interrupt();
        }
        Assert.Equal(color, _raw.Contains("\u001b[31m", StringComparison.Ordinal));
        Assert.Equal(color, _raw.Contains("\u001b[1mChris> \u001b[0m", StringComparison.Ordinal));
        Assert.Equal(color, _raw.EndsWith("\u001b[0m\r\n", StringComparison.Ordinal));
    }

    [Fact]
    public void A_server_tells_who_comes_and_goes_and_waits_for_the_next()
    {
        using var server = ServerSession.Start(0, new ChatOptions { Handle = "HostA" }, IPAddress.Loopback);
        TcpClient? client = null;
        var listening = $"Listening on {server.HostName}:{server.Port}.";
        Assert.Equal(ChatOutcome.Interrupted, Run(server, Script));
        IEnumerable<TerminalKey> Script()
        {
            yield return Nothing;
            Sees("Waiting for a client...|");
            yield return Key(TerminalKeyKind.DeleteCharOrExit);
            yield return Nothing;
            Sees("Nobody is connected. Ctrl+C stops the server.\nWaiting for a client...|");
            yield return Key(TerminalKeyKind.ClearScreen);
            foreach (var who in new[] { "Chris", "Bob" })
            {
                _opened.Add(client = new TcpClient(AddressFamily.InterNetwork));
                client.Connect(IPAddress.Loopback, server.Port);
                foreach (var key in Until("Waiting for the first message..."))
                    yield return key;
                Assert.Contains($"Established connection with {client.Client.LocalEndPoint}...", _screen.Lines);
                client.Client.Send(Encoding.UTF8.GetBytes($"{who}> test\n"));
                foreach (var key in Until("HostA>"))
                    yield return key;
                Assert.Contains($"{who}> test", _screen.Lines);
                yield return Text("hello");
                yield return Enter;
                foreach (var key in Until($"Waiting for {who}..."))
                    yield return key;
                if (who == "Chris")
                {
                    client.Client.Send("\\quit\n"u8);
                    foreach (var key in Until("Waiting for a client..."))
                        yield return key;
                    Assert.Equal(["Chris> test", "HostA> hello", "Chris has left.", listening, "Waiting for a client..."], _screen.Lines.TakeLast(5));
                }
                else
                {
                    yield return Text("\\quit");
                    yield return Enter;
                    foreach (var key in Until("Waiting for a client..."))
                        yield return key;
                    Assert.Equal(["HostA> \\quit", "Disconnected.", listening, "Waiting for a client..."], _screen.Lines.TakeLast(4));
                }
            }
            yield return Interrupt();
        }
        Assert.Throws<SocketException>(() => new TcpClient("127.0.0.1", server.Port));
    }

    [Fact]
    public void A_handle_is_asked_for_until_it_is_a_good_one()
    {
        using var script = Script().GetEnumerator();
        Assert.Equal("Chris", HandlePrompt.Read(new ScriptedTerminal(script, _screen), "", 10, CancellationToken.None));
        Sees("""
            Invalid handle 'Chris Cross'. A handle is one word of 1 thro
            ugh 10 letters, digits, '-', '_' or '.'.
            Enter a handle (10 characters or less): Chris
            |
            """);
        IEnumerable<TerminalKey> Script()
        {
            yield return Nothing;
            Sees("Enter a handle (10 characters or less): |");
            yield return Text("Chris Cross");
            yield return Enter;
            yield return Key(TerminalKeyKind.UnixWordRubout);
            yield return Key(TerminalKeyKind.Backspace);
            yield return Enter;
        }
    }

    [Fact]
    public void A_handle_that_is_refused_is_offered_again()
    {
        using var script = Script().GetEnumerator();
        Assert.Equal("too.long", HandlePrompt.Read(new ScriptedTerminal(script, _screen), "too.long.so", 10, CancellationToken.None));
        IEnumerable<TerminalKey> Script()
        {
            yield return Nothing;
            Sees("Invalid handle 'too.long.so'. A handle is one word of 1 thro\nugh 10 letters, digits, '-', '_' or '.'.\nEnter a handle (10 characters or less): too.long.so|");
            yield return Key(TerminalKeyKind.BackwardKillWord);
            yield return Key(TerminalKeyKind.Backspace);
            yield return Enter;
        }
    }

    [Theory]
    [InlineData(nameof(TerminalKeyKind.Interrupt))]
    [InlineData(nameof(TerminalKeyKind.DeleteCharOrExit))]
    public void Nobody_has_to_give_a_handle(string key)
    {
        IEnumerable<TerminalKey> script = [Key(Enum.Parse<TerminalKeyKind>(key))];
        using var keys = script.GetEnumerator();
        Assert.Null(HandlePrompt.Read(new ScriptedTerminal(keys, _screen), "", 10, CancellationToken.None));
    }

    private static TerminalKey Key(TerminalKeyKind kind) => new(kind);

    private static TerminalKey Text(string text) => new(TerminalKeyKind.Text, text);

    private static TerminalKey Interrupt() => new(TerminalKeyKind.Interrupt);

    // On an empty line.
    private static TerminalKey Quit() => new(TerminalKeyKind.DeleteCharOrExit);

    private ChatOutcome Client(
        Func<IEnumerable<TerminalKey>> script, ChatOptions? options = null, bool color = false, CancellationToken stop = default)
    {
        using var session = ClientSession.FromConnection(_own, options ?? new ChatOptions { Handle = "Chris" });
        return Run(session, script, color, stop);
    }

    private ChatOutcome Run(ChatSession session, Func<IEnumerable<TerminalKey>> script, bool color = false, CancellationToken stop = default)
    {
        using var keys = script().GetEnumerator();
        var terminal = new ScriptedTerminal(keys, _screen) { HasColor = color };
        var end = new InteractiveChat(session, terminal).Run(stop);
        _raw = terminal.Raw;
        Assert.True(session.IsCompleted);
        return end;
    }

    // Lets the chat go round until its last line is this one: a connection comes when it comes.
    private IEnumerable<TerminalKey> Until(string last)
    {
        var watch = Stopwatch.StartNew();
        while (_screen.Lines[^1] != last)
        {
            Assert.True(watch.Elapsed < Patience, $"Waited for '{last}' in vain:\n{_screen.Text}");
            yield return Nothing;
        }
    }

    private void Says(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        _peer.Send(bytes, 0, bytes.Length);
    }

    // Says a last word, or hangs up, or breaks.
    private void Leaves(string? last)
    {
        if (last is null)
            _peer.SimulateConnectionLoss();
        else if (last.Length == 0)
            _peer.ShutdownSend();
        else
            Says(last);
    }

    private string Heard()
    {
        var buffer = new byte[64 * 1024];
        var count = _peer.Receive(buffer, 0, buffer.Length, 0);
        return count > 0 ? Encoding.UTF8.GetString(buffer, 0, count) : "";
    }

    // The bar is the cursor.
    private void Sees(string marked)
    {
        marked = marked.Replace("\r", "");
        var at = marked.IndexOf('|');
        var before = marked[..at];
        Assert.Equal(marked.Remove(at, 1).TrimEnd('\n', ' '), _screen.Text);
        var row = before.Count(c => c == '\n');
        Assert.Equal((row, before.Length - before.LastIndexOf('\n') - 1), _screen.Cursor);
    }
}
