using System;

namespace PSPairChat;

/// <summary>The key of a client that may connect to this user's secure servers without an invite.</summary>
public sealed class ChatTrustedKey
{
    internal ChatTrustedKey(string fingerprint, string handle, DateTime addedAt)
    {
        Fingerprint = fingerprint;
        Handle = handle;
        AddedAt = addedAt;
    }

    /// <summary>Gets the SHA-256 fingerprint of the client's certificate.</summary>
    public string Fingerprint { get; }

    /// <summary>Gets the handle or the address for which the key was added.</summary>
    public string Handle { get; }

    /// <summary>Gets the day on which the key was added.</summary>
    public DateTime AddedAt { get; }

    /// <summary>Returns the fingerprint.</summary>
    public override string ToString() => Fingerprint;
}
