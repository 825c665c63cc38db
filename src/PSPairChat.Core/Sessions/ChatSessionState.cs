namespace PSPairChat;

/// <summary>Where a session stands.</summary>
public enum ChatSessionState
{
    /// <summary>The connection is being made.</summary>
    Connecting,

    /// <summary>A server with nobody connected; the next client is taken as soon as one calls.</summary>
    Listening,

    /// <summary>Somebody is at the other end.</summary>
    Connected,

    /// <summary>Over, for good.</summary>
    Closed,
}
