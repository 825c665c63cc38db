using System;

namespace PSPairChat.Rooms;

/// <summary>How fast one member may speak: a bucket of tokens that fills at an even rate; twice the rate at once at most. The time is handed in.</summary>
internal struct TokenBucket
{
    private const int BurstSeconds = 2;

    private double _deficit;      // tokens missing from a full bucket
    private long _updatedAt;        // when that was so, in milliseconds

    /// <summary>Takes a token, if there is one.</summary>
    /// <param name="perSecond">How many come back each second; 0 = no limit.</param>
    /// <param name="now">Milliseconds on any clock that only goes forward.</param>
    public bool TryAcquire(int perSecond, long now)
    {
        if (perSecond == 0)
            return true;
        _deficit = Math.Max(0, _deficit - (now - _updatedAt) * perSecond / 1000.0);
        _updatedAt = now;
        if (_deficit > perSecond * BurstSeconds - 1)
            return false;
        _deficit++;
        return true;
    }

    /// <summary>How many milliseconds from the last try there is a token again.</summary>
    public readonly int GetRetryDelay(int perSecond) => perSecond == 0
        ? 0
        : (int)Math.Ceiling(Math.Max(0, _deficit - (perSecond * BurstSeconds - 1)) * 1000 / perSecond);
}
