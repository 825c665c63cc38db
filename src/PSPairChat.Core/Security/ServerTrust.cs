using System.Net;
using PSPairChat.Connections;

namespace PSPairChat.Security;

/// <summary>Decides which clients a secure server trusts.</summary>
/// <param name="key">The server's key.</param>
/// <param name="options">The options of the server.</param>
/// <param name="trustedKeys">The keys of clients that need no invite.</param>
internal sealed class ServerTrust(UserKey key, SecureServerOptions options, TrustedKeys trustedKeys)
{
    /// <summary>How long a client that may do without a proof is given to begin one.</summary>
    public const int ProofWaitMilliseconds = 1000;

    /// <summary>How long a client that needs a proof is given to begin one.</summary>
    public const int MaxProofWaitMilliseconds = 2500;

    public UserKey Key { get; } = key;

    public InviteRegistry Invites { get; } = new(key.Der);

    public bool AllowAnonymous => options.AllowAnonymous;

    public bool IsTrusted(KeyFingerprint client) => trustedKeys.Contains(client);

    /// <summary>Uses the invite that a proof belongs to.</summary>
    /// <returns>The server's answer with its own proof; null if the proof is not valid.</returns>
    public byte[]? TryRedeem(byte[] proof, KeyFingerprint? client, TransportConnection connection)
    {
        if (Invites.TryRedeem(proof) is not { } invite)
            return null;
        if (options.RememberClients && client is not null)
            trustedKeys.Add(client, invite.Handle ?? (connection.RemoteEndPoint as IPEndPoint)?.Address.ToString() ?? "client");
        return SecureGreeting.EncodeOk(Invites.ComputeServerProof(invite));
    }
}
