using System;

namespace PSPairChat;

/// <summary>Provides the message for the event <see cref="ChatSession.MessageReceived"/>.</summary>
/// <param name="message">The message.</param>
public sealed class ChatMessageEventArgs(ChatMessage message) : EventArgs
{
    /// <summary>Gets the message that was received.</summary>
    public ChatMessage Message { get; } = message;
}
