namespace PSPairChat.Terminal;

/// <summary>How a chat ended.</summary>
internal enum ChatOutcome
{
    /// <summary>Somebody left.</summary>
    Finished,

    /// <summary>The peer broke off.</summary>
    BrokenOff,

    /// <summary>Something that was to be said could not be.</summary>
    LeftUnsaid,

    /// <summary>It was stopped, as by Ctrl+C.</summary>
    Interrupted,
}
