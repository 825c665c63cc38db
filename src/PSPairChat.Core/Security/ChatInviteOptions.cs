using System;
using System.Collections.Generic;
using System.Net;

namespace PSPairChat;

/// <summary>Options of an invite.</summary>
public sealed record ChatInviteOptions
{
    /// <summary>The default of <see cref="Lifetime"/>.</summary>
    public static readonly TimeSpan DefaultLifetime = TimeSpan.FromMinutes(10);

    /// <summary>
    /// Gets the name or address under which clients reach the server, and the port if it is not that of the server; null for an address of this host.
    /// </summary>
    public string? HostName { get; init; }

    /// <summary>Gets the other servers that carry the room, at which a member that used the invite can continue its session. The port 0 stands for that of the server of the invite.</summary>
    public IReadOnlyList<DnsEndPoint> OtherServers { get; init; } = [];

    /// <summary>Gets the time after which the invite expires.</summary>
    public TimeSpan Lifetime { get; init; } = DefaultLifetime;

    /// <summary>Gets how many clients can use the invite.</summary>
    public int MaxUses { get; init; } = 1;

    /// <summary>Gets the handle that the invite suggests to the client; null for none.</summary>
    public string? Handle { get; init; }
}
