using System.Net;
using PSPairChat.Connections;

namespace PSPairChat.Security;

/// <summary>Decides which clients a secure server trusts.</summary>
/// <param name="key">The server's key.</param>
/// <param name="options">The options of the server.</param>
/// <param name="trustedKeys">The keys of clients that need no invite.</param>
/// <param name="resume">Which sessions can be resumed; null for none.</param>
internal sealed class ServerTrust(UserKey key, SecureServerOptions options, TrustedKeys trustedKeys, ResumeOptions? resume = null)
{
    /// <summary>How long a client that may do without a proof is given to begin one.</summary>
    public const int ProofWaitMilliseconds = 1000;

    /// <summary>How long a client that needs a proof is given to begin one.</summary>
    public const int MaxProofWaitMilliseconds = 2500;

    public UserKey Key { get; } = key;

    public InviteRegistry Invites { get; } = new(key.Der);

    /// <summary>Gets the sessions that can be resumed; null if none can.</summary>
    public ResumeRegistry? Sessions { get; } = resume is { Mode: not ResumeMode.Never } ? new ResumeRegistry(resume, key.Der) : null;

    public bool AllowAnonymous => options.AllowAnonymous;

    public bool IsTrusted(KeyFingerprint client) => trustedKeys.Contains(client);

    /// <summary>Uses the invite that a proof belongs to.</summary>
    /// <returns>The server's proof; null if the proof is not valid.</returns>
    public byte[]? TryRedeem(byte[] proof, KeyFingerprint? client, TransportConnection connection)
    {
        if (Invites.TryRedeem(proof) is not { } invite)
            return null;
        if (options.RememberClients && client is not null)
            trustedKeys.Add(client, invite.Handle ?? (connection.RemoteEndPoint as IPEndPoint)?.Address.ToString() ?? "client");
        return Invites.ComputeServerProof(invite);
    }
}
