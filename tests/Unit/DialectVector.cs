using System;
using System.Linq;
using System.Text;

namespace PSPairChat.Unit;

/// <summary>The bytes that a peer sends, and how they must be decoded and answered.</summary>
/// <param name="Name">The name of the test case.</param>
/// <param name="Dialect">The name of the local dialect.</param>
/// <param name="Peer">The peer's side.</param>
/// <param name="Sends">What the peer sends; the connection is idle after each.</param>
/// <param name="Decoded">The expected messages, with QUIT for a quit command and GREETING:text for a greeting.</param>
/// <param name="Detected">The expected name of the detected dialect; empty to skip the comparison of dialect and answers.</param>
/// <param name="Handle">The expected handle of the peer.</param>
/// <param name="Hello">The expected bytes of the message 'hello' to the peer.</param>
/// <param name="Quit">The expected bytes of the quit command to the peer.</param>
public sealed record DialectVector(
    string Name, string Dialect, ChatSide Peer, string[] Sends, string[] Decoded, string Detected, string? Handle, string Hello, string Quit)
{
    public const int Port = 42861;

    public override string ToString() => Name;

    /// <summary>Converts characters to the bytes with their numbers.</summary>
    public static byte[] Bytes(string text) => Encoding.Latin1.GetBytes(text);

    public static string Text(ArraySegment<byte> bytes) => Encoding.Latin1.GetString(bytes);

    /// <summary>Pads a text with NULs.</summary>
    public static string Pad(string text, int size) => text.PadRight(size, '\0');

    /// <summary>Pads a text with a NUL and with bytes of an earlier message.</summary>
    public static string Garble(string text, int size) => text + "\0" + string.Concat(Enumerable.Range(0, size - text.Length - 1).Select(i => " you\n\0\x18@|>ü\0\0"[i % 13]));
}
