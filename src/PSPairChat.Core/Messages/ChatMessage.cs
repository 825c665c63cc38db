using System;

namespace PSPairChat;

/// <summary>One message, sent or received.</summary>
public sealed class ChatMessage
{
    private readonly ChatSession _session;

    internal ChatMessage(ChatSession session, long sequence, DateTime utc, string from, string text, bool isMine, string? to = null, bool isPast = false)
    {
        _session = session;
        Sequence = sequence;
        TimeUtc = utc;
        From = from;
        Text = text;
        IsMine = isMine;
        To = to;
        IsHistory = isPast;
    }

    /// <summary>Its number in the session, from 1, counting both directions.</summary>
    public long Sequence { get; }

    /// <summary>When it was sent or received here, in local time.</summary>
    public DateTime Time => TimeUtc.ToLocalTime();

    /// <summary>The speaker's handle, or the address of a peer that has not said one.</summary>
    public string From { get; }

    /// <summary>The text exactly as it was said; invalid UTF-8 reads as U+FFFD. It is data: show it through <see cref="DisplayText.Sanitize"/>.</summary>
    public string Text { get; }

    /// <summary>Whether we said it.</summary>
    public bool IsMine { get; }

    /// <summary>The handle of the one member of a room for whom it is; null where it is for everybody.</summary>
    public string? To { get; }

    /// <summary>Whether it was said in the room before we came.</summary>
    public bool IsHistory { get; }

    /// <summary>The session in which it was said. A method, so that what was said is written as JSON without the live session.</summary>
    public ChatSession GetSession() => _session;

    internal DateTime TimeUtc { get; }

    /// <summary>The line <c>Chris> test</c>, safe to show; in a room marked as history or private where it is.</summary>
    public override string ToString() => (IsHistory ? "[history] " : To is not null ? "[private] " : "") + DisplayText.FormatLine(From, Text);
}
