using System.Collections.Concurrent;

namespace PSPairChat.Sessions;

/// <summary>The notices that no caller has read. If nothing reads them, the oldest are dropped.</summary>
internal sealed class NoticeQueue
{
    private const int MaxNotices = 1000;

    private readonly ConcurrentQueue<ChatNotice> _notices = new();

    public ChatNotice Add(ChatNoticeKind kind, string text, PresenceChange change = PresenceChange.None)
    {
        var notice = new ChatNotice(kind, text, change);
        _notices.Enqueue(notice);
        while (_notices.Count > MaxNotices)
            _notices.TryDequeue(out _);
        return notice;
    }

    public bool TryDequeue(out ChatNotice notice) => _notices.TryDequeue(out notice!);
}
