using System;

namespace PSPairChat.Rooms;

/// <summary>A token bucket that limits the rate of one member's messages: it holds the tokens of two seconds. The caller passes the time.</summary>
internal struct TokenBucket
{
    private const int BurstSeconds = 2;

    private double _deficit;    // number of tokens missing from a full bucket at _updatedAt
    private long _updatedAt;    // in milliseconds

    /// <summary>Takes a token if one is available.</summary>
    /// <param name="perSecond">The number of tokens added each second; 0 for no limit.</param>
    /// <param name="now">The time in milliseconds on a monotonic clock.</param>
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

    /// <summary>Gets the time in milliseconds from the last attempt until a token is available.</summary>
    /// <param name="perSecond">The number of tokens added each second; 0 for no limit.</param>
    public readonly int GetRetryDelay(int perSecond) => perSecond == 0
        ? 0
        : (int)Math.Ceiling(Math.Max(0, _deficit - (perSecond * BurstSeconds - 1)) * 1000 / perSecond);
}
