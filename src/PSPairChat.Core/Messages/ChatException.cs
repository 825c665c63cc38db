using System;

namespace PSPairChat;

/// <summary>The exception that is thrown for every error of a chat; <see cref="Reason"/> specifies which.</summary>
public sealed class ChatException : Exception
{
    /// <summary>Initializes an exception.</summary>
    /// <param name="reason">The reason for the error.</param>
    /// <param name="message">The message that describes the error.</param>
    /// <param name="innerException">The exception that caused the error; null if there is none.</param>
    public ChatException(ChatErrorReason reason, string message, Exception? innerException = null)
        : base(message, innerException) => Reason = reason;

    /// <summary>Gets the reason for the error.</summary>
    public ChatErrorReason Reason { get; }

    /// <summary>Gets the option whose value caused the error, where the reason does not determine it; otherwise, null.</summary>
    internal string? OptionName { get; init; }

    /// <summary>Gets what the user can do about the error; null for what the reason and the option imply.</summary>
    internal string? RecommendedAction { get; init; }
}
