using System;
using PSPairChat.Security;

namespace PSPairChat.Rooms;

/// <summary>A member of a room, at this server or at another one that carries the same room. Changed on the event loop only.</summary>
/// <param name="handle">The nickname.</param>
/// <param name="server">The name of the server that the member is connected to.</param>
/// <param name="remoteEndPoint">The address and port of the member.</param>
/// <param name="connectedAt">The time of the connection, in UTC.</param>
internal sealed class RoomMembership(string handle, string server, string? remoteEndPoint, DateTime connectedAt)
{
    public string Handle { get; } = handle;

    public string Server { get; } = server;

    public string? RemoteEndPoint { get; } = remoteEndPoint;

    public DateTime ConnectedAt { get; } = connectedAt;

    /// <summary>Gets or sets the identifier of the membership in the log of the room; empty if only one server carries the room.</summary>
    public string Id { get; set; } = "";

    /// <summary>Gets the token with which the member can continue at another server; null if it cannot, or if it is at another server.</summary>
    public ResumeToken? Token { get; init; }

    /// <summary>Gets or sets whether the others are informed that the member is reconnecting.</summary>
    public bool IsReconnecting { get; set; }

    /// <summary>Gets or sets the connection; null if it is at another server or closed.</summary>
    public MemberConnection? Connection { get; set; }

    /// <summary>Gets or sets the number of messages that the member has sent.</summary>
    public long MessageCount { get; set; }
}
