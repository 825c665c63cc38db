using System;
using System.Globalization;
using System.Text;
using PSPairChat.Connections;

namespace PSPairChat.Security;

/// <summary>
/// The lines that both ends exchange inside TLS and before the conversation. From the client: <c>PAIRCHAT 1 INVITE proof [RESUME]</c>,
/// <c>PAIRCHAT 1 KEY [RESUME]</c> or <c>PAIRCHAT 1 RESUME id count proof position acknowledged</c>. From the server:
/// <c>PAIRCHAT 1 OK [proof] [RESUME token | count [OTHER]]</c> or <c>PAIRCHAT 1 REFUSED</c>. Words that follow are ignored. Pure: bytes in, lines out.
/// </summary>
internal static class SecureGreeting
{
    /// <summary>The largest number of bytes in a line, with its line feed.</summary>
    public const int MaxBytes = 192;

    private const string Magic = "PAIRCHAT 1 ";
    private const string Invite = "INVITE";
    private const string Key = "KEY";
    private const string Resume = "RESUME";
    private const string Ok = "OK";
    private const string OtherServer = "OTHER";
    private const string RefusedLine = Magic + "REFUSED";

    public static byte[] EncodeInvite(byte[] proof, bool requestsResume = false) => EncodeLine(Invite, Base64Url.Encode(proof), requestsResume ? Resume : null);

    public static byte[] EncodeKey(bool requestsResume) => EncodeLine(Key, requestsResume ? Resume : null);

    public static byte[] EncodeResume(byte[] sessionId, ResumeState state, byte[] proof) =>
        EncodeLine(Resume, Base64Url.Encode(sessionId), EncodeCount(state.Received), Base64Url.Encode(proof), EncodeCount(state.LogPosition), EncodeCount(state.Acknowledged));

    public static byte[] EncodeOk(byte[]? proof, ResumeToken? token = null) =>
        EncodeLine(Ok, proof is null ? null : Base64Url.Encode(proof), token is null ? null : Resume, token?.ToString());

    public static byte[] EncodeResumed(byte[] proof, long received, bool isOtherServer = false) =>
        EncodeLine(Ok, Base64Url.Encode(proof), EncodeCount(received), isOtherServer ? OtherServer : null);

    public static byte[] EncodeRefused() => Encoding.ASCII.GetBytes(RefusedLine + "\n");

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
    /// <returns>The greeting; null if the line is not valid.</returns>
    public static ClientGreeting? DecodeClient(ArraySegment<byte> line)
    {
        var words = DecodeWords(line);
        switch (GetWord(words, 0))
        {
            case Invite:
                return DecodeBytes(words, 1) is not { } proof ? null : new ClientGreeting { Proof = proof, RequestsResume = GetWord(words, 2) == Resume };
            case Key:
                return new ClientGreeting { RequestsResume = GetWord(words, 1) == Resume };
            case Resume:
                return DecodeBytes(words, 1) is { } id && DecodeCount(words, 2) is { } received && DecodeBytes(words, 3) is { } sessionProof
                    ? new ClientGreeting { SessionId = id, Proof = sessionProof, State = new ResumeState(received, DecodeCount(words, 4) ?? 0, DecodeCount(words, 5) ?? 0) }
                    : null;
            default:
                return null;
        }
    }

    /// <summary>Decodes the server's line.</summary>
    /// <returns>The greeting; null if the server refused, or the line is not valid.</returns>
    public static ServerGreeting? DecodeServer(ArraySegment<byte> line)
    {
        var words = DecodeWords(line);
        if (GetWord(words, 0) != Ok)
            return null;
        var proof = GetWord(words, 1) == Resume ? null : DecodeBytes(words, 1);
        var next = proof is null ? 1 : 2;
        return new ServerGreeting
        {
            Proof = proof,
            Token = GetWord(words, next) == Resume && GetWord(words, next + 1) is { } token ? ResumeToken.TryParse(token) : null,
            Received = DecodeCount(words, next),
            IsOtherServer = GetWord(words, next + 1) == OtherServer,
        };
    }

    /// <summary>Gets whether bytes are the line of a server that refuses a client.</summary>
    public static bool IsRefused(ArraySegment<byte> bytes) => bytes.Count == RefusedLine.Length + 1
        && Encoding.ASCII.GetString(bytes.Array!, bytes.Offset, RefusedLine.Length) == RefusedLine;

    private static string[] DecodeWords(ArraySegment<byte> bytes)
    {
        var line = Encoding.ASCII.GetString(bytes.Array!, bytes.Offset, bytes.Count);
        return line.StartsWith(Magic, StringComparison.Ordinal) && line[line.Length - 1] == '\n' ? line.Substring(Magic.Length).TrimEnd('\n').Split(' ') : [];
    }

    private static string? GetWord(string[] words, int index) => index < words.Length ? words[index] : null;

    private static byte[]? DecodeBytes(string[] words, int index) => GetWord(words, index) is { Length: > 0 } word ? Base64Url.Decode(word) : null;

    private static string EncodeCount(long count) => count.ToString(CultureInfo.InvariantCulture);

    private static long? DecodeCount(string[] words, int index) =>
        long.TryParse(GetWord(words, index), NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : null;

    private static byte[] EncodeLine(params string?[] words) => Encoding.ASCII.GetBytes(Magic + string.Join(" ", Array.FindAll(words, word => word is not null)) + "\n");
}
