using System;
using PSPairChat.Connections;

namespace PSPairChat;

/// <summary>Represents the result of a wait for a message.</summary>
public readonly struct ReceiveResult
{
    /// <summary>The possible cause of a server that does not respond.</summary>
    internal const string BusyServerHint = "The server may be talking to another client.";

    internal ReceiveResult(ReceiveOutcome outcome, ChatMessage? message = null, ChatException? error = null, bool isUnanswered = false)
    {
        IsUnanswered = isUnanswered;
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

    /// <summary>Gets whether the server has not responded to this client yet.</summary>
    internal bool IsUnanswered { get; }

    /// <summary>Returns the message; null where the conversation has ended.</summary>
    /// <param name="timeout">The time limit of the wait.</param>
    /// <exception cref="ChatException">YourTurn, ReceiveTimedOut, or the error that ended the conversation.</exception>
    internal ChatMessage? GetMessageOrThrow(TimeSpan? timeout) => Outcome switch
    {
        ReceiveOutcome.Message => Message,
        ReceiveOutcome.Ended => Error is null ? null : throw Error,
        ReceiveOutcome.TimedOut => throw CreateTimeoutException("No message", timeout),
        _ => throw new ChatException(ChatErrorReason.YourTurn, "It is your turn to send, and nothing is unread."),
    };

    /// <summary>Creates the result of a wait in which no message was received: the conversation has ended, or the time is up.</summary>
    internal static ReceiveResult WithoutMessage(ConnectionLifecycle lifecycle, bool isUnanswered = false) =>
        new(lifecycle.IsClosed ? ReceiveOutcome.Ended : ReceiveOutcome.TimedOut, error: lifecycle.CloseError, isUnanswered: isUnanswered);

    /// <summary>Creates the exception for a wait that timed out.</summary>
    /// <param name="subject">What was not received: "No message".</param>
    /// <param name="timeout">The time limit.</param>
    internal ChatException CreateTimeoutException(string subject, TimeSpan? timeout)
    {
        var hint = IsUnanswered ? " " + BusyServerHint : "";
        return new ChatException(ChatErrorReason.ReceiveTimedOut, $"{subject} was received within {timeout.GetValueOrDefault().TotalSeconds:0.###} seconds.{hint}");
    }
}
