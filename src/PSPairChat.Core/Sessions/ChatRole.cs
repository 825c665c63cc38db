namespace PSPairChat;

/// <summary>Specifies the role of a session.</summary>
public enum ChatRole : long
{
    /// <summary>The session connected to a server or a room; it ends with the conversation.</summary>
    Client,

    /// <summary>The session listens and serves one client after another.</summary>
    Server,

    /// <summary>The session listens and serves many members at once.</summary>
    Room,
}
