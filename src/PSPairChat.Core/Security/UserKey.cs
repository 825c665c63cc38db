using System;
using System.IO;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using PSPairChat.Connections;

namespace PSPairChat.Security;

/// <summary>The user's certificate with its private key, created on first use.</summary>
internal sealed class UserKey
{
    private static readonly object Gate = new();
    private static UserKey? _last;

    private readonly DateTime _writeTime;

    private UserKey(X509Certificate2 certificate, string path, DateTime writeTime)
    {
        Credentials = new TlsCredentials(certificate);
        Der = certificate.RawData;
        Fingerprint = KeyFingerprint.FromCertificate(Der);
        Path = path;
        _writeTime = writeTime;
    }

    public TlsCredentials Credentials { get; }

    /// <summary>Gets the DER encoding of the certificate.</summary>
    public byte[] Der { get; }

    public KeyFingerprint Fingerprint { get; }

    public string Path { get; }

    /// <summary>Loads the user's key, and creates it first if there is none.</summary>
    /// <exception cref="ChatException">KeyInvalid.</exception>
    public static UserKey Load() => Load(UserFiles.KeyPath);

    /// <summary>Loads a key, and creates it first if the file does not exist.</summary>
    /// <exception cref="ChatException">KeyInvalid.</exception>
    public static UserKey Load(string path)
    {
        try
        {
            if (!File.Exists(path))
            {
                OwnerOnlyFile.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
                OwnerOnlyFile.TryCreate(path, CertificateFactory.CreatePfx());
            }
            if (OwnerOnlyFile.IsAccessibleByOthers(path))
            {
                throw new ChatException(ChatErrorReason.KeyInvalid,
                    $"The key file '{path}' is accessible by other users. Only its owner may read it: chmod 600 '{path}'.");
            }
            return LoadOrGetLast(path, File.GetLastWriteTimeUtc(path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException or PlatformNotSupportedException)
        {
            throw new ChatException(ChatErrorReason.KeyInvalid, $"Failed to load the key file '{path}': {e.Message}", e);
        }
    }

    /// <summary>Replaces the user's key by a new one.</summary>
    /// <exception cref="ChatException">KeyInvalid.</exception>
    public static UserKey Replace()
    {
        var path = UserFiles.KeyPath;
        try
        {
            File.Delete(path);
        }
        catch (DirectoryNotFoundException)
        {
            // There is no key yet.
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ChatException(ChatErrorReason.KeyInvalid, $"Failed to replace the key file '{path}': {e.Message}", e);
        }
        return Load(path);
    }

    // Decrypting the file takes longer than a TLS handshake.
    private static UserKey LoadOrGetLast(string path, DateTime writeTime)
    {
        lock (Gate)
        {
            if (_last is null || _last.Path != path || _last._writeTime != writeTime)
                _last = new UserKey(new X509Certificate2(File.ReadAllBytes(path)), path, writeTime);
            return _last;
        }
    }

    public ChatKey ToChatKey() => new(Fingerprint.ToString(), Path, File.GetLastWriteTime(Path));
}
