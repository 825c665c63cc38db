using System.Collections.Generic;

namespace PSPairChat.Security;

/// <summary>The invites of one server.</summary>
/// <param name="certificate">The DER encoding of the server's certificate.</param>
internal sealed class InviteRegistry(byte[] certificate)
{
    private readonly List<ChatInvite> _invites = [];
    private readonly KeyFingerprint _fingerprint = KeyFingerprint.FromCertificate(certificate);
    private int _lastId;

    /// <summary>Gets the invites that can still be used, oldest first.</summary>
    public ChatInvite[] GetInvites()
    {
        lock (_invites)
        {
            _invites.RemoveAll(invite => !invite.IsValid);
            return _invites.ToArray();
        }
    }

    public ChatInvite Create(string hostName, int port, string? room, ChatInviteOptions options)
    {
        var uri = InviteUri.Create(hostName, port, room, options.Handle, InviteToken.Create(_fingerprint), options.OtherServers);
        lock (_invites)
        {
            _invites.RemoveAll(invite => !invite.IsValid);
            var invite = new ChatInvite(this, ++_lastId, uri, options.Lifetime, options.MaxUses);
            _invites.Add(invite);
            return invite;
        }
    }

    /// <summary>Removes an invite.</summary>
    /// <returns>true if it was there; otherwise, false.</returns>
    public bool Remove(int id)
    {
        lock (_invites)
        {
            var index = _invites.FindIndex(invite => invite.Id == id);
            if (index < 0)
                return false;
            _invites[index].OnRemoved();
            _invites.RemoveAt(index);
            return true;
        }
    }

    /// <summary>Uses an invite. Every invite is compared, so that the time does not tell which one matched.</summary>
    /// <param name="clientProof">The proof that a client sent.</param>
    /// <returns>The invite; null if no invite that can be used has this proof.</returns>
    public ChatInvite? TryRedeem(byte[] clientProof)
    {
        lock (_invites)
        {
            ChatInvite? match = null;
            foreach (var invite in _invites)
            {
                if (ConstantTime.AreEqual(InviteProof.ComputeClient(invite.Token.Secret, certificate), clientProof))
                    match = invite;
            }
            if (match is not { IsValid: true })
                return null;
            match.AddUse();
            return match;
        }
    }

    /// <summary>Computes the server's proof for an invite.</summary>
    public byte[] ComputeServerProof(ChatInvite invite) => InviteProof.ComputeServer(invite.Token.Secret, certificate);
}
