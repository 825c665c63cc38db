namespace PSPairChat;

/// <summary>Specifies why a conversation ended.</summary>
public enum ChatCloseReason : long
{
    /// <summary>This end sent <c>\quit</c> or disconnected.</summary>
    LocalQuit,

    /// <summary>The peer sent <c>\quit</c>, or closed the connection after a complete message.</summary>
    PeerQuit,

    /// <summary>The connection was lost: it was reset, or the network failed.</summary>
    PeerDisconnected,

    /// <summary>The session was stopped or disposed of.</summary>
    Stopped,

    /// <summary>The peer sent data that cannot be parsed, such as a line without an end.</summary>
    ProtocolError,

    /// <summary>The host removed this member from the room.</summary>
    Removed,

    /// <summary>The connection was lost because the peer stopped responding.</summary>
    TimedOut,

    /// <summary>The server is restarting: it accepts connections again soon.</summary>
    PeerRestarting,
}
