using System;

namespace PSPairChat.Security;

/// <summary>The credentials of a session that can be resumed: its id, and the secret with which both ends prove that they belong to it.</summary>
internal sealed class ResumeToken
{
    private const int IdBytes = 16;
    private const int SecretBytes = 16;

    private ResumeToken(byte[] bytes)
    {
        Id = new byte[IdBytes];
        Secret = new byte[SecretBytes];
        Array.Copy(bytes, Id, IdBytes);
        Array.Copy(bytes, IdBytes, Secret, 0, SecretBytes);
    }

    public byte[] Id { get; }

    public byte[] Secret { get; }

    /// <summary>Creates a random token.</summary>
    public static ResumeToken Create() => new(RandomBytes.Create(IdBytes + SecretBytes));

    /// <summary>Parses a token.</summary>
    /// <returns>The token; null if the text is not one.</returns>
    public static ResumeToken? TryParse(string text) => Base64Url.Decode(text) is { Length: IdBytes + SecretBytes } bytes ? new ResumeToken(bytes) : null;

    public override string ToString()
    {
        var bytes = new byte[IdBytes + SecretBytes];
        Id.CopyTo(bytes, 0);
        Secret.CopyTo(bytes, IdBytes);
        return Base64Url.Encode(bytes);
    }
}
