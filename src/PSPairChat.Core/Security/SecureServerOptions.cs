namespace PSPairChat;

/// <summary>Options of a secure server.</summary>
public sealed record SecureServerOptions
{
    /// <summary>Gets whether clients without an invite or a trusted key may connect. They are encrypted, but not authenticated.</summary>
    public bool AllowAnonymous { get; init; }

    /// <summary>Gets whether the keys of clients that come with an invite are recorded, so that they need no invite the next time.</summary>
    public bool RememberClients { get; init; }
}
