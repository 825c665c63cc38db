namespace PSPairChat;

/// <summary>Options of a secure client: how the server's key is verified. Without an invite or a fingerprint, it is looked up in known_hosts.</summary>
public sealed record SecureClientOptions
{
    /// <summary>Gets the text of the invite that the server issued; null for none.</summary>
    public string? Invite { get; init; }

    /// <summary>Gets the fingerprint that the server's key must have; null for none.</summary>
    public string? Fingerprint { get; init; }

    /// <summary>
    /// Gets whether a key that is not known yet is accepted and recorded; with <see cref="Fingerprint"/>, whether the key is recorded. A changed key is never accepted.
    /// </summary>
    public bool AcceptNewKey { get; init; }
}
