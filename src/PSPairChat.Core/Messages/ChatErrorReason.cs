namespace PSPairChat;

/// <summary>What went wrong, in one word; the FullyQualifiedErrorId of the cmdlets' errors begins with it.</summary>
public enum ChatErrorReason
{
    /// <summary>A message was to be sent while it is the peer's turn.</summary>
    NotYourTurn,

    /// <summary>A message was waited for while it is our own turn and nothing is unread.</summary>
    YourTurn,

    /// <summary>Nobody is connected.</summary>
    NoPeer,

    /// <summary>The message has more characters than the limit allows, or more bytes than the peer can take.</summary>
    MessageTooLong,

    /// <summary>The message has no characters.</summary>
    MessageEmpty,

    /// <summary>The message has a line break, a NUL or half a surrogate pair in it, or cannot be said in the peer's encoding.</summary>
    MessageInvalid,

    /// <summary>The handle is not one word of letters, digits, '-', '_' or '.', or is too long.</summary>
    HandleInvalid,

    /// <summary>Somebody else in the room has this handle.</summary>
    HandleTaken,

    /// <summary>Another program listens on the port.</summary>
    PortInUse,

    /// <summary>The session is closed.</summary>
    SessionClosed,

    /// <summary>The peer has left.</summary>
    PeerQuit,

    /// <summary>The host name has no address.</summary>
    HostNotFound,

    /// <summary>The connection, or the listening, was refused by the network or the other host.</summary>
    ConnectFailed,

    /// <summary>The connection broke.</summary>
    PeerDisconnected,

    /// <summary>No message came in time.</summary>
    ReceiveTimedOut,

    /// <summary>No connection came about in time.</summary>
    ConnectTimedOut,

    /// <summary>There is no such session.</summary>
    SessionNotFound,

    /// <summary>There is no such member in the room.</summary>
    MemberNotFound,

    /// <summary>The peer sent more than 64 KiB without an end of a message.</summary>
    LineTooLong,

    /// <summary>The peer sent what its dialect does not allow.</summary>
    ProtocolViolation,

    /// <summary>There is no dialect of this name.</summary>
    DialectNotFound,

    /// <summary>A dialect's data contradict each other.</summary>
    DialectInvalid,

    /// <summary>So many messages are kept for Receive-ChatMessage that no more can be.</summary>
    InboxFull,

    /// <summary>Something else was said than the script expects.</summary>
    ExpectationFailed,

    /// <summary>The script cannot be read, or does not go with the session; nothing of it was said.</summary>
    ScriptInvalid,

    /// <summary>The file of the transcript cannot be opened.</summary>
    TranscriptFailed,
}
