using System;

namespace PSPairChat.Terminal;

/// <summary>A screen that supports the common control sequences of ECMA-48, and a keyboard.</summary>
internal interface IChatTerminal
{
    /// <summary>Gets the current width of the window in cells.</summary>
    int Width { get; }

    /// <summary>Gets the current height of the window in rows.</summary>
    int Height { get; }

    /// <summary>Gets whether text styles are used.</summary>
    bool UseColor { get; }

    /// <summary>Writes text and control sequences to the screen.</summary>
    void Write(string text);

    /// <summary>Reads the next key.</summary>
    /// <param name="timeout">The time to wait for a key.</param>
    /// <param name="key">The key.</param>
    /// <returns>Whether a key was read.</returns>
    bool TryReadKey(TimeSpan timeout, out TerminalKey key);
}
