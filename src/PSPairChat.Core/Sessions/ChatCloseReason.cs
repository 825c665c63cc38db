namespace PSPairChat;

/// <summary>Why a conversation ended.</summary>
public enum ChatCloseReason
{
    /// <summary>We said <c>\quit</c> or hung up.</summary>
    LocalQuit,

    /// <summary>The peer said <c>\quit</c>, or closed its end after a whole message.</summary>
    PeerQuit,

    /// <summary>The connection broke: a reset, or a network that failed.</summary>
    PeerDisconnected,

    /// <summary>The session was stopped or disposed of.</summary>
    Stopped,

    /// <summary>The peer sent what cannot be read, such as a line without an end.</summary>
    ProtocolError,

    /// <summary>The network found the peer dead: it stopped answering.</summary>
    TimedOut,
}
