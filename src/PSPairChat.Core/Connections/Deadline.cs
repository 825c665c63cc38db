using System;
using System.Diagnostics;
using System.Threading;

namespace PSPairChat.Connections;

/// <summary>A moment by which something has to be done, on a clock that nobody can set.</summary>
internal readonly struct Deadline
{
    private readonly long _ticks;   // of Stopwatch; 0 = never

    private Deadline(long ticks) => _ticks = ticks;

    public static Deadline Never => default;

    /// <summary>A moment so far from now; null or negative for never.</summary>
    public static Deadline After(TimeSpan? time) => time is { Ticks: >= 0 } span && span.TotalSeconds < int.MaxValue
        ? new Deadline(Math.Max(1, Stopwatch.GetTimestamp() + (long)(span.TotalSeconds * Stopwatch.Frequency)))
        : Never;

    public bool IsNever => _ticks == 0;

    public bool HasPassed => !IsNever && Stopwatch.GetTimestamp() >= _ticks;

    /// <summary>What is left; null for never.</summary>
    public TimeSpan? Remaining => IsNever ? null : TimeSpan.FromSeconds(Math.Max(0, _ticks - Stopwatch.GetTimestamp()) / (double)Stopwatch.Frequency);

    /// <summary>The milliseconds to wait next: what is left, rounded up, but no more than one slice.</summary>
    public int NextWait => RemainingMilliseconds(TransportConnection.PollInterval);

    /// <summary>What is left in milliseconds, rounded up, but no more than <paramref name="most"/>.</summary>
    public int RemainingMilliseconds(int most)
    {
        if (IsNever)
            return most;
        var left = (_ticks - Stopwatch.GetTimestamp()) * 1000.0 / Stopwatch.Frequency;
        return left <= 0 ? 0 : (int)Math.Min(Math.Ceiling(left), most);
    }

    /// <summary>Takes a gate; false where it is not free in time.</summary>
    /// <exception cref="OperationCanceledException">The wait was given up.</exception>
    public bool TryEnter(object gate, CancellationToken cancellationToken)
    {
        if (Monitor.TryEnter(gate))
            return true;
        while (!Monitor.TryEnter(gate, NextWait))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (HasPassed)
                return false;
        }
        return true;
    }
}
