using System;

namespace PSPairChat.Sessions;

/// <summary>Holds the subscribers of the events of a session. The first one starts a reader, and the last one that is removed ends it.</summary>
/// <param name="session">The session.</param>
internal sealed class SessionEvents(ChatSession session)
{
    private readonly object _lock = new();
    private SessionReader? _reader;

    public EventHandler<ChatMessageEventArgs>? MessageReceived { get; set; }

    public EventHandler<ChatPeerEventArgs>? PeerConnected { get; set; }

    public EventHandler<ChatPeerEventArgs>? PeerDisconnected { get; set; }

    public EventHandler? Closed { get; set; }

    /// <summary>Adds or removes a subscriber. When the last one is removed on another thread than that of the reader, waits until no event is raised any more.</summary>
    public void Change(Action change)
    {
        SessionReader? reader = null;
        lock (_lock)
        {
            change();
            if (MessageReceived is null && PeerConnected is null && PeerDisconnected is null && Closed is null)
                (reader, _reader) = (_reader, null);
            else
                _reader ??= SessionReader.Start(session, this);
        }
        reader?.Dispose();
    }

    /// <summary>Verifies that the current thread can receive.</summary>
    /// <exception cref="ChatException">EventSubscribed: the messages are received for the subscribers of an event.</exception>
    public void ThrowIfReading()
    {
        if (MessageReceived is not null && _reader is { IsCurrentThread: false })
        {
            throw new ChatException(ChatErrorReason.EventSubscribed,
                $"The messages of the session '{session.Name}' are received for the subscribers of its event MessageReceived.");
        }
    }

    /// <summary>Calls the subscribers of an event. An exception of a subscriber is a warning of the session.</summary>
    public void Raise(Delegate? subscribers, EventArgs arguments)
    {
        foreach (var subscriber in subscribers?.GetInvocationList() ?? [])
        {
            try
            {
                switch (subscriber)
                {
                    case EventHandler<ChatMessageEventArgs> onMessage:
                        onMessage(session, (ChatMessageEventArgs)arguments);
                        break;
                    case EventHandler<ChatPeerEventArgs> onPeer:
                        onPeer(session, (ChatPeerEventArgs)arguments);
                        break;
                    case EventHandler onClosed:
                        onClosed(session, arguments);
                        break;
                }
            }
            catch (Exception e)
            {
                session.AddNotice(ChatNoticeKind.Warning, $"A subscriber of an event failed: {e.Message}");
            }
        }
    }
}
