using System.Collections.Generic;

namespace PSPairChat.Backplane;

/// <summary>
/// Decides which servers are lost: those whose value has not changed for a time, by the clock of the observer alone. Clocks of other hosts, and that of Redis,
/// do not matter. While the observer itself has no answer, time does not count, because the other servers may have the same problem.
/// </summary>
/// <param name="timeout">The time in milliseconds after which a server that does not renew its lease is lost.</param>
/// <param name="maxPause">The time in milliseconds between two observations beyond which the time starts anew.</param>
internal sealed class ServerLeases(int timeout, int maxPause)
{
    private Dictionary<string, Lease> _leases = [];
    private long _observedAt = long.MinValue / 2;

    /// <summary>Observes the leases.</summary>
    /// <param name="now">The time in milliseconds on a monotonic clock, before the values were requested.</param>
    /// <param name="values">The value of each server, which changes when the server renews its lease.</param>
    /// <returns>The servers that are lost.</returns>
    public List<string> Observe(long now, IReadOnlyDictionary<string, string> values)
    {
        var isRestarted = now - _observedAt > maxPause;
        _observedAt = now;
        var leases = new Dictionary<string, Lease>();
        var lost = new List<string>();
        foreach (var pair in values)
        {
            if (isRestarted || !_leases.TryGetValue(pair.Key, out var lease) || lease.Value != pair.Value)
                lease = new Lease(pair.Value, now);
            leases.Add(pair.Key, lease);
            if (now - lease.Since >= timeout)
                lost.Add(pair.Key);
        }
        _leases = leases;
        return lost;
    }

    private readonly record struct Lease(string Value, long Since);
}
