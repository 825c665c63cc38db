namespace PSPairChat;

/// <summary>Specifies the state of a session.</summary>
public enum ChatSessionState : long
{
    /// <summary>The session is connecting.</summary>
    Connecting,

    /// <summary>No peer is connected to the server.</summary>
    Listening,

    /// <summary>A peer is connected.</summary>
    Connected,

    /// <summary>The connection to the peer is lost, and the session tries to resume it.</summary>
    Reconnecting,

    /// <summary>The session has ended.</summary>
    Closed,
}
