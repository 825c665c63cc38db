using System.Security.Cryptography;

namespace PSPairChat.Security;

/// <summary>Computes the proofs of a handshake.</summary>
internal static class HandshakeProof
{
    /// <summary>Computes HMAC-SHA256 under a secret over the concatenation of some bytes.</summary>
    public static byte[] Compute(byte[] secret, params byte[][] parts)
    {
        using var hmac = new HMACSHA256(secret);
        foreach (var part in parts)
            hmac.TransformBlock(part, 0, part.Length, null, 0);
        hmac.TransformFinalBlock([], 0, 0);
        return hmac.Hash!;
    }
}
