using System;
using System.Collections.Generic;

namespace PSPairChat.Sessions;

/// <summary>
/// Holds the messages that were received while a caller waited for another one, in their order. The number is limited. A thread that receives holds the gate,
/// so that no later message is returned before a deferred one.
/// </summary>
internal sealed class DeferredMessages
{
    public const int Capacity = 1000;

    private readonly List<ChatMessage> _messages = [];
    private volatile int _count;

    public int Count => _count;

    /// <summary>Gets the lock that a thread holds while it receives.</summary>
    public object Gate { get; } = new();

    /// <summary>Removes and returns the oldest message that matches; null where none does.</summary>
    /// <param name="predicate">The condition; null for any message.</param>
    public ChatMessage? TryDequeue(Predicate<ChatMessage>? predicate)
    {
        if (_count == 0)
            return null;
        var index = predicate is null ? 0 : _messages.FindIndex(predicate);
        return index < 0 ? null : RemoveAt(index);
    }

    /// <summary>Returns a message that was received, if it matches; defers it and returns null otherwise.</summary>
    public ChatMessage? MatchOrDefer(ChatMessage message, Predicate<ChatMessage> predicate)
    {
        // Deferred first, so that a predicate that throws does not lose the message.
        _messages.Add(message);
        _count = _messages.Count;
        return predicate(message) ? RemoveAt(_count - 1) : null;
    }

    private ChatMessage RemoveAt(int index)
    {
        var message = _messages[index];
        _messages.RemoveAt(index);
        _count = _messages.Count;
        return message;
    }
}
