using System;
using PSPairChat.Sessions;

namespace PSPairChat;

/// <summary>Something that happened in a session and is no message: somebody came, somebody left.</summary>
public sealed class ChatNotice
{
    internal ChatNotice(ChatNoticeKind kind, string text, PresenceChange change = PresenceChange.None)
    {
        Change = change;
        TimeUtc = DateTime.UtcNow;
        Kind = kind;
        Text = text;
    }

    /// <summary>When it happened, in local time.</summary>
    public DateTime Time => TimeUtc.ToLocalTime();

    /// <summary>For whom it is.</summary>
    public ChatNoticeKind Kind { get; }

    /// <summary>The sentence, safe to show.</summary>
    public string Text { get; }

    internal DateTime TimeUtc { get; }

    /// <summary>What it says about a pair's conversation.</summary>
    internal PresenceChange Change { get; }

    /// <inheritdoc/>
    public override string ToString() => Text;
}
