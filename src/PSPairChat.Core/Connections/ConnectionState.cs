namespace PSPairChat.Connections;

/// <summary>Specifies where a connection is in its life. The state only moves forward.</summary>
internal enum ConnectionState
{
    /// <summary>Data can be exchanged.</summary>
    Open,

    /// <summary>Nothing more can be received, but something may still be unread.</summary>
    Closing,

    /// <summary>The conversation has ended, and nothing is left to read.</summary>
    Closed,

    /// <summary>A caller has been informed of the end. A server accepts its next client only now.</summary>
    Reported,
}
