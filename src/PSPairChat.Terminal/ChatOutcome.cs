namespace PSPairChat.Terminal;

/// <summary>Specifies how a chat ended.</summary>
internal enum ChatOutcome
{
    /// <summary>One of the participants left.</summary>
    Finished,

    /// <summary>The connection was lost.</summary>
    ConnectionLost,

    /// <summary>Some of the input was not sent.</summary>
    InputNotSent,

    /// <summary>The output could no longer be written.</summary>
    OutputLost,

    /// <summary>The chat was left, and the session is open.</summary>
    Detached,

    /// <summary>The chat was stopped, for example by Ctrl+C.</summary>
    Interrupted,
}
