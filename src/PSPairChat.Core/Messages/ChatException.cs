using System;

namespace PSPairChat;

/// <summary>The one exception of the engine; <see cref="Reason"/> tells what it is about.</summary>
public sealed class ChatException : Exception
{
    /// <summary>Makes an exception.</summary>
    /// <param name="reason">What went wrong.</param>
    /// <param name="message">The same in a sentence, for a person.</param>
    /// <param name="innerException">What caused it, if anything did.</param>
    public ChatException(ChatErrorReason reason, string message, Exception? innerException = null)
        : base(message, innerException) => Reason = reason;

    /// <summary>What went wrong.</summary>
    public ChatErrorReason Reason { get; }
}
