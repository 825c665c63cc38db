using System;
using System.Collections.Generic;
using PSPairChat.Terminal;
using Xunit;

namespace PSPairChat.Unit;

/// <summary>
/// A terminal whose keys come from a script. Each call of <see cref="TryReadKey"/> continues the script: it returns a key, or <see cref="NoKey"/> for one
/// iteration of the chat's loop; in between, it can act for the peer and inspect the screen. Uses one thread and no clock.
/// </summary>
internal sealed class ScriptedTerminal(IEnumerator<TerminalKey> script, VirtualScreen screen) : IChatTerminal
{
    public static readonly TerminalKey NoKey = new(EditCommand.None);

    public int Width => screen.Width;

    public int Height => screen.Height;

    public bool UseColor { get; init; }

    /// <summary>Gets everything that was written, including control sequences.</summary>
    public string Raw { get; private set; } = "";

    public void Write(string text)
    {
        Raw += text;
        screen.Write(text);
    }

    public bool TryReadKey(TimeSpan timeout, out TerminalKey key)
    {
        Assert.True(script.MoveNext(), "The script ended before the chat.");
        key = script.Current;
        return key.Command != EditCommand.None;
    }
}
