using System;
using PSPairChat.Connections;

namespace PSPairChat;

/// <summary>Represents the result of a wait for a message.</summary>
public readonly struct ReceiveResult
{
    internal ReceiveResult(ReceiveOutcome outcome, ChatMessage? message = null, ChatException? error = null)
    {
        Outcome = outcome;
        Message = message;
        Error = error;
    }

    /// <summary>Gets the outcome of the wait.</summary>
    public ReceiveOutcome Outcome { get; }

    /// <summary>Gets the message; null where none was received.</summary>
    public ChatMessage? Message { get; }

    /// <summary>Gets the error that ended the conversation, such as PeerDisconnected or LineTooLong; null where the peer quit.</summary>
    public ChatException? Error { get; }

    /// <summary>Returns the message; null where the conversation has ended.</summary>
    /// <param name="timeout">The time limit of the wait.</param>
    /// <exception cref="ChatException">YourTurn, ReceiveTimedOut, or the error that ended the conversation.</exception>
    internal ChatMessage? GetMessageOrThrow(TimeSpan? timeout) => Outcome switch
    {
        ReceiveOutcome.Message => Message,
        ReceiveOutcome.Ended => Error is null ? null : throw Error,
        ReceiveOutcome.TimedOut => throw CreateTimeoutException(timeout),
        _ => throw new ChatException(ChatErrorReason.YourTurn, "It is your turn to send, and nothing is unread."),
    };

    /// <summary>Creates the result of a wait in which no message was received: the conversation has ended, or the time is up.</summary>
    internal static ReceiveResult WithoutMessage(ConnectionLifecycle lifecycle) =>
        new(lifecycle.IsClosed ? ReceiveOutcome.Ended : ReceiveOutcome.TimedOut, error: lifecycle.CloseError);

    /// <summary>Creates the exception for a wait that timed out.</summary>
    internal static ChatException CreateTimeoutException(TimeSpan? timeout) =>
        new(ChatErrorReason.ReceiveTimedOut, $"No message was received within {timeout.GetValueOrDefault().TotalSeconds:0.###} seconds.");
}
