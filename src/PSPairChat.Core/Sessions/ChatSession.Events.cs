using System;
using System.Threading;
using PSPairChat.Sessions;

namespace PSPairChat;

public abstract partial class ChatSession
{
    private SessionEvents? _events;
    private int _presenceVersion;

    /// <summary>
    /// Occurs when a message was received. While there is a subscriber, a thread of the session receives all messages, in order, and calls the subscribers; then
    /// no other thread can receive. After the last subscriber was removed, messages remain unread until they are received.
    /// </summary>
    public event EventHandler<ChatMessageEventArgs> MessageReceived
    {
        add => Events.Change(() => Events.MessageReceived += value);
        remove => Events.Change(() => Events.MessageReceived -= value);
    }

    /// <summary>
    /// Occurs when a peer is connected, also for the peer that is connected when the first subscriber of an event is added. In the session of the host of a room,
    /// occurs for each member.
    /// </summary>
    public event EventHandler<ChatPeerEventArgs> PeerConnected
    {
        add => Events.Change(() => Events.PeerConnected += value);
        remove => Events.Change(() => Events.PeerConnected -= value);
    }

    /// <summary>Occurs when the conversation with a peer has ended and its messages were received.</summary>
    public event EventHandler<ChatPeerEventArgs> PeerDisconnected
    {
        add => Events.Change(() => Events.PeerDisconnected += value);
        remove => Events.Change(() => Events.PeerDisconnected -= value);
    }

    /// <summary>Occurs when the session is closed and its messages were received. It is the last event.</summary>
    public event EventHandler Closed
    {
        add => Events.Change(() => Events.Closed += value);
        remove => Events.Change(() => Events.Closed -= value);
    }

    /// <summary>Gets a number that changes when a peer or member connects or leaves.</summary>
    internal int PresenceVersion => Volatile.Read(ref _presenceVersion);

    private SessionEvents Events => LazyInitializer.EnsureInitialized(ref _events, () => new SessionEvents(this))!;
}
