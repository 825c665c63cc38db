namespace PSPairChat.Dialects;

/// <summary>What marks the end of a message.</summary>
internal enum FramingKind
{
    /// <summary>A line feed.</summary>
    Line,

    /// <summary>A NUL.</summary>
    NullTerminated,

    /// <summary>An end mark.</summary>
    Delimited,

    /// <summary>That a buffer is full.</summary>
    FixedLength,

    /// <summary>The length before it.</summary>
    LengthPrefixed,

    /// <summary>That nothing follows.</summary>
    Unterminated,
}
