using System.Collections.Generic;

namespace PSPairChat.Messages;

/// <summary>A set of nicknames of which no two look alike or differ only in case.</summary>
internal sealed class ConfusableSet
{
    private readonly Dictionary<string, string> _nicknames = [];

    /// <summary>Creates a set.</summary>
    /// <param name="nicknames">The nicknames that the set contains at first. They may look alike.</param>
    public ConfusableSet(IEnumerable<string> nicknames)
    {
        foreach (var nickname in nicknames)
        {
            foreach (var key in Confusables.GetKeys(nickname))
                _nicknames[key] = nickname;
        }
    }

    /// <summary>Adds a nickname unless one that the set contains looks like it.</summary>
    /// <returns>The nickname that looks like it; null if the nickname was added.</returns>
    public string? TryAdd(string nickname)
    {
        var keys = Confusables.GetKeys(nickname);
        foreach (var key in keys)
        {
            if (_nicknames.TryGetValue(key, out var conflict))
                return conflict;
        }
        foreach (var key in keys)
            _nicknames.Add(key, nickname);
        return null;
    }

    /// <summary>Removes a nickname, in any case. Another nickname that looks like it stays.</summary>
    public void Remove(string nickname)
    {
        // The first key is the same in any case; the others may not be.
        if (!_nicknames.TryGetValue(Confusables.GetKeys(nickname)[0], out var contained) || !NicknameComparer.Instance.Equals(contained, nickname))
            return;
        foreach (var key in Confusables.GetKeys(contained))
            _nicknames.Remove(key);
    }
}
