using System;
using System.Collections.Generic;

namespace PSPairChat;

/// <summary>Represents a message that was sent or received.</summary>
public sealed class ChatMessage
{
    private readonly ChatSession _session;

    internal ChatMessage(
        ChatSession session, long sequence, DateTime timeUtc, string from, string text, bool isMine, string? to = null, bool isHistory = false)
    {
        _session = session;
        Sequence = sequence;
        TimeUtc = timeUtc;
        From = from;
        Text = text;
        IsMine = isMine;
        To = to;
        IsHistory = isHistory;
    }

    /// <summary>Gets the number of the message in its session. Sent and received messages are counted together from 1.</summary>
    public long Sequence { get; }

    /// <summary>Gets the local time at which the message was sent or received.</summary>
    public DateTime Time => TimeUtc.ToLocalTime();

    /// <summary>Gets the handle of the sender, or the address of a peer without a handle.</summary>
    public string From { get; }

    /// <summary>Gets the exact text; invalid UTF-8 is replaced with U+FFFD. Before you display it, call <see cref="DisplayText.Sanitize"/>.</summary>
    public string Text { get; }

    /// <summary>Gets whether the message was sent by this session.</summary>
    public bool IsMine { get; }

    /// <summary>Gets the handle of the recipient of a private message in a room; null for a message to everyone.</summary>
    public string? To { get; }

    /// <summary>Gets whether the message was sent in the room before this session joined it.</summary>
    public bool IsHistory { get; }

    /// <summary>Gets the data that was read from the JSON of the text; null where it was not read.</summary>
    public object? Data { get; internal set; }

    /// <summary>Gets the groups of the regular expression that matched, by name or number; null where no regular expression was specified.</summary>
    public IReadOnlyDictionary<string, string>? Matches { get; internal set; }

    /// <summary>Gets the index of the pattern that matched, from 0; null where no pattern was specified.</summary>
    public int? PatternIndex { get; internal set; }

    /// <summary>Gets the session of the message. It is a method so that a message can be serialized without its session.</summary>
    public ChatSession GetSession() => _session;

    internal DateTime TimeUtc { get; }

    /// <summary>Returns the message as a line such as <c>Chris> test</c> that is safe to display. Private and history messages are marked.</summary>
    public override string ToString() => DisplayText.FormatLine(From, Text, IsHistory, isPrivate: To is not null);
}
