using System.Globalization;

namespace PSPairChat.Dialects;

/// <summary>The length before a message, read and written.</summary>
internal static class LengthFieldCodec
{
    private const int MaxDigits = 999;
    private const byte Padding = (byte)'x';

    /// <summary>How many bytes the length itself takes.</summary>
    public static int GetSize(ChatLengthPrefix kind) => kind switch
    {
        ChatLengthPrefix.Digits or ChatLengthPrefix.PaddedDigits => 3,
        ChatLengthPrefix.BigEndian16 => 2,
        ChatLengthPrefix.BigEndian32 => 4,
        _ => 0,
    };

    /// <summary>The most that it can tell.</summary>
    public static int GetMaxLength(ChatLengthPrefix kind) => kind switch
    {
        ChatLengthPrefix.BigEndian16 => ushort.MaxValue,
        ChatLengthPrefix.BigEndian32 => int.MaxValue,
        _ => MaxDigits,
    };

    /// <summary>Reads a length; -1 where the bytes are none.</summary>
    /// <param name="kind">How it is told.</param>
    /// <param name="bytes">At least <see cref="GetSize"/> bytes from <paramref name="at"/> on.</param>
    /// <param name="at">Where it begins.</param>
    public static int Read(ChatLengthPrefix kind, byte[] bytes, int at)
    {
        switch (kind)
        {
            case ChatLengthPrefix.BigEndian16:
                return bytes[at] << 8 | bytes[at + 1];
            case ChatLengthPrefix.BigEndian32:
                var length = (uint)bytes[at] << 24 | (uint)bytes[at + 1] << 16 | (uint)bytes[at + 2] << 8 | bytes[at + 3];
                return length > int.MaxValue ? int.MaxValue : (int)length;
            default:
                var value = 0;
                var digits = 0;
                while (digits < 3 && bytes[at + digits] is >= (byte)'0' and <= (byte)'9')
                    value = value * 10 + bytes[at + digits++] - '0';
                for (var i = digits; i < 3; i++)
                {
                    if (kind != ChatLengthPrefix.PaddedDigits || bytes[at + i] != Padding)
                        return -1;
                }
                return digits == 0 ? -1 : value;
        }
    }

    /// <summary>Where a body of so many bytes or characters ends; -1 where not all of it is there.</summary>
    public static int FindEnd(ChatLengthPrefix kind, ChatEncoding encoding, byte[] bytes, int bodyAt, int length, int end)
    {
        if (kind != ChatLengthPrefix.PaddedDigits || encoding != ChatEncoding.Utf8)
            return length <= end - bodyAt ? bodyAt + length : -1;
        var at = bodyAt;
        for (; length > 0 && at < end; length--)
            at += bytes[at] switch { < 0xC0 => 1, < 0xE0 => 2, < 0xF0 => 3, _ => 4 };
        return length == 0 && at <= end ? at : -1;
    }

    /// <summary>Writes the length of what lies between <paramref name="bodyAt"/> and <paramref name="end"/> directly before it.</summary>
    /// <returns>Whether that is not too much to be told.</returns>
    public static bool TryWrite(ChatLengthPrefix kind, ChatEncoding encoding, byte[] bytes, int bodyAt, int end)
    {
        var length = kind == ChatLengthPrefix.PaddedDigits ? DialectText.CountCharacters(bytes, bodyAt, end, encoding) : end - bodyAt;
        if (length > GetMaxLength(kind))
            return false;
        var size = GetSize(kind);
        if (kind is ChatLengthPrefix.BigEndian16 or ChatLengthPrefix.BigEndian32)
        {
            for (var i = 1; i <= size; i++, length >>= 8)
                bytes[bodyAt - i] = (byte)length;
            return true;
        }
        var digits = length.ToString(CultureInfo.InvariantCulture);
        digits = kind == ChatLengthPrefix.Digits ? digits.PadLeft(size, '0') : digits.PadRight(size, (char)Padding);
        for (var i = 0; i < size; i++)
            bytes[bodyAt - size + i] = (byte)digits[i];
        return true;
    }
}
