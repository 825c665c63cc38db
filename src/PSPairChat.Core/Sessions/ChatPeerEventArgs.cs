using System;

namespace PSPairChat;

/// <summary>Provides the peer for the events <see cref="ChatSession.PeerConnected"/> and <see cref="ChatSession.PeerDisconnected"/>.</summary>
/// <param name="peer">The peer.</param>
public sealed class ChatPeerEventArgs(ChatPeer peer) : EventArgs
{
    /// <summary>Gets the peer; in the session of the host of a room, the member.</summary>
    public ChatPeer Peer { get; } = peer;
}
