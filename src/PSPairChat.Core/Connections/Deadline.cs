using System;
using System.Diagnostics;
using System.Threading;

namespace PSPairChat.Connections;

/// <summary>Represents a point in time by which an operation has to end, on a monotonic clock.</summary>
internal readonly struct Deadline
{
    private readonly long _timestamp;   // of Stopwatch; 0 = never

    private Deadline(long timestamp) => _timestamp = timestamp;

    public static Deadline Never => default;

    /// <summary>Gets a deadline that has passed: for an operation that does not wait.</summary>
    public static Deadline Passed => new(1);

    public bool IsNever => _timestamp == 0;

    public bool HasPassed => !IsNever && Stopwatch.GetTimestamp() >= _timestamp;

    /// <summary>Gets the remaining time; null for never.</summary>
    public TimeSpan? Remaining => IsNever ? null : TimeSpan.FromSeconds(Math.Max(0, _timestamp - Stopwatch.GetTimestamp()) / (double)Stopwatch.Frequency);

    /// <summary>Gets the length of the next wait in milliseconds: the remaining time, rounded up, or one poll interval if that is less.</summary>
    public int NextWait => RemainingMilliseconds(TransportConnection.PollInterval);

    /// <summary>Creates a deadline.</summary>
    /// <param name="time">The time from now; null or negative for never.</param>
    public static Deadline After(TimeSpan? time) => time is { Ticks: >= 0 } span && span.TotalSeconds < int.MaxValue
        ? new Deadline(Math.Max(1, Stopwatch.GetTimestamp() + (long)(span.TotalSeconds * Stopwatch.Frequency)))
        : Never;

    /// <summary>Returns the remaining time in milliseconds, rounded up.</summary>
    /// <param name="maximum">The upper limit of the result.</param>
    public int RemainingMilliseconds(int maximum)
    {
        if (IsNever)
            return maximum;
        var remaining = (_timestamp - Stopwatch.GetTimestamp()) * 1000.0 / Stopwatch.Frequency;
        return remaining <= 0 ? 0 : (int)Math.Min(Math.Ceiling(remaining), maximum);
    }

    /// <summary>Takes a lock.</summary>
    /// <returns>Whether it was taken before the deadline.</returns>
    /// <exception cref="OperationCanceledException">The wait was canceled.</exception>
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
