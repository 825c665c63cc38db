using System.Diagnostics;

namespace PSPairChat.Connections;

/// <summary>A clock that is not affected when the time of day is changed.</summary>
internal static class MonotonicClock
{
    /// <summary>Gets the time in milliseconds.</summary>
    public static long Milliseconds => Stopwatch.GetTimestamp() / (Stopwatch.Frequency / 1000);
}
