using System;

namespace PSPairChat;

/// <summary>The user's key: what identifies this user's servers and clients.</summary>
public sealed class ChatKey
{
    internal ChatKey(string fingerprint, string path, DateTime createdAt)
    {
        Fingerprint = fingerprint;
        Path = path;
        CreatedAt = createdAt;
    }

    /// <summary>Gets the SHA-256 fingerprint of the certificate.</summary>
    public string Fingerprint { get; }

    /// <summary>Gets the path of the file that holds the key.</summary>
    public string Path { get; }

    /// <summary>Gets when the key was created, in local time.</summary>
    public DateTime CreatedAt { get; }

    /// <summary>Returns the fingerprint.</summary>
    public override string ToString() => Fingerprint;
}
