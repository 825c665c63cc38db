using System.Collections.Generic;
using System.Net;

namespace PSPairChat.Security;

/// <summary>
/// The limits for connections that are not trusted yet. At a limit, the connection that has been silent longest is to go, if it has been silent for over a
/// second; otherwise no more connections are accepted until one becomes trusted or goes. Pure: the time is passed in.
/// </summary>
/// <typeparam name="T">The type of a connection.</typeparam>
internal sealed class PendingLimits<T>(int maxTotal = PendingLimits<T>.DefaultMaxTotal, int maxPerAddress = PendingLimits<T>.DefaultMaxPerAddress)
    where T : class
{
    public const int DefaultMaxTotal = 256;
    public const int DefaultMaxPerAddress = 64;

    private const int GraceMilliseconds = 1000;

    private readonly Dictionary<T, Entry> _entries = [];
    private readonly Dictionary<IPAddress, int> _perAddress = [];

    public int Count => _entries.Count;

    /// <summary>Tries to make room for a connection.</summary>
    /// <param name="address">Where it comes from.</param>
    /// <param name="now">The time in milliseconds.</param>
    /// <param name="evicted">The connection that has to go first; null for none. It is removed already.</param>
    /// <returns>true if the connection can be added; false if it has to wait.</returns>
    public bool TryMakeRoom(IPAddress address, long now, out T? evicted)
    {
        evicted = null;
        var isAddressFull = _perAddress.TryGetValue(address, out var count) && count >= maxPerAddress;
        if (!isAddressFull && _entries.Count < maxTotal)
            return true;
        var oldest = now - GraceMilliseconds;
        foreach (var pair in _entries)
        {
            if (pair.Value.LastHeard >= oldest || isAddressFull && !pair.Value.Address.Equals(address))
                continue;
            oldest = pair.Value.LastHeard;
            evicted = pair.Key;
        }
        if (evicted is null)
            return false;
        Remove(evicted);
        return true;
    }

    public void Add(T connection, IPAddress address, long now)
    {
        _entries.Add(connection, new Entry(address) { LastHeard = now });
        _perAddress[address] = _perAddress.TryGetValue(address, out var count) ? count + 1 : 1;
    }

    /// <summary>Records that a connection has sent something.</summary>
    public void OnHeard(T connection, long now)
    {
        if (_entries.TryGetValue(connection, out var entry))
            entry.LastHeard = now;
    }

    /// <summary>Removes a connection that became trusted or went.</summary>
    public void Remove(T connection)
    {
        if (!_entries.TryGetValue(connection, out var entry))
            return;
        _entries.Remove(connection);
        if (--_perAddress[entry.Address] == 0)
            _perAddress.Remove(entry.Address);
    }

    private sealed class Entry(IPAddress address)
    {
        public IPAddress Address { get; } = address;

        public long LastHeard { get; set; }
    }
}
