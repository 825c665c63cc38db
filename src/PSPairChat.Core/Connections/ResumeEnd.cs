namespace PSPairChat.Connections;

/// <summary>Specifies how an end of a resumable connection ends what it sends.</summary>
internal enum ResumeEnd
{
    /// <summary>It has not ended.</summary>
    None,

    /// <summary>The conversation is over.</summary>
    Closed,

    /// <summary>The conversation is over, and the server will accept connections again soon.</summary>
    Restarting,
}
