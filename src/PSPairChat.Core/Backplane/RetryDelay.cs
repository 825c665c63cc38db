using System;
using System.Threading;

namespace PSPairChat.Backplane;

/// <summary>The delay before the next attempt to connect, which doubles with each attempt up to a limit.</summary>
internal sealed class RetryDelay
{
    private const int MinMilliseconds = 25;
    private const int MaxMilliseconds = 500;

    private int _milliseconds = MinMilliseconds;

    /// <summary>Starts with the shortest delay again.</summary>
    public void Reset() => _milliseconds = MinMilliseconds;

    /// <summary>Waits, unless the token is canceled.</summary>
    public void Wait(CancellationToken cancellationToken)
    {
        cancellationToken.WaitHandle.WaitOne(_milliseconds);
        _milliseconds = Math.Min(MaxMilliseconds, 2 * _milliseconds);
    }
}
