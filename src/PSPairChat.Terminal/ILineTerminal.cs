using System;

namespace PSPairChat.Terminal;

/// <summary>A place where lines are read and written whole: a host without keys, or a pipe.</summary>
internal interface ILineTerminal
{
    /// <summary>Looks whether there is a line to be said.</summary>
    /// <param name="wait">How long to wait for it.</param>
    LineInput Peek(TimeSpan wait);

    /// <summary>Takes the line that <see cref="Peek"/> found; asks for it where a person types.</summary>
    /// <param name="prompt">What stands before the line where a person types.</param>
    /// <returns>The line; null at the end of the input.</returns>
    string? ReadLine(string prompt);

    /// <summary>Writes what the peer said.</summary>
    void WriteMessage(string line);

    /// <summary>Writes what happened.</summary>
    void WriteNotice(string text);

    /// <summary>Writes for whom the chat waits.</summary>
    void WriteWaiting(string text);
}
