namespace PSPairChat.Terminal;

/// <summary>How a chat ended.</summary>
internal enum ChatOutcome
{
    /// <summary>Somebody left.</summary>
    Finished,

    /// <summary>The peer broke off.</summary>
    ConnectionLost,

    /// <summary>Something that was to be said could not be.</summary>
    InputNotSent,

    /// <summary>It was stopped, as by Ctrl+C.</summary>
    Interrupted,
}
