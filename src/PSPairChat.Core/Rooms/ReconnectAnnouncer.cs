namespace PSPairChat.Rooms;

/// <summary>
/// Decides when the others are informed that a member is reconnecting, and that it is back: only if that takes longer than <see cref="Delay"/>. Pure: times are
/// arguments, in milliseconds.
/// </summary>
internal struct ReconnectAnnouncer
{
    /// <summary>The time in milliseconds after which the others are informed.</summary>
    public const int Delay = 5_000;

    private long? _since;
    private bool _isAnnounced;

    /// <summary>Updates the state of the member; called for each change and regularly.</summary>
    /// <param name="isReconnecting">Whether the connection of the member is lost.</param>
    /// <param name="now">The time.</param>
    /// <returns>What to inform the others of; null for nothing.</returns>
    public RoomEntryKind? Update(bool isReconnecting, long now)
    {
        if (isReconnecting)
            _since ??= now;
        else
            _since = null;
        if (isReconnecting == _isAnnounced || now - _since < Delay)
            return null;
        _isAnnounced = isReconnecting;
        return isReconnecting ? RoomEntryKind.Reconnecting : RoomEntryKind.Reconnected;
    }
}
