using System;
using PSPairChat.Sessions;

namespace PSPairChat;

/// <summary>Represents an event of a session that is not a message, such as a peer that has left.</summary>
public sealed class ChatNotice
{
    internal ChatNotice(ChatNoticeKind kind, string text, PresenceChange change = PresenceChange.None)
    {
        Change = change;
        TimeUtc = DateTime.UtcNow;
        Kind = kind;
        Text = text;
    }

    /// <summary>Gets the time of the event, in local time.</summary>
    public DateTime Time => TimeUtc.ToLocalTime();

    /// <summary>Gets the kind of the notice.</summary>
    public ChatNoticeKind Kind { get; }

    /// <summary>Gets the text, safe to display.</summary>
    public string Text { get; }

    internal DateTime TimeUtc { get; }

    /// <summary>Gets what the notice says about the presence of a peer.</summary>
    internal PresenceChange Change { get; }

    /// <inheritdoc/>
    public override string ToString() => Text;
}
