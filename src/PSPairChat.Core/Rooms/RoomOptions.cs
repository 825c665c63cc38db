using System;

namespace PSPairChat;

/// <summary>The rules of a room. Immutable: derive changed ones with <c>with</c>.</summary>
public sealed record RoomOptions
{
    /// <summary>The members that a room may have if nothing else is said.</summary>
    public const int DefaultMaxMembers = 1000;

    /// <summary>The messages a second that one member may say if nothing else is said.</summary>
    public const int DefaultMaxMessagesPerSecond = 5;

    /// <summary>The most characters that a message in a room may have, whatever is asked for: it is copied to many.</summary>
    public const int MaxMessageLengthLimit = 4000;

    /// <summary>The most members, the host not counted.</summary>
    public int MaxMembers { get; init; } = DefaultMaxMembers;

    /// <summary>How many of the last messages those get who join.</summary>
    public int HistoryCount { get; init; }

    /// <summary>How many messages a second one member may say, twice as many at once; who says more is heard later. 0 for no limit.</summary>
    public int MaxMessagesPerSecond { get; init; } = DefaultMaxMessagesPerSecond;

    /// <summary>How the room talks.</summary>
    public RoomDialect Dialect { get; init; }

    /// <exception cref="ArgumentOutOfRangeException">A number makes no sense.</exception>
    internal void Validate()
    {
        if (MaxMembers < 1)
            throw new ArgumentOutOfRangeException(nameof(MaxMembers), MaxMembers, "A room has at least 1 member.");
        if (HistoryCount < 0)
            throw new ArgumentOutOfRangeException(nameof(HistoryCount), HistoryCount, "There is no history of fewer than 0 messages.");
        if (MaxMessagesPerSecond < 0)
            throw new ArgumentOutOfRangeException(nameof(MaxMessagesPerSecond), MaxMessagesPerSecond, "The flood limit is 0 (none) or more messages a second.");
    }
}
