using System;
using PSPairChat.Dialects;
using PSPairChat.Messages;
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

    /// <summary>How to talk: a dialect, or <see cref="ChatDialect.Auto"/> to find it out.</summary>
    public ChatDialect Dialect { get; init; } = ChatDialect.Auto;

    /// <summary>How long the line is quiet after a message whose end nothing else marks.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromMilliseconds(60);

    /// <summary>The file to which messages and notices are appended as JSON Lines; null for none.</summary>
    public string? TranscriptPath { get; init; }

    /// <summary>Checks what can be checked before anything is opened.</summary>
    /// <exception cref="ChatException">HandleInvalid, DialectInvalid or TranscriptFailed.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A limit is less than 1, or the quiet gap is no time.</exception>
    internal void Validate()
    {
        if (MaxMessageLength < 1)
            throw new ArgumentOutOfRangeException(nameof(MaxMessageLength), MaxMessageLength, "A message has at least 1 character.");
        if (MaxHandleLength < 1)
            throw new ArgumentOutOfRangeException(nameof(MaxHandleLength), MaxHandleLength, "A handle has at least 1 character.");
        if (IdleTimeout <= TimeSpan.Zero)
            throw new ArgumentOutOfRangeException(nameof(IdleTimeout), IdleTimeout, "A quiet gap takes time.");
        HandleValidator.ThrowIfInvalid(Handle, MaxHandleLength);
        Dialect.Validate();
        if (!Dialect.IsAuto)
            ValidateDialectText();
        if (TranscriptPath is not null)
            TranscriptFile.ThrowIfNotWritable(TranscriptPath);
    }

    // What can only be seen once the handle is known: better now than when it has to be said.
    private void ValidateDialectText()
    {
        foreach (var end in (ChatSide[])[ChatSide.Client, ChatSide.Server])
        {
            try
            {
                var writer = new DialectEncoder(Dialect, end, Handle, port: 0);
                writer.EncodeGreeting();
                writer.EncodeQuit();
            }
            catch (ChatException e) when (e.Reason != ChatErrorReason.HandleInvalid)
            {
                throw new ChatException(ChatErrorReason.DialectInvalid, $"In the dialect {Dialect.Name} the {end} cannot leave: {e.Message}", e);
            }
        }
    }
}
