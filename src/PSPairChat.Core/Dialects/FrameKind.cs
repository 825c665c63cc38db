namespace PSPairChat.Dialects;

/// <summary>What marks the end of a message.</summary>
internal enum FrameKind
{
    /// <summary>A line feed.</summary>
    Line,

    /// <summary>A NUL.</summary>
    Nul,

    /// <summary>An end mark.</summary>
    Marked,

    /// <summary>That a buffer is full.</summary>
    Padded,

    /// <summary>The length before it.</summary>
    Counted,

    /// <summary>That nothing follows.</summary>
    Unmarked,
}
