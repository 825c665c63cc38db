namespace PSPairChat.Terminal;

/// <summary>Specifies whether a line of input can be read.</summary>
internal enum InputStatus
{
    /// <summary>No line is available yet.</summary>
    Pending,

    /// <summary>A line is available.</summary>
    LineAvailable,

    /// <summary>The input has ended.</summary>
    Ended,
}
