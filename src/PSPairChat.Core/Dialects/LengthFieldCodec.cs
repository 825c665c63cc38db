using System.Globalization;

namespace PSPairChat.Dialects;

/// <summary>Reads and writes the length before a message.</summary>
internal static class LengthFieldCodec
{
    private const int MaxDigits = 999;
    private const byte Padding = (byte)'x';

    /// <summary>Gets the number of bytes of a length field.</summary>
    public static int GetSize(ChatLengthPrefix kind) => kind switch
    {
        ChatLengthPrefix.Digits or ChatLengthPrefix.PaddedDigits => 3,
        ChatLengthPrefix.BigEndian16 => 2,
        ChatLengthPrefix.BigEndian32 => 4,
        _ => 0,
    };

    /// <summary>Gets the largest length that a length field can hold.</summary>
    public static int GetMaxLength(ChatLengthPrefix kind) => kind switch
    {
        ChatLengthPrefix.BigEndian16 => ushort.MaxValue,
        ChatLengthPrefix.BigEndian32 => int.MaxValue,
        _ => MaxDigits,
    };

    /// <summary>Reads a length.</summary>
    /// <param name="kind">The kind of length field.</param>
    /// <param name="bytes">At least <see cref="GetSize"/> bytes from <paramref name="index"/> on.</param>
    /// <param name="index">Where the length field begins.</param>
    /// <returns>The length; -1 if the bytes are not a valid length field.</returns>
    public static int Read(ChatLengthPrefix kind, byte[] bytes, int index)
    {
        switch (kind)
        {
            case ChatLengthPrefix.BigEndian16:
                return bytes[index] << 8 | bytes[index + 1];
            case ChatLengthPrefix.BigEndian32:
                var length = (uint)bytes[index] << 24 | (uint)bytes[index + 1] << 16 | (uint)bytes[index + 2] << 8 | bytes[index + 3];
                return length > int.MaxValue ? int.MaxValue : (int)length;
            default:
                return ReadDigits(kind, bytes, index);
        }
    }

    /// <summary>Finds the end of a message.</summary>
    /// <param name="kind">The kind of length field.</param>
    /// <param name="encoding">The encoding of the message.</param>
    /// <param name="buffer">The received bytes.</param>
    /// <param name="index">Where the message begins.</param>
    /// <param name="length">The length from the length field, in bytes or characters.</param>
    /// <returns>The index behind the last byte of the message; -1 if it was not received yet.</returns>
    public static int FindEnd(ChatLengthPrefix kind, ChatEncoding encoding, ReceiveBuffer buffer, int index, int length)
    {
        if (kind != ChatLengthPrefix.PaddedDigits || encoding != ChatEncoding.Utf8)
            return length <= buffer.Count - index ? index + length : -1;
        for (; length > 0 && index < buffer.Count; length--)
            index += buffer[index] switch { < 0xC0 => 1, < 0xE0 => 2, < 0xF0 => 3, _ => 4 };
        return length == 0 && index <= buffer.Count ? index : -1;
    }

    /// <summary>Writes the length of a message directly before it.</summary>
    /// <param name="kind">The kind of length field.</param>
    /// <param name="encoding">The encoding of the message.</param>
    /// <param name="bytes">The bytes, with space for the length field before the message.</param>
    /// <param name="start">Where the message begins.</param>
    /// <param name="end">Where the message ends.</param>
    /// <returns>Whether the length field can hold the length.</returns>
    public static bool TryWrite(ChatLengthPrefix kind, ChatEncoding encoding, byte[] bytes, int start, int end)
    {
        var length = kind == ChatLengthPrefix.PaddedDigits ? DialectText.CountCharacters(bytes, start, end, encoding) : end - start;
        if (length > GetMaxLength(kind))
            return false;
        var size = GetSize(kind);
        if (kind is ChatLengthPrefix.BigEndian16 or ChatLengthPrefix.BigEndian32)
        {
            for (var i = 1; i <= size; i++, length >>= 8)
                bytes[start - i] = (byte)length;
            return true;
        }
        var digits = length.ToString(CultureInfo.InvariantCulture);
        digits = kind == ChatLengthPrefix.Digits ? digits.PadLeft(size, '0') : digits.PadRight(size, (char)Padding);
        for (var i = 0; i < size; i++)
            bytes[start - size + i] = (byte)digits[i];
        return true;
    }

    private static int ReadDigits(ChatLengthPrefix kind, byte[] bytes, int index)
    {
        var size = GetSize(kind);
        var value = 0;
        var digits = 0;
        while (digits < size && bytes[index + digits] is >= (byte)'0' and <= (byte)'9')
            value = value * 10 + bytes[index + digits++] - '0';
        for (var i = digits; i < size; i++)
        {
            if (kind != ChatLengthPrefix.PaddedDigits || bytes[index + i] != Padding)
                return -1;
        }
        return digits == 0 ? -1 : value;
    }
}
