using System;
using PSPairChat.Scripting;
using PSPairChat.Sessions;

namespace PSPairChat;

/// <summary>Represents an entry of a transcript: a message, or a notice such as that a member left.</summary>
public sealed record ChatTranscriptEntry
{
    internal ChatTranscriptEntry(ChatMessage message)
        : this(message.TimeUtc, message.Sequence, message.From, message.Text, message.IsMine, notice: null)
    {
        To = message.To;
        IsHistory = message.IsHistory;
    }

    internal ChatTranscriptEntry(ChatNotice notice)
        : this(notice.TimeUtc, null, "", notice.Text, isMine: false, notice.Kind)
    {
    }

    internal ChatTranscriptEntry(DateTime timeUtc, long? sequence, string from, string text, bool isMine, ChatNoticeKind? notice)
    {
        TimeUtc = timeUtc;
        Sequence = sequence;
        From = from;
        Text = text;
        IsMine = isMine;
        Notice = notice;
    }

    /// <summary>Gets the number of the message in its session, from 1; null for a notice and for a quit command.</summary>
    public long? Sequence { get; }

    /// <summary>Gets the local time of the entry.</summary>
    public DateTime Time => TimeUtc.ToLocalTime();

    /// <summary>Gets the handle of the sender, or the address of a peer without a handle; empty for a notice.</summary>
    public string From { get; }

    /// <summary>Gets the exact text of the message or notice. Before you display it, call <see cref="DisplayText.Sanitize"/>.</summary>
    public string Text { get; }

    /// <summary>Gets whether the message was sent by the session of the transcript.</summary>
    public bool IsMine { get; }

    /// <summary>Gets the handle of the recipient of a private message in a room; null for a message to everyone.</summary>
    public string? To { get; init; }

    /// <summary>Gets whether the message was sent in the room before the session joined it.</summary>
    public bool IsHistory { get; init; }

    /// <summary>Gets the kind of notice; null for a message.</summary>
    public ChatNoticeKind? Notice { get; }

    /// <summary>
    /// Returns the line of a script (<see cref="ChatScript"/>) that sends or expects exactly this message, such as <c>Chris> test</c>, with a backtick before
    /// special characters. Entries that a script can neither send nor expect are returned as comments: notices, history, and private messages that were sent. The
    /// line is safe to display.
    /// </summary>
    public override string ToString() => Notice is null && !IsHistory && (To is null || !IsMine) ? ScriptText.FormatLine(From, Text) : "# " + ToDisplayString();

    /// <summary>Returns the text of a notice, or a message as a line such as <c>Chris> test</c>. The result is safe to display.</summary>
    public string ToDisplayString() =>
        Notice is not null ? DisplayText.Sanitize(Text) : DisplayText.FormatLine(From, Text, IsHistory, isPrivate: To is not null);

    /// <summary>Gets the time of the entry in UTC.</summary>
    internal DateTime TimeUtc { get; }

    internal static ChatTranscriptEntry CreateQuit(string from, bool isMine) => new(DateTime.UtcNow, null, from, TurnTracker.QuitCommand, isMine, notice: null);
}
