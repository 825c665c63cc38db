using System;
using PSPairChat.Rooms;

namespace PSPairChat;

/// <summary>Represents a member of a room at the time when the list of members was requested.</summary>
public sealed class ChatMember
{
    private readonly ChatSession _session;
    private readonly DateTime _connectedAtUtc;

    internal ChatMember(ChatSession session, string handle, DateTime connectedAtUtc, long messageCount, int queuedBytes)
    {
        _session = session;
        Handle = handle;
        _connectedAtUtc = connectedAtUtc;
        MessageCount = messageCount;
        QueuedBytes = queuedBytes;
    }

    internal ChatMember(ChatSession session, RoomMembership member)
        : this(session, member.Handle, member.ConnectedAt, member.MessageCount, member.Connection?.QueuedBytes ?? 0)
    {
        RemoteEndPoint = member.RemoteEndPoint;
        Server = member.Server;
    }

    /// <summary>Gets the nickname of the member.</summary>
    public string Handle { get; }

    /// <summary>Gets the address and port of the member; null in the session of another member.</summary>
    public string? RemoteEndPoint { get; }

    /// <summary>Gets the name of the server that the member is connected to; null in the session of another member.</summary>
    public string? Server { get; }

    /// <summary>Gets the local time when the member connected. In the session of another member, the time when that session was first notified of it.</summary>
    public DateTime ConnectedAt => _connectedAtUtc.ToLocalTime();

    /// <summary>Gets the number of messages that the member has sent. In the session of another member, the number that it has received from the member.</summary>
    public long MessageCount { get; }

    /// <summary>Gets the number of bytes that wait to be sent to the member; 0 in the session of another member.</summary>
    public int QueuedBytes { get; }

    /// <summary>Returns the session that listed the member. A method, so that the session is not included when a member is converted to JSON.</summary>
    public ChatSession GetSession() => _session;

    /// <summary>Returns the nickname.</summary>
    public override string ToString() => Handle;
}
