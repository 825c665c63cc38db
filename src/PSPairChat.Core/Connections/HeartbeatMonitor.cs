using System;

namespace PSPairChat.Connections;

/// <summary>Decides when a heartbeat is due and when a connection is lost without an error. Pure: times are arguments, in milliseconds.</summary>
/// <param name="options">The time limits.</param>
/// <param name="now">The time of a monotonic clock.</param>
/// <param name="wallClock">The time of the clock of the system.</param>
internal sealed class HeartbeatMonitor(ResumeOptions options, long now, long wallClock)
{
    // A difference that the load of a host does not cause.
    private const long MinSleepMilliseconds = 10_000;

    private long _lastSent = now;
    private long _lastReceived = now;
    private long _lastCheck = now;
    private long _lastWallClock = wallClock;

    /// <summary>Specifies what is due.</summary>
    public enum Result
    {
        /// <summary>Nothing.</summary>
        None,

        /// <summary>Nothing was sent for the heartbeat interval.</summary>
        SendHeartbeat,

        /// <summary>Nothing was received for the heartbeat timeout, or the host has slept.</summary>
        Lost,
    }

    public void OnSent(long time) => _lastSent = time;

    public void OnReceived(long time) => _lastReceived = time;

    /// <summary>Starts to monitor another connection.</summary>
    public void Restart(long time) => _lastSent = _lastReceived = time;

    /// <summary>Checks the times; called regularly, more often than every few seconds.</summary>
    /// <param name="time">The time of the monotonic clock.</param>
    /// <param name="wallClock">The time of the clock of the system, which continues while the host sleeps. That of the monotonic clock may or may not.</param>
    public Result Check(long time, long wallClock)
    {
        var hasSlept = Math.Max(time - _lastCheck, wallClock - _lastWallClock) >= MinSleepMilliseconds;
        _lastCheck = time;
        _lastWallClock = wallClock;
        return hasSlept || time - _lastReceived >= options.HeartbeatTimeout.TotalMilliseconds ? Result.Lost
            : time - _lastSent >= options.HeartbeatInterval.TotalMilliseconds ? Result.SendHeartbeat
            : Result.None;
    }
}
