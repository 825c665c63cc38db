namespace PSPairChat;

/// <summary>Specifies the character encoding of a dialect.</summary>
public enum ChatEncoding : long
{
    /// <summary>UTF-8, which encodes every Unicode character.</summary>
    Utf8,

    /// <summary>ISO 8859-1, which encodes the first 256 Unicode characters in one byte each.</summary>
    Latin1,

    /// <summary>US-ASCII, which encodes the first 128 Unicode characters in one byte each.</summary>
    Ascii,
}
