namespace PSPairChat;

/// <summary>Specifies why the peer of a secure session is trusted.</summary>
public enum ChatTrust : long
{
    /// <summary>The peer is not authenticated: the server lets anonymous clients in.</summary>
    Anonymous,

    /// <summary>Both ends have the same invite.</summary>
    Invite,

    /// <summary>The server's key is recorded in known_hosts.</summary>
    KnownHost,

    /// <summary>The server's key was not known, and was accepted and recorded now.</summary>
    NewKey,

    /// <summary>The server's key has the fingerprint that was specified.</summary>
    Fingerprint,

    /// <summary>The client's key is one that the server's user trusts.</summary>
    TrustedKey,
}
