using System;
using System.Security.Cryptography;

namespace PSPairChat.Security;

/// <summary>The SHA-256 hash of a certificate's DER encoding.</summary>
internal sealed class KeyFingerprint : IEquatable<KeyFingerprint>
{
    /// <summary>The number of bytes that an invite carries.</summary>
    public const int ShortBytes = 16;

    private const string Prefix = "SHA256:";
    private const int HashBytes = 32;

    private readonly byte[] _hash;

    private KeyFingerprint(byte[] hash) => _hash = hash;

    /// <summary>Computes the fingerprint of a certificate.</summary>
    /// <param name="der">The DER encoding of the certificate.</param>
    public static KeyFingerprint FromCertificate(byte[] der)
    {
        using var sha = SHA256.Create();
        return new KeyFingerprint(sha.ComputeHash(der));
    }

    /// <summary>Parses <c>SHA256:</c> and the hash in Base64, with or without padding; upper and lower case of the prefix are the same.</summary>
    /// <exception cref="ChatException">FingerprintInvalid.</exception>
    public static KeyFingerprint Parse(string text) => TryParse(text)
        ?? throw new ChatException(ChatErrorReason.FingerprintInvalid, $"Invalid fingerprint '{DisplayText.Sanitize(text)}'. A fingerprint is 'SHA256:' and 43 Base64 characters.");

    /// <summary>Parses a fingerprint.</summary>
    /// <returns>The fingerprint; null if the text is not one.</returns>
    public static KeyFingerprint? TryParse(string text)
    {
        var encoded = (text.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) ? text.Substring(Prefix.Length) : text).TrimEnd('=');
        return Base64Url.Decode(encoded.Replace('+', '-').Replace('/', '_')) is { Length: HashBytes } hash ? new KeyFingerprint(hash) : null;
    }

    /// <summary>Gets the leading bytes that an invite carries.</summary>
    public byte[] GetShortHash()
    {
        var bytes = new byte[ShortBytes];
        Array.Copy(_hash, bytes, ShortBytes);
        return bytes;
    }

    /// <summary>Gets whether the fingerprint begins with the bytes that an invite carries.</summary>
    public bool StartsWith(byte[] shortHash) => ConstantTime.AreEqual(GetShortHash(), shortHash);

    public bool Equals(KeyFingerprint? other) => other is not null && ConstantTime.AreEqual(_hash, other._hash);

    public override bool Equals(object? obj) => Equals(obj as KeyFingerprint);

    public override int GetHashCode() => BitConverter.ToInt32(_hash, 0);

    /// <summary>Returns <c>SHA256:</c> and the hash in Base64 without padding, as OpenSSH shows it.</summary>
    public override string ToString() => Prefix + Convert.ToBase64String(_hash).TrimEnd('=');
}
