using System;

namespace PSPairChat.Terminal;

/// <summary>A terminal that reads and writes whole lines: a host without keys, or a pipe.</summary>
internal interface ILineTerminal
{
    /// <summary>Gets whether messages or notices can no longer be written.</summary>
    bool IsOutputLost { get; }

    /// <summary>Determines whether a line can be read.</summary>
    /// <param name="timeout">The time to wait for a line.</param>
    InputStatus Peek(TimeSpan timeout);

    /// <summary>Reads the line that <see cref="Peek"/> reported.</summary>
    /// <param name="prompt">The prompt that an interactive host shows before the line.</param>
    /// <returns>The line; null at the end of the input.</returns>
    string? ReadLine(string prompt);

    /// <summary>Writes a received message.</summary>
    void WriteMessage(string line);

    /// <summary>Writes a notice.</summary>
    void WriteNotice(string text);

    /// <summary>Writes what the chat waits for.</summary>
    void WriteStatus(string text);
}
