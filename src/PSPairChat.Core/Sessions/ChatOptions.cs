using System;
using System.Collections.Generic;
using PSPairChat.Dialects;
using PSPairChat.Messages;
using PSPairChat.Transcripts;

namespace PSPairChat;

/// <summary>Represents the options of a session. Immutable: use <c>with</c> to create a changed copy.</summary>
public sealed record ChatOptions
{
    /// <summary>The default of <see cref="MaxMessageLength"/>.</summary>
    public const int DefaultMaxMessageLength = 500;

    /// <summary>The upper limit of <see cref="MaxMessageLength"/>. With four bytes for each character, a peer can receive it: its limit is 64 KiB.</summary>
    public const int MessageLengthLimit = 16_000;

    /// <summary>The default of <see cref="MaxHandleLength"/>.</summary>
    public const int DefaultMaxHandleLength = 10;

    /// <summary>Gets the handle of this end: one word of letters, digits, '-', '_' or '.'.</summary>
    public string Handle { get; init; } = "";

    /// <summary>Gets the name of the session; null for a generated name.</summary>
    public string? Name { get; init; }

    /// <summary>Gets a value that specifies whether the ends of a pair take turns.</summary>
    public TurnOrder TurnOrder { get; init; }

    /// <summary>Gets the maximum number of characters (Unicode scalar values) of a message that is sent.</summary>
    public int MaxMessageLength { get; init; } = DefaultMaxMessageLength;

    /// <summary>Gets the maximum number of characters of the handle.</summary>
    public int MaxHandleLength { get; init; } = DefaultMaxHandleLength;

    /// <summary>Gets the dialect; <see cref="ChatDialect.Auto"/> detects it.</summary>
    public ChatDialect Dialect { get; init; } = ChatDialect.Auto;

    /// <summary>Gets the length of the pause that ends a message without a terminator.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromMilliseconds(60);

    /// <summary>Gets the time after which a send fails if the peer accepts no data.</summary>
    public TimeSpan SendTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Gets the path of the file to which messages and notices are appended as JSON Lines; null for none.</summary>
    public string? TranscriptPath { get; init; }

    /// <summary>Gets how a client verifies the server's key; null for plain TCP.</summary>
    public SecureClientOptions? SecureClient { get; init; }

    /// <summary>Gets which clients a secure server lets in; null for plain TCP.</summary>
    public SecureServerOptions? SecureServer { get; init; }

    /// <summary>Gets whether a secure session, of two or of a member of a room, survives the loss of its connection, and the time limits.</summary>
    public ResumeOptions Resume { get; init; } = new();

    /// <summary>Gets the addresses and CIDR ranges from which clients may connect to a server; empty for all.</summary>
    public IReadOnlyList<string> AllowedAddresses { get; init; } = [];

    /// <summary>Verifies what can be verified before anything is opened.</summary>
    /// <exception cref="ChatException">HandleInvalid, DialectInvalid or TranscriptFailed.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A limit is out of its range, or a timeout is not positive.</exception>
    internal void Validate()
    {
        if (MaxMessageLength is < 1 or > MessageLengthLimit)
        {
            throw new ArgumentOutOfRangeException(
                nameof(MaxMessageLength), MaxMessageLength, $"The maximum length of a message must be from 1 through {MessageLengthLimit}.");
        }
        if (MaxHandleLength < 1)
            throw new ArgumentOutOfRangeException(nameof(MaxHandleLength), MaxHandleLength, "The maximum length of a handle must be at least 1.");
        if (IdleTimeout <= TimeSpan.Zero)
            throw new ArgumentOutOfRangeException(nameof(IdleTimeout), IdleTimeout, "The idle timeout must be greater than zero.");
        if (SendTimeout <= TimeSpan.Zero)
            throw new ArgumentOutOfRangeException(nameof(SendTimeout), SendTimeout, "The send timeout must be greater than zero.");
        Resume.Validate();
        HandleValidator.ThrowIfInvalid(Handle, MaxHandleLength);
        Dialect.Validate();
        if (!Dialect.IsAuto)
            ValidateDialectText();
        if (TranscriptPath is not null)
            TranscriptFile.ThrowIfNotWritable(TranscriptPath);
    }

    // Errors that depend on the handle are reported now, not when the text has to be sent.
    private void ValidateDialectText()
    {
        foreach (var side in (ChatSide[])[ChatSide.Client, ChatSide.Server])
        {
            try
            {
                var encoder = new DialectEncoder(Dialect, side, Handle, port: 0);
                encoder.EncodeGreeting();
                encoder.EncodeQuit();
            }
            catch (ChatException e) when (e.Reason != ChatErrorReason.HandleInvalid)
            {
                throw new ChatException(ChatErrorReason.DialectInvalid, $"The greeting or quit command of the {side} in the dialect {Dialect.Name} cannot be sent: {e.Message}", e);
            }
        }
    }
}
