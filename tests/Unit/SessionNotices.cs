using System.Collections.Generic;

namespace PSPairChat.Unit;

/// <summary>Reads the notices of a session.</summary>
internal static class SessionNotices
{
    /// <summary>Receives what has arrived, and removes all notices from the queue.</summary>
    public static List<ChatNotice> DequeueNotices(this ChatSession session)
    {
        session.Refresh();
        var notices = new List<ChatNotice>();
        while (session.TryDequeueNotice(out var notice))
            notices.Add(notice);
        return notices;
    }

    /// <summary>Receives what has arrived, removes all notices from the queue, and returns the texts of one kind.</summary>
    public static List<string> DequeueNotices(this ChatSession session, ChatNoticeKind kind) =>
        session.DequeueNotices().FindAll(notice => notice.Kind == kind).ConvertAll(notice => notice.Text);

    /// <summary>Receives what has arrived, removes all notices from the queue, and returns their texts.</summary>
    public static List<string> DequeueNoticeTexts(this ChatSession session) => session.DequeueNotices().ConvertAll(notice => notice.Text);
}
