using System;
using System.Text;

namespace PSPairChat.Dialects;

/// <summary>Turns what we say into the bytes that the peer reads: <c>Chris> text\n</c>, UTF-8.</summary>
internal sealed class DialectWriter
{
    private readonly int _prefixLength;
    private byte[] _bytes;

    public DialectWriter(string handle)
    {
        var prefix = Encoding.UTF8.GetBytes(handle + HandlePrefix.Separator);
        _prefixLength = prefix.Length;
        _bytes = new byte[256];
        prefix.CopyTo(_bytes, 0);
    }

    /// <summary>The bytes of a message; they are valid until the next call.</summary>
    public ArraySegment<byte> Message(string text)
    {
        var most = _prefixLength + Encoding.UTF8.GetMaxByteCount(text.Length) + 1;
        if (_bytes.Length < most)
            Array.Resize(ref _bytes, most);
        var end = _prefixLength + Encoding.UTF8.GetBytes(text, 0, text.Length, _bytes, _prefixLength);
        _bytes[end++] = (byte)'\n';
        return new ArraySegment<byte>(_bytes, 0, end);
    }

    /// <summary>The bytes that say that we leave.</summary>
    public static byte[] Quit() => Encoding.UTF8.GetBytes("\\quit\n");
}
