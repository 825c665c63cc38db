using System;

namespace PSPairChat;

/// <summary>What came of waiting for a message.</summary>
public readonly struct ReceiveResult
{
    internal ReceiveResult(ReceiveOutcome outcome, ChatMessage? message = null, ChatException? fault = null)
    {
        Outcome = outcome;
        Message = message;
        Error = fault;
    }

    /// <summary>How it came out.</summary>
    public ReceiveOutcome Outcome { get; }

    /// <summary>The message, when one came.</summary>
    public ChatMessage? Message { get; }

    /// <summary>What ended the conversation, when that was a fault: PeerDisconnected or LineTooLong; null for a quit.</summary>
    public ChatException? Error { get; }

    /// <summary>The message; null where the conversation has ended.</summary>
    /// <param name="timeout">How long it was waited for.</param>
    /// <exception cref="ChatException">YourTurn, ReceiveTimedOut, or the fault that ended it.</exception>
    internal ChatMessage? GetMessageOrThrow(TimeSpan? timeout) => Outcome switch
    {
        ReceiveOutcome.Message => Message,
        ReceiveOutcome.Ended => Error is null ? null : throw Error,
        ReceiveOutcome.TimedOut => throw CreateTimeoutException(timeout),
        _ => throw new ChatException(ChatErrorReason.YourTurn, "It is our own turn to speak, and nothing is unread."),
    };

    /// <summary>The exception for a wait that ran out.</summary>
    internal static ChatException CreateTimeoutException(TimeSpan? timeout) =>
        new(ChatErrorReason.ReceiveTimedOut, $"No message came within {timeout.GetValueOrDefault().TotalSeconds:0.###} seconds.");
}
