using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Threading;
using PSPairChat.Terminal;
using Xunit;

namespace PSPairChat.Unit;

/// <summary>Runs a chat at a scripted terminal, against a peer that the script controls as well.</summary>
public abstract class InteractiveChatTestBase : IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(20);

    private protected static TerminalKey NoKey => ScriptedTerminal.NoKey;

    private protected static TerminalKey Enter => Key(EditCommand.AcceptLine);

    private protected static TerminalKey Interrupt => Key(EditCommand.Interrupt);

    /// <summary>Gets the key Ctrl+D, which quits on an empty line.</summary>
    private protected static TerminalKey Quit => Key(EditCommand.DeleteCharOrExit);

    private protected InMemoryPeer Peer { get; } = new();

    private protected VirtualScreen Screen { get; set; } = new(60, 24);

    /// <summary>Gets everything that was written to the terminal, including control sequences.</summary>
    private protected string RawOutput { get; private set; } = "";

    private protected List<IDisposable> Disposables { get; } = [];

    public void Dispose()
    {
        foreach (var disposable in Disposables)
            disposable.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected static TerminalKey Key(EditCommand command) => new(command);

    private protected static TerminalKey Text(string text) => new(EditCommand.SelfInsert, text);

    private protected ChatOutcome RunClient(
        Func<IEnumerable<TerminalKey>> script, ChatOptions? options = null, bool color = false, CancellationToken stop = default)
    {
        using var session = ClientSession.FromConnection(Peer.SessionConnection, options ?? new ChatOptions { Handle = "Chris" });
        return RunChat(session, script, color, stop);
    }

    private protected ChatOutcome RunChat(ChatSession session, Func<IEnumerable<TerminalKey>> script, bool color = false, CancellationToken stop = default)
    {
        using var keys = script().GetEnumerator();
        var terminal = new ScriptedTerminal(keys, Screen) { UseColor = color };
        var outcome = new InteractiveChat(session, terminal).Run(stop);
        RawOutput = terminal.Raw;
        Assert.True(session.IsCompleted);
        return outcome;
    }

    /// <summary>Runs the chat until the last line of the screen is the specified one.</summary>
    private protected IEnumerable<TerminalKey> WaitFor(string lastLine)
    {
        var watch = Stopwatch.StartNew();
        while (Screen.Lines[^1] != lastLine)
        {
            Assert.True(watch.Elapsed < Timeout, $"Timed out waiting for '{lastLine}':\n{Screen.Text}");
            yield return NoKey;
        }
    }

    /// <summary>Asserts the text of the screen; <c>|</c> marks the cursor.</summary>
    private protected void AssertScreen(string marked)
    {
        marked = marked.Replace("\r", "");
        var cursor = marked.IndexOf('|');
        var before = marked[..cursor];
        Assert.Equal(marked.Remove(cursor, 1).TrimEnd('\n', ' '), Screen.Text);
        var row = before.Count(c => c == '\n');
        Assert.Equal((row, before.Length - before.LastIndexOf('\n') - 1), Screen.Cursor);
    }
}
