using System;

namespace PSPairChat.Security;

/// <summary>What an invite carries after '#': the leading bytes of the server's fingerprint, and a secret.</summary>
/// <param name="keyHash">The leading bytes of the fingerprint.</param>
/// <param name="secret">The secret.</param>
internal sealed class InviteToken(byte[] keyHash, byte[] secret)
{
    private const int SecretBytes = 16;

    public byte[] KeyHash { get; } = keyHash;

    public byte[] Secret { get; } = secret;

    /// <summary>Creates a token with a new random secret.</summary>
    public static InviteToken Create(KeyFingerprint server) => new(server.GetShortHash(), RandomBytes.Create(SecretBytes));

    /// <summary>Parses a token.</summary>
    /// <returns>The token; null if the text is not one.</returns>
    public static InviteToken? TryParse(string text)
    {
        if (Base64Url.Decode(text) is not { Length: KeyFingerprint.ShortBytes + SecretBytes } bytes)
            return null;
        var keyHash = new byte[KeyFingerprint.ShortBytes];
        var secret = new byte[SecretBytes];
        Array.Copy(bytes, keyHash, keyHash.Length);
        Array.Copy(bytes, keyHash.Length, secret, 0, secret.Length);
        return new InviteToken(keyHash, secret);
    }

    public override string ToString()
    {
        var bytes = new byte[KeyHash.Length + Secret.Length];
        KeyHash.CopyTo(bytes, 0);
        Secret.CopyTo(bytes, KeyHash.Length);
        return Base64Url.Encode(bytes);
    }
}
