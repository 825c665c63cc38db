using System;
using PSPairChat.Conversation;
using PSPairChat.Transcripts;

namespace PSPairChat;

/// <summary>How a session talks. Immutable: derive a changed one with <c>with</c>.</summary>
public sealed record ChatOptions
{
    /// <summary>The characters that a message may have if nothing else is said.</summary>
    public const int DefaultMaxMessageLength = 500;

    /// <summary>The characters that a handle may have if nothing else is said.</summary>
    public const int DefaultMaxHandleLength = 10;

    /// <summary>Our own handle: one word of letters, digits, '-', '_' or '.'.</summary>
    public string Handle { get; init; } = "";

    /// <summary>The session's friendly name; null for the one it is given.</summary>
    public string? Name { get; init; }

    /// <summary>Whether the pair takes turns.</summary>
    public TurnOrder TurnOrder { get; init; }

    /// <summary>The most characters (Unicode scalar values) that a message of ours may have.</summary>
    public int MaxMessageLength { get; init; } = DefaultMaxMessageLength;

    /// <summary>The most characters that our handle may have.</summary>
    public int MaxHandleLength { get; init; } = DefaultMaxHandleLength;

    /// <summary>The file to which messages and notices are appended as JSON Lines; null for none.</summary>
    public string? TranscriptPath { get; init; }

    /// <summary>Checks what can be checked before anything is opened.</summary>
    /// <exception cref="ChatException">HandleInvalid or TranscriptFailed.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A limit is less than 1.</exception>
    internal void Validate()
    {
        if (MaxMessageLength < 1)
            throw new ArgumentOutOfRangeException(nameof(MaxMessageLength), MaxMessageLength, "A message has at least 1 character.");
        if (MaxHandleLength < 1)
            throw new ArgumentOutOfRangeException(nameof(MaxHandleLength), MaxHandleLength, "A handle has at least 1 character.");
        HandleRule.Check(Handle, MaxHandleLength);
        if (TranscriptPath is not null)
            TranscriptFile.Check(TranscriptPath);
    }
}
