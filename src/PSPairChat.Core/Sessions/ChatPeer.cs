using System;
using System.Net;

namespace PSPairChat;

/// <summary>Who is at the other end of a conversation.</summary>
public sealed class ChatPeer
{
    internal ChatPeer(EndPoint? remoteEndPoint, string dialect, DateTime connectedAt)
    {
        RemoteEndPoint = remoteEndPoint;
        Dialect = dialect;
        ConnectedAt = connectedAt;
    }

    /// <summary>What the peer calls itself; null until it has said so. It is the peer's word: show it through <see cref="DisplayText.Sanitize"/>.</summary>
    public string? Handle { get; internal set; }

    /// <summary>The peer's address and port.</summary>
    public EndPoint? RemoteEndPoint { get; }

    /// <summary>The name of the dialect that it speaks, as far as it is known.</summary>
    public string Dialect { get; internal set; }

    /// <summary>When it connected, in local time.</summary>
    public DateTime ConnectedAt { get; }

    /// <summary>The handle, or the address of a peer that has not said one.</summary>
    internal string DisplayName => Handle ?? (RemoteEndPoint is IPEndPoint ip ? ip.Address.ToString() : RemoteEndPoint?.ToString() ?? "peer");

    /// <summary>The handle, safe to show, or the address of a peer that has not said one.</summary>
    public override string ToString() => DisplayText.Sanitize(DisplayName);
}
