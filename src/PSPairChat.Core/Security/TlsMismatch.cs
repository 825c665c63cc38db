using System;
using System.Text;

namespace PSPairChat.Security;

/// <summary>Recognizes, by the first bytes of a peer, that one end of a connection uses TLS and the other does not, or that an invite is required. Pure.</summary>
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

    private static bool IsSecureServer(ArraySegment<byte> bytes)
    {
        if (IsRecord(bytes, Alert))
            return true;
        return bytes.Count >= RequiresTls.Length && Encoding.ASCII.GetString(bytes.Array!, bytes.Offset, RequiresTls.Length) == RequiresTls;
    }

    /// <summary>Gets the error that the first bytes of a server mean.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="isSecure">Whether the connection uses TLS.</param>
    /// <param name="server">The name and port of the server.</param>
    /// <returns>The error; null if there is none.</returns>
    public static ChatException? FindServerError(ArraySegment<byte> bytes, bool isSecure, string server)
    {
        if (isSecure)
            return SecureGreeting.IsRefused(bytes) ? CreateRefusedException(server) : null;
        return IsSecureServer(bytes) ? new ChatException(ChatErrorReason.ServerRequiresSecure, $"{server} accepts only TLS connections.") : null;
    }

    /// <summary>Gets the error that the first bytes of a client mean.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="isSecure">Whether the connection uses TLS.</param>
    /// <param name="peer">The client.</param>
    /// <returns>The error; null if there is none.</returns>
    public static ChatException? FindClientError(ArraySegment<byte> bytes, bool isSecure, ChatPeer peer) => isSecure || !IsClientHello(bytes) ? null
        : new ChatException(ChatErrorReason.ClientUsesTls, $"{peer} connected with TLS, but this server does not use TLS. The connection is closed.");

    /// <summary>Creates the error for a client without an invite that a server has refused.</summary>
    public static ChatException CreateRefusedException(string server) =>
        new(ChatErrorReason.InviteRefused, $"{server} accepts only clients with an invite or a trusted key.")
        {
            RecommendedAction = "Ask the host of the server for an invite, and connect with -Invite.",
        };

    /// <summary>Encodes a line for a peer.</summary>
    public static ArraySegment<byte> EncodeLine(string text) => new(Encoding.ASCII.GetBytes(text + "\n"));

    private static bool IsRecord(ArraySegment<byte> bytes, byte contentType) => bytes.Count >= RecordPrefixBytes
        && bytes.Array![bytes.Offset] == contentType && bytes.Array[bytes.Offset + 1] == MajorVersion && bytes.Array[bytes.Offset + 2] <= MaxMinorVersion;
}
