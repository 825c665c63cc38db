using System;
using PSPairChat.Scripting;
using PSPairChat.Sessions;

namespace PSPairChat;

/// <summary>One line of a transcript: a message, or a notice such as that somebody left.</summary>
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

    internal ChatTranscriptEntry(DateTime utc, long? sequence, string from, string text, bool isMine, ChatNoticeKind? notice)
    {
        TimeUtc = utc;
        Sequence = sequence;
        From = from;
        Text = text;
        IsMine = isMine;
        Notice = notice;
    }

    /// <summary>The number of the message in its session, from 1; null for a notice, and for a quit.</summary>
    public long? Sequence { get; }

    /// <summary>When it was sent or received here, or happened, in local time.</summary>
    public DateTime Time => TimeUtc.ToLocalTime();

    /// <summary>The speaker's handle, or the address of a peer that has not said one; empty for a notice.</summary>
    public string From { get; }

    /// <summary>The text exactly as it was said; a notice's is a sentence. It is data: show it through <see cref="DisplayText.Sanitize"/>.</summary>
    public string Text { get; }

    /// <summary>Whether we said it.</summary>
    public bool IsMine { get; }

    /// <summary>The handle of the one member of a room for whom it is; null where it is for everybody.</summary>
    public string? To { get; init; }

    /// <summary>Whether it was said in the room before we came.</summary>
    public bool IsHistory { get; init; }

    /// <summary>What kind of notice it is; null for a message.</summary>
    public ChatNoticeKind? Notice { get; }

    /// <summary>
    /// The line of a script (<see cref="ChatScript"/>) that says or expects exactly this: <c>Chris> test</c>, with a backtick before what a script would take for
    /// a wildcard or the like. What a script cannot say or expect is a comment: a notice, what was said before we came, what we said to one alone. Safe to show.
    /// </summary>
    public override string ToString() => Notice is null && !IsHistory && (To is null || !IsMine) ? ScriptText.Line(From, Text) : "# " + ToDisplayString();

    /// <summary>The line as a chat shows it, <c>Chris> test</c>, or the notice. Safe to show.</summary>
    public string ToDisplayString() => Notice is not null ? DisplayText.Sanitize(Text)
        : (IsHistory ? "[history] " : To is not null ? "[private] " : "") + DisplayText.FormatLine(From, Text);

    /// <summary>The moment in UTC.</summary>
    internal DateTime TimeUtc { get; }

    internal static ChatTranscriptEntry CreateQuit(string from, bool isMine) => new(DateTime.UtcNow, null, from, TurnTracker.QuitCommand, isMine, notice: null);
}
