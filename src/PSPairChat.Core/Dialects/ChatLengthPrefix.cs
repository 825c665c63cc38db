namespace PSPairChat;

/// <summary>Specifies the format of the length before a message.</summary>
public enum ChatLengthPrefix : long
{
    /// <summary>No length.</summary>
    None,

    /// <summary>Three digits, such as <c>012</c>: the number of bytes that follow, including the terminator.</summary>
    Digits,

    /// <summary>One to three digits, padded on the right with <c>x</c>, such as <c>12x</c>: the number of characters that follow.</summary>
    PaddedDigits,

    /// <summary>A 16-bit integer in big-endian order: the number of bytes that follow.</summary>
    BigEndian16,

    /// <summary>A 32-bit integer in big-endian order: the number of bytes that follow.</summary>
    BigEndian32,
}
