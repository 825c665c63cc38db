namespace PSPairChat.Security;

/// <summary>The line with which a server accepts a client.</summary>
internal sealed class ServerGreeting
{
    /// <summary>Gets the proof of the invite or of the session; null for a client that came with its key alone.</summary>
    public byte[]? Proof { get; init; }

    /// <summary>Gets the token of a new session that can be resumed; null if it cannot.</summary>
    public ResumeToken? Token { get; init; }

    /// <summary>Gets the number of bytes that the server has received in a session that is resumed; null for a new session.</summary>
    public long? Received { get; init; }

    /// <summary>Gets whether another server than before continues the session.</summary>
    public bool IsOtherServer { get; init; }
}
