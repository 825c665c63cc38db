using System.Collections.Generic;

namespace PSPairChat.Backplane;

/// <summary>
/// Recognizes the entries of a log that were applied before. Each server numbers its entries in ascending order, so that the last number of each server is
/// enough.
/// </summary>
internal sealed class OriginFilter
{
    private readonly Dictionary<string, long> _last = [];

    /// <summary>Sets the last number of a server.</summary>
    public void Set(string server, long number) => _last[server] = number;

    /// <summary>Returns whether an entry is new, and regards it as applied from then on.</summary>
    public bool TryAccept(string server, long number)
    {
        if (_last.TryGetValue(server, out var last) && number <= last)
            return false;
        _last[server] = number;
        return true;
    }
}
