namespace PSPairChat.Terminal;

/// <summary>Whether there is a line to be said.</summary>
internal enum LineInput
{
    /// <summary>Not yet.</summary>
    NotAvailable,

    /// <summary>There is one.</summary>
    Line,

    /// <summary>There are no more.</summary>
    End,
}
