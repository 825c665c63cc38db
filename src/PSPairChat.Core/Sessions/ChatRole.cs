namespace PSPairChat;

/// <summary>What a session is to its conversation.</summary>
public enum ChatRole
{
    /// <summary>It called the server: one peer, and it ends with the conversation.</summary>
    Client,

    /// <summary>It listens and talks to one client after another.</summary>
    Server,

    /// <summary>It listens and carries many members at once.</summary>
    Room,
}
