namespace PSPairChat.Sessions;

/// <summary>Specifies what a notice says about the presence of a peer.</summary>
internal enum PresenceChange
{
    /// <summary>It does not concern the presence of a peer.</summary>
    None,

    /// <summary>A peer has connected.</summary>
    Arrival,

    /// <summary>The conversation with the peer has ended.</summary>
    Departure,
}
