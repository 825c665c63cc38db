using System;

namespace PSPairChat;

/// <summary>Specifies whether a secure session survives the loss of its connection, and the time limits.</summary>
public sealed record ResumeOptions
{
    /// <summary>Gets or sets which sessions can be resumed. The default is <see cref="ResumeMode.Auto"/>.</summary>
    public ResumeMode Mode { get; init; }

    /// <summary>Gets or sets the time after which a session whose connection is lost ends. The default is 30 seconds. The shorter time of both ends applies.</summary>
    public TimeSpan ReconnectTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Gets or sets the time without sending after which a heartbeat is sent. The default is 15 seconds.</summary>
    public TimeSpan HeartbeatInterval { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Gets or sets the time without receiving after which the connection is considered lost. The default is 45 seconds.</summary>
    public TimeSpan HeartbeatTimeout { get; init; } = TimeSpan.FromSeconds(45);

    /// <summary>Throws an exception if a value is out of range.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A time is not positive.</exception>
    internal void Validate()
    {
        foreach (var (name, value) in new[] { (nameof(ReconnectTimeout), ReconnectTimeout), (nameof(HeartbeatInterval), HeartbeatInterval), (nameof(HeartbeatTimeout), HeartbeatTimeout) })
        {
            if (value <= TimeSpan.Zero)
                throw new ArgumentOutOfRangeException(name, value, "The time must be greater than zero.");
        }
    }
}
