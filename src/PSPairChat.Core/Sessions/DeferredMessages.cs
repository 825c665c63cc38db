using System;
using System.Collections.Generic;

namespace PSPairChat.Sessions;

/// <summary>
/// What came while Wait-ChatMessage waited for something else, in the order in which it came. Bounded: a message that there is no room for is not read.
/// Whoever receives holds the gate, so that nobody overtakes what is put in here.
/// </summary>
internal sealed class DeferredMessages
{
    public const int Capacity = 1000;

    private readonly List<ChatMessage> _messages = [];
    private volatile int _count;

    public int Count => _count;

    /// <summary>Held by whoever receives.</summary>
    public object Gate { get; } = new();

    /// <summary>Takes the oldest message, or the oldest that is wanted.</summary>
    public ChatMessage? TryDequeue(Predicate<ChatMessage>? predicate)
    {
        var index = predicate is null && _count > 0 ? 0 : predicate is null ? -1 : _messages.FindIndex(predicate);
        return index < 0 ? null : RemoveAt(index);
    }

    /// <summary>Looks at a message that has just come: gives it where it is wanted, and keeps it where it is not.</summary>
    public ChatMessage? MatchOrDefer(ChatMessage message, Predicate<ChatMessage> predicate)
    {
        // Kept first: a pattern that fails must not lose it.
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
