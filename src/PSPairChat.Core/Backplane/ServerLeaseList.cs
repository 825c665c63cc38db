using System.Collections.Generic;
using System.Linq;
using PSPairChat.Messages;

namespace PSPairChat.Backplane;

/// <summary>The other servers that carry a room, as of the last renewal of a lease.</summary>
internal sealed class ServerLeaseList
{
    public static readonly ServerLeaseList Empty = new();

    /// <summary>Gets the last position of the log.</summary>
    public long Last { get; private init; }

    /// <summary>Gets the names of the servers.</summary>
    public IReadOnlyList<string> OtherNames { get; private init; } = [];

    /// <summary>Gets the handles of their hosts that differ from the one of this server.</summary>
    public IReadOnlyList<string> OtherHosts { get; private init; } = [];

    /// <summary>Creates the list.</summary>
    public static ServerLeaseList Create(string ownServer, string ownHost, long last, Dictionary<string, string> leases)
    {
        var others = leases.Where(lease => lease.Key != ownServer).Select(lease => lease.Value).ToList();
        return new ServerLeaseList
        {
            Last = last,
            OtherNames = others.ConvertAll(ServerLease.GetName),
            OtherHosts = others.ConvertAll(ServerLease.GetHost).Where(host => !NicknameComparer.Instance.Equals(host, ownHost)).Distinct(NicknameComparer.Instance).ToList(),
        };
    }
}
