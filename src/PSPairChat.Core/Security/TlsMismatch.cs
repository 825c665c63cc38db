using System;
using System.Text;

namespace PSPairChat.Security;

/// <summary>Recognizes, by the first bytes of a peer, that one end of a connection uses TLS and the other does not. Pure.</summary>
internal static class TlsMismatch
{
    /// <summary>The line that a secure server sends to a client without TLS.</summary>
    public const string RequiresTls = "This server accepts only TLS connections. Connect with an invite, or with -Secure.";

    /// <summary>The line that a plain server sends to a client with TLS.</summary>
    public const string NoTls = "This server does not use TLS.";

    private const int RecordPrefixBytes = 3;
    private const byte Alert = 21;
    private const byte Handshake = 22;
    private const byte MajorVersion = 3;
    private const byte MaxMinorVersion = 4;

    /// <summary>Gets whether bytes begin with the TLS record of a client's first message.</summary>
    public static bool IsClientHello(ArraySegment<byte> bytes) => IsRecord(bytes, Handshake);

    /// <summary>Gets whether the first bytes of a server are those of a server that accepts only TLS connections.</summary>
    public static bool IsSecureServer(ArraySegment<byte> bytes)
    {
        if (IsRecord(bytes, Alert))
            return true;
        return bytes.Count >= RequiresTls.Length && Encoding.ASCII.GetString(bytes.Array!, bytes.Offset, RequiresTls.Length) == RequiresTls;
    }

    /// <summary>Creates the error of a plain client at a secure server.</summary>
    public static ChatException CreateServerRequiresSecure(string server) =>
        new(ChatErrorReason.ServerRequiresSecure, $"{server} accepts only TLS connections.");

    private static bool IsRecord(ArraySegment<byte> bytes, byte contentType) => bytes.Count >= RecordPrefixBytes
        && bytes.Array![bytes.Offset] == contentType && bytes.Array[bytes.Offset + 1] == MajorVersion && bytes.Array[bytes.Offset + 2] <= MaxMinorVersion;
}
