using System;
using System.Collections.Generic;
using PSPairChat.Terminal;
using Xunit;

namespace PSPairChat.Unit;

/// <summary>
/// A terminal at which a script types. Whenever the chat looks for a key the script goes on: a key is typed, <see cref="Nothing"/> lets the chat go round
/// once, and in between the script may act for the peer and look at the screen. One thread and no clock: a step is a step, however long it takes.
/// </summary>
internal sealed class ScriptedTerminal(IEnumerator<TerminalKey> script, VirtualScreen screen) : IChatTerminal
{
    public static readonly TerminalKey Nothing = new(TerminalKeyKind.None);

    public int Width => screen.Width;

    public int Height => screen.Height;

    public bool HasColor { get; init; }

    /// <summary>Everything written, control sequences and all.</summary>
    public string Raw { get; private set; } = "";

    public void Write(string text)
    {
        Raw += text;
        screen.Write(text);
    }

    public bool TryReadKey(TimeSpan wait, out TerminalKey key)
    {
        Assert.True(script.MoveNext(), "The script is over, and the chat is not.");
        key = script.Current;
        return key.Kind != TerminalKeyKind.None;
    }
}
