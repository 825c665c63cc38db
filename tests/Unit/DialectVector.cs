using System;
using System.Linq;
using System.Text;

namespace PSPairChat.Unit;

/// <summary>What a peer sends, send by send, and what has to be understood of it.</summary>
/// <param name="Name">What is shown.</param>
/// <param name="Dialect">What we are told: a dialect's name.</param>
/// <param name="Peer">Which end the peer is.</param>
/// <param name="Sends">What it sends; after each the line is quiet.</param>
/// <param name="Heard">The messages, with QUIT where it leaves and OPEN:text where it opens.</param>
/// <param name="Found">The dialect's name in the end.</param>
/// <param name="Handle">The peer's handle in the end.</param>
/// <param name="Hello">The bytes of our 'hello'.</param>
/// <param name="Quit">The bytes of our leaving.</param>
public sealed record DialectVector(
    string Name, string Dialect, ChatSide Peer, string[] Sends, string[] Heard, string Found, string? Handle, string Hello, string Quit)
{
    public const int Port = 42861;

    public override string ToString() => Name;

    /// <summary>Bytes are written as characters.</summary>
    public static byte[] Bytes(string text) => Encoding.Latin1.GetBytes(text);

    public static string Text(ArraySegment<byte> bytes) => Encoding.Latin1.GetString(bytes);

    /// <summary>Padded with NULs.</summary>
    public static string Pad(string text, int size) => text.PadRight(size, '\0');

    /// <summary>Padded with a NUL and whatever was in the buffer before.</summary>
    public static string Garble(string text, int size) => text + "\0" + string.Concat(Enumerable.Range(0, size - text.Length - 1).Select(i => " you\n\0\x18@|>ü\0\0"[i % 13]));
}
