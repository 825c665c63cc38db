using PSPairChat.Rooms;

namespace PSPairChat.Backplane;

/// <summary>What a server wants to append to the log, until it comes back from the log.</summary>
/// <param name="kind">The kind of entry: a constant of <see cref="LogEntry"/>, or <see cref="Outbox.Deletion"/>.</param>
/// <param name="entry">The entry.</param>
/// <param name="addedAt">The time in milliseconds on a monotonic clock.</param>
internal sealed class PendingEntry(char kind, RoomEntry entry, long addedAt)
{
    public char Kind { get; } = kind;

    public RoomEntry Entry { get; } = entry;

    public long AddedAt { get; } = addedAt;

    /// <summary>Gets or sets the number of the entry among those of this server.</summary>
    public long Number { get; set; }

    /// <summary>Gets or sets whether the entry was sent to Redis at least once, so that it may be in the log.</summary>
    public bool WasSent { get; set; }

    /// <summary>Gets the number of bytes that the entry takes, approximately.</summary>
    public int Size => 64 + 2 * Entry.Text.Length;
}
