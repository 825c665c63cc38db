using System;
using System.Net;

namespace PSPairChat;

/// <summary>Represents the other end of a conversation.</summary>
public sealed class ChatPeer
{
    private readonly string? _address;

    internal ChatPeer(EndPoint? remoteEndPoint, string dialect, DateTime connectedAt)
        : this(remoteEndPoint?.ToString(), dialect, connectedAt) => _address = (remoteEndPoint as IPEndPoint)?.Address.ToString() ?? RemoteEndPoint;

    internal ChatPeer(string? remoteEndPoint, string dialect, DateTime connectedAt)
    {
        RemoteEndPoint = remoteEndPoint;
        Dialect = dialect;
        ConnectedAt = connectedAt;
    }

    /// <summary>
    /// Gets the handle of the peer; null until the peer has sent it. It is data of the peer: use <see cref="DisplayText.Sanitize"/> to display it.
    /// </summary>
    public string? Handle { get; internal set; }

    /// <summary>Gets the address and port of the peer.</summary>
    public string? RemoteEndPoint { get; }

    /// <summary>Gets the name of the dialect of the peer, as far as it is known.</summary>
    public string Dialect { get; internal set; }

    /// <summary>Gets the time of the connection, in local time.</summary>
    public DateTime ConnectedAt { get; }

    /// <summary>Gets the handle; the address of a peer that has not sent one.</summary>
    internal string DisplayName => Handle ?? _address ?? "peer";

    /// <summary>Returns the handle, safe to display; the address of a peer that has not sent one.</summary>
    public override string ToString() => DisplayText.Sanitize(DisplayName);
}
