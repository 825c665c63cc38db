using System;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace PSPairChat.Security;

/// <summary>Creates self-signed certificates. The runtime's CertificateRequest is reached by reflection: netstandard2.0 does not have it.</summary>
internal static class CertificateFactory
{
    private const string Subject = "CN=pairchat";
    private const int KeyBits = 256;

    /// <summary>Creates a self-signed certificate with a new ECDSA P-256 key.</summary>
    /// <returns>The certificate and its private key as PKCS #12 without a password.</returns>
    /// <exception cref="PlatformNotSupportedException">The runtime cannot create certificates.</exception>
    public static byte[] CreatePfx()
    {
        using var key = ECDsa.Create();
        key.KeySize = KeyBits;
        // .NET has the type in its own assembly; .NET Framework 4.7.2 and Mono have it in System.Core.
        var type = Type.GetType("System.Security.Cryptography.X509Certificates.CertificateRequest, System.Security.Cryptography.X509Certificates")
            ?? Type.GetType("System.Security.Cryptography.X509Certificates.CertificateRequest, System.Core")
            ?? throw new PlatformNotSupportedException("This runtime cannot create certificates. .NET 6, .NET Framework 4.7.2 or a later version is required.");
        var request = type.GetConstructor([typeof(string), typeof(ECDsa), typeof(HashAlgorithmName)])!.Invoke([Subject, key, HashAlgorithmName.SHA256]);
        var createSelfSigned = type.GetMethod("CreateSelfSigned", [typeof(DateTimeOffset), typeof(DateTimeOffset)])!;
        // Trust comes from the fingerprint, so the validity period only has to satisfy the format.
        using var certificate = (X509Certificate2)createSelfSigned.Invoke(request,
            [new DateTimeOffset(2000, 1, 1, 0, 0, 0, TimeSpan.Zero), new DateTimeOffset(2999, 12, 31, 0, 0, 0, TimeSpan.Zero)])!;
        return certificate.Export(X509ContentType.Pfx);
    }
}
