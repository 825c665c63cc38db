using System;
using PSPairChat.Connections;

namespace PSPairChat;

/// <summary>Specifies the limits and the protocol of a room.</summary>
public sealed record RoomOptions
{
    /// <summary>The default maximum number of members.</summary>
    public const int DefaultMaxMembers = 1000;

    /// <summary>The default maximum number of messages that one member can send per second.</summary>
    public const int DefaultMaxMessagesPerSecond = 5;

    /// <summary>The default of <see cref="MaxUnregisteredConnections"/>.</summary>
    public const int DefaultMaxUnregisteredConnections = 256;

    /// <summary>The default of <see cref="MaxUnregisteredConnectionsPerAddress"/>.</summary>
    public const int DefaultMaxUnregisteredConnectionsPerAddress = 64;

    /// <summary>The default of <see cref="HistoryLimit"/>.</summary>
    public const int DefaultHistoryLimit = 1_000_000;

    /// <summary>The upper limit of <see cref="ChatOptions.MaxMessageLength"/> in a room, where each message is sent to many members.</summary>
    public const int MessageLengthLimit = 4000;

    /// <summary>Gets or sets the maximum number of members, the host excluded. The default is 1000.</summary>
    public int MaxMembers { get; init; } = DefaultMaxMembers;

    /// <summary>Gets or sets the number of past messages that a new member receives. The default is 0.</summary>
    public int HistoryCount { get; init; }

    /// <summary>
    /// Gets or sets the maximum number of messages that one member can send per second, with bursts of twice as many. Messages beyond it are delayed. The
    /// default is 5; 0 means no limit.
    /// </summary>
    public int MaxMessagesPerSecond { get; init; } = DefaultMaxMessagesPerSecond;

    /// <summary>
    /// Gets or sets the maximum number of connections without a nickname. At the limit, those that have been silent longest are disconnected if they have been
    /// silent for over a second; otherwise, further connections wait until others register or disconnect. The default is 256.
    /// </summary>
    public int MaxUnregisteredConnections { get; init; } = DefaultMaxUnregisteredConnections;

    /// <summary>Gets or sets the maximum number of connections without a nickname from one address. The default is 64.</summary>
    public int MaxUnregisteredConnectionsPerAddress { get; init; } = DefaultMaxUnregisteredConnectionsPerAddress;

    /// <summary>
    /// Gets or sets the URL of the Redis server over which several servers carry the room, for example redis://:password@host:6379/0, or rediss:// for TLS.
    /// The default is null: only this server carries the room.
    /// </summary>
    public string? Backplane { get; init; }

    /// <summary>Gets or sets the SHA-256 fingerprint of the certificate of the Redis server; null to verify the certificate with the trust of the system.</summary>
    public string? BackplaneFingerprint { get; init; }

    /// <summary>Gets or sets the number of entries that the log of the room in Redis keeps, approximately. The default is 1,000,000.</summary>
    public int HistoryLimit { get; init; } = DefaultHistoryLimit;

    /// <summary>Gets or sets the protocol of the room. The default is <see cref="RoomDialect.Text"/>.</summary>
    public RoomDialect Dialect { get; init; }

    /// <summary>Gets or sets the clock of the room, which returns milliseconds. The default is a monotonic clock.</summary>
    internal Func<long> Clock { get; init; } = () => MonotonicClock.Milliseconds;

    /// <summary>Throws an exception if a value is out of range.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of range.</exception>
    internal void Validate()
    {
        if (MaxMembers < 1)
            throw new ArgumentOutOfRangeException(nameof(MaxMembers), MaxMembers, "The maximum number of members must be at least 1.");
        if (HistoryCount < 0)
            throw new ArgumentOutOfRangeException(nameof(HistoryCount), HistoryCount, "The number of past messages must be at least 0.");
        if (HistoryLimit < 1)
            throw new ArgumentOutOfRangeException(nameof(HistoryLimit), HistoryLimit, "The number of entries in the log must be at least 1.");
        if (MaxMessagesPerSecond < 0)
            throw new ArgumentOutOfRangeException(nameof(MaxMessagesPerSecond), MaxMessagesPerSecond, "The maximum number of messages per second must be at least 0.");
        if (MaxUnregisteredConnections < 1)
            throw new ArgumentOutOfRangeException(nameof(MaxUnregisteredConnections), MaxUnregisteredConnections, "The maximum number of connections without a nickname must be at least 1.");
        if (MaxUnregisteredConnectionsPerAddress < 1)
        {
            throw new ArgumentOutOfRangeException(nameof(MaxUnregisteredConnectionsPerAddress), MaxUnregisteredConnectionsPerAddress,
                "The maximum number of connections without a nickname from one address must be at least 1.");
        }
    }
}
