namespace PSPairChat;

/// <summary>Specifies the reason for an error. The FullyQualifiedErrorId of the cmdlets' errors begins with the name of the reason.</summary>
public enum ChatErrorReason : long
{
    /// <summary>The message was not sent because it is the peer's turn.</summary>
    NotYourTurn,

    /// <summary>No message can be received because it is the local side's turn and nothing is unread.</summary>
    YourTurn,

    /// <summary>No peer is connected.</summary>
    NoPeer,

    /// <summary>The message has more characters than the limit, or more bytes than the dialect allows.</summary>
    MessageTooLong,

    /// <summary>The message is empty.</summary>
    MessageEmpty,

    /// <summary>The message contains a line break, a NUL, an unpaired surrogate, or a character or delimiter that the dialect cannot send.</summary>
    MessageInvalid,

    /// <summary>A message is not valid JSON, or an object cannot be converted to JSON.</summary>
    JsonInvalid,

    /// <summary>The handle is too long, or contains other characters than letters, digits, '-', '_' and '.'.</summary>
    HandleInvalid,

    /// <summary>Another member of the room uses the handle.</summary>
    HandleTaken,

    /// <summary>Another program listens on the port.</summary>
    PortInUse,

    /// <summary>The session is closed.</summary>
    SessionClosed,

    /// <summary>The peer has left the conversation.</summary>
    PeerQuit,

    /// <summary>The host name cannot be resolved to an address.</summary>
    HostNotFound,

    /// <summary>The connection was refused or the host cannot be reached, or the server cannot listen.</summary>
    ConnectFailed,

    /// <summary>The connection to the peer was lost.</summary>
    PeerDisconnected,

    /// <summary>No message was received within the timeout.</summary>
    ReceiveTimedOut,

    /// <summary>The peer accepted no data within the timeout.</summary>
    SendTimedOut,

    /// <summary>No connection was established within the timeout.</summary>
    ConnectTimedOut,

    /// <summary>The session was not found.</summary>
    SessionNotFound,

    /// <summary>The room has no member with this handle.</summary>
    MemberNotFound,

    /// <summary>The peer sent more than 64 KiB without the end of a message.</summary>
    LineTooLong,

    /// <summary>The peer sent something that its protocol does not allow.</summary>
    ProtocolViolation,

    /// <summary>No dialect has this name.</summary>
    DialectNotFound,

    /// <summary>The properties of the dialect contradict each other.</summary>
    DialectInvalid,

    /// <summary>The maximum number of messages that were received and not read is reached.</summary>
    InboxFull,

    /// <summary>The messages of the session are received for the subscribers of an event.</summary>
    EventSubscribed,

    /// <summary>A message differs from what the script expects.</summary>
    ExpectationFailed,

    /// <summary>The script has an error or cannot run in the session. No message was sent.</summary>
    ScriptInvalid,

    /// <summary>The transcript file cannot be opened.</summary>
    TranscriptFailed,

    /// <summary>The text is not an invite.</summary>
    InviteInvalid,

    /// <summary>The server refused the invite: it is wrong, used, removed or expired.</summary>
    InviteRefused,

    /// <summary>The server's key is not the one that the invite or the fingerprint names.</summary>
    ServerKeyMismatch,

    /// <summary>The server's key is not known yet.</summary>
    ServerKeyUnknown,

    /// <summary>The server's key is not the one that is recorded for the server.</summary>
    ServerKeyChanged,

    /// <summary>The server does not use TLS.</summary>
    ServerNotSecure,

    /// <summary>The server accepts only TLS connections.</summary>
    ServerRequiresSecure,

    /// <summary>A client uses TLS, and the server does not.</summary>
    ClientUsesTls,

    /// <summary>The session is not a secure server.</summary>
    NotSecure,

    /// <summary>The TLS handshake failed.</summary>
    SecureHandshakeFailed,

    /// <summary>The user's key cannot be loaded or created.</summary>
    KeyInvalid,

    /// <summary>No trusted key has the fingerprint.</summary>
    KeyNotFound,

    /// <summary>The text is not a fingerprint.</summary>
    FingerprintInvalid,

    /// <summary>The text is not an address or a CIDR range.</summary>
    AddressInvalid,

    /// <summary>The name of a session is a number, contains wildcard characters, or is the name of an open session.</summary>
    SessionNameInvalid,

    /// <summary>The session is not in a room, or the server is not a room.</summary>
    NotARoom,

    /// <summary>The session is a client session, not a server.</summary>
    NotAServer,

    /// <summary>The server is a room, which accepts members only.</summary>
    RoomRequired,

    /// <summary>The name of a room is too long, or contains other characters than letters, digits, '-', '_' and '.'.</summary>
    InvalidRoomName,

    /// <summary>The room at the server has a different name.</summary>
    RoomNotFound,

    /// <summary>The room has the maximum number of members.</summary>
    RoomFull,

    /// <summary>The URL of the backplane is not valid.</summary>
    BackplaneInvalid,

    /// <summary>The backplane cannot be reached, refuses the connection, or does not accept what the room sends.</summary>
    BackplaneFailed,

    /// <summary>The regular expression or wildcard pattern is not valid.</summary>
    PatternInvalid,

    /// <summary>The path specifies no file.</summary>
    PathNotFound,

    /// <summary>The user does not have the permission to listen on the port or to open the file.</summary>
    PermissionDenied,

    /// <summary>The protocol of the room does not support the operation.</summary>
    NotSupported,

    /// <summary>The session cannot be resumed after the loss of its connection, and has to be.</summary>
    ResumeNotSupported,
}
