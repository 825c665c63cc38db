using System;

namespace PSPairChat;

/// <summary>The time limits of a session that survives a lost connection.</summary>
public sealed record ResumeOptions
{
    /// <summary>Gets how long to try to connect again.</summary>
    public TimeSpan ReconnectTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Gets how long nothing is sent before a heartbeat is.</summary>
    public TimeSpan HeartbeatInterval { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Gets how long nothing is received before the connection counts as lost.</summary>
    public TimeSpan HeartbeatTimeout { get; init; } = TimeSpan.FromSeconds(45);
}
