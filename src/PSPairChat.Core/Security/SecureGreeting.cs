using System;
using System.Text;

namespace PSPairChat.Security;

/// <summary>
/// The lines with which both ends prove an invite, inside TLS and before the conversation: <c>PAIRCHAT 1 INVITE proof</c> from the client, then
/// <c>PAIRCHAT 1 OK proof</c> or <c>PAIRCHAT 1 REFUSED</c> from the server. Pure: bytes in, lines out.
/// </summary>
internal static class SecureGreeting
{
    /// <summary>The largest number of bytes in a line, with its line feed.</summary>
    public const int MaxBytes = 128;

    private const string Magic = "PAIRCHAT 1 ";
    private const string InviteWord = Magic + "INVITE ";
    private const string OkWord = Magic + "OK ";
    private const string RefusedLine = Magic + "REFUSED";

    public static byte[] EncodeInvite(byte[] proof) => EncodeLine(InviteWord + Base64Url.Encode(proof));

    public static byte[] EncodeOk(byte[] proof) => EncodeLine(OkWord + Base64Url.Encode(proof));

    public static byte[] EncodeRefused() => EncodeLine(RefusedLine);

    /// <summary>Gets whether bytes may be the beginning of a line.</summary>
    public static bool IsPrefix(byte[] bytes, int count)
    {
        for (var i = 0; i < count && i < Magic.Length; i++)
        {
            if (bytes[i] != Magic[i])
                return false;
        }
        return true;
    }

    /// <summary>Decodes the client's line.</summary>
    /// <returns>The proof; null if the line is not valid.</returns>
    public static byte[]? DecodeInvite(byte[] bytes, int count) => DecodeProof(bytes, count, InviteWord);

    /// <summary>Decodes the server's line.</summary>
    /// <returns>The proof; null if the server refused, or the line is not valid.</returns>
    public static byte[]? DecodeOk(byte[] bytes, int count) => DecodeProof(bytes, count, OkWord);

    /// <summary>Gets whether bytes are the line of a server that refuses a client.</summary>
    public static bool IsRefused(ArraySegment<byte> bytes) => bytes.Count == RefusedLine.Length + 1
        && Encoding.ASCII.GetString(bytes.Array!, bytes.Offset, RefusedLine.Length) == RefusedLine;

    private static byte[]? DecodeProof(byte[] bytes, int count, string word)
    {
        var line = Encoding.ASCII.GetString(bytes, 0, count).TrimEnd('\n');
        return line.StartsWith(word, StringComparison.Ordinal) ? Base64Url.Decode(line.Substring(word.Length)) : null;
    }

    private static byte[] EncodeLine(string line) => Encoding.ASCII.GetBytes(line + "\n");
}
