using System;
using System.Net;

namespace PSPairChat;

/// <summary>A member of a room, as it stood when it was asked for.</summary>
public sealed class ChatMember
{
    private readonly ChatSession _session;
    private readonly DateTime _connectedAt;

    internal ChatMember(ChatSession session, string handle, EndPoint? remoteEndPoint, DateTime since, long messages, int queuedBytes)
    {
        _session = session;
        Handle = handle;
        RemoteEndPoint = remoteEndPoint;
        _connectedAt = since;
        MessageCount = messages;
        QueuedBytes = queuedBytes;
    }

    /// <summary>The nickname.</summary>
    public string Handle { get; }

    /// <summary>The member's address and port; null where only the host knows them.</summary>
    public EndPoint? RemoteEndPoint { get; }

    /// <summary>When it connected, in local time; at another member, since when that one has known of it.</summary>
    public DateTime ConnectedAt => _connectedAt.ToLocalTime();

    /// <summary>How many messages it has said; at another member, how many that one has heard.</summary>
    public long MessageCount { get; }

    /// <summary>How many bytes wait to be sent to it; 0 where only the host knows.</summary>
    public int QueuedBytes { get; }

    /// <summary>The session in whose room it is. A method, so that a member is written as JSON without the live session.</summary>
    public ChatSession GetSession() => _session;

    /// <summary>The nickname.</summary>
    public override string ToString() => Handle;
}
