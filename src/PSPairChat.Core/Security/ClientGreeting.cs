using PSPairChat.Connections;

namespace PSPairChat.Security;

/// <summary>The line with which a client of this kind begins, inside TLS.</summary>
internal sealed class ClientGreeting
{
    /// <summary>Gets the proof of an invite or of a session; null for a client that comes with its key alone.</summary>
    public byte[]? Proof { get; init; }

    /// <summary>Gets whether the client asks for a session that can be resumed.</summary>
    public bool RequestsResume { get; init; }

    /// <summary>Gets the id of the session to resume; null for a new session.</summary>
    public byte[]? SessionId { get; init; }

    /// <summary>Gets what the client has received in the session to resume.</summary>
    public ResumeState State { get; init; }
}
