using System;
using System.Collections.Generic;

namespace PSPairChat;

/// <summary>
/// What came while Wait-ChatMessage waited for something else, in the order in which it came. Bounded: a message that there is no room for is not read.
/// Whoever receives holds the gate, so that nobody overtakes what is put in here.
/// </summary>
internal sealed class Inbox
{
    public const int Capacity = 1000;

    private readonly List<ChatMessage> _messages = [];
    private volatile int _count;

    public int Count => _count;

    /// <summary>Held by whoever receives.</summary>
    public object Gate { get; } = new();

    /// <summary>Takes the oldest message, or the oldest that is wanted.</summary>
    public ChatMessage? Take(Predicate<ChatMessage>? wanted)
    {
        var index = wanted is null && _count > 0 ? 0 : wanted is null ? -1 : _messages.FindIndex(wanted);
        return index < 0 ? null : TakeAt(index);
    }

    /// <summary>Looks at a message that has just come: gives it where it is wanted, and keeps it where it is not.</summary>
    public ChatMessage? Sift(ChatMessage message, Predicate<ChatMessage> wanted)
    {
        // Kept first: a pattern that fails must not lose it.
        _messages.Add(message);
        _count = _messages.Count;
        return wanted(message) ? TakeAt(_count - 1) : null;
    }

    private ChatMessage TakeAt(int index)
    {
        var message = _messages[index];
        _messages.RemoveAt(index);
        _count = _messages.Count;
        return message;
    }
}
