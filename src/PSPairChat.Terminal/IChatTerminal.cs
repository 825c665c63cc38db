using System;

namespace PSPairChat.Terminal;

/// <summary>A screen that understands the usual control sequences (ECMA-48), and a keyboard. Nothing here blocks for longer than it is told to.</summary>
internal interface IChatTerminal
{
    /// <summary>The width of the window in cells, now.</summary>
    int Width { get; }

    /// <summary>The height of the window in rows, now.</summary>
    int Height { get; }

    /// <summary>Whether colour is wanted.</summary>
    bool HasColor { get; }

    /// <summary>Puts text and control sequences on the screen.</summary>
    void Write(string text);

    /// <summary>Takes the next key.</summary>
    /// <param name="wait">How long to wait for it.</param>
    /// <param name="key">The key.</param>
    /// <returns>Whether there was one.</returns>
    bool TryReadKey(TimeSpan wait, out TerminalKey key);
}
