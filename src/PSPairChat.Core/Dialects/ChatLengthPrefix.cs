namespace PSPairChat;

/// <summary>How a length is told before each message.</summary>
public enum ChatLengthPrefix
{
    /// <summary>It is not: something else marks the end, or nothing does.</summary>
    None,

    /// <summary>Three digits, <c>012</c>: the bytes that follow, the ending with them.</summary>
    Digits,

    /// <summary>Digits, padded on the right with <c>x</c> to three, <c>12x</c>: the characters that follow.</summary>
    PaddedDigits,

    /// <summary>Two bytes, the higher first: the bytes that follow.</summary>
    BigEndian16,

    /// <summary>Four bytes, the highest first: the bytes that follow.</summary>
    BigEndian32,
}
