namespace PSPairChat;

/// <summary>How the characters of a dialect become bytes.</summary>
public enum ChatEncoding
{
    /// <summary>UTF-8: every character.</summary>
    Utf8,

    /// <summary>ISO 8859-1: the first 256 characters of Unicode, a byte each.</summary>
    Latin1,

    /// <summary>US-ASCII: the first 128 characters of Unicode, a byte each.</summary>
    Ascii,
}
