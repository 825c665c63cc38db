namespace PSPairChat.Sessions;

/// <summary>What a notice of presence says about a pair's conversation.</summary>
internal enum PresenceChange
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>A conversation has begun.</summary>
    Arrival,

    /// <summary>A conversation has ended.</summary>
    Departure,
}
