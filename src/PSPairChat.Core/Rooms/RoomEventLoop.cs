using System;
using System.Collections.Concurrent;
using System.Threading;
using System.Threading.Tasks;

namespace PSPairChat.Rooms;

/// <summary>
/// Runs the work of one room on thread-pool threads, in batches and one item at a time, so that state that only work items use needs no lock. An exception
/// in a work item is reported and does not end the loop.
/// </summary>
internal sealed class RoomEventLoop : IDisposable
{
    // Limits what one batch adds to the send queues: many speakers must not fill the queue of a member that reads.
    private const int MaxBatchBytes = 16 * 1024;

    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(1.5);

    private readonly Action<MemberConnection> _batchCompleted;
    private readonly Action<MemberConnection> _timerElapsed;
    private readonly Action<Exception, MemberConnection?> _onError;
    private readonly Func<long> _clock;
    private readonly ConcurrentQueue<WorkItem> _work = new();
    private readonly Timer _timer;
    private int _running;
    private int _batchBytes;
    private long _nextTimer = long.MaxValue;

    /// <summary>Creates an event loop. The callbacks run on the loop.</summary>
    /// <param name="onBatchCompleted">Called at the end of each batch.</param>
    /// <param name="onTimer">Called when the time passed to <see cref="ScheduleTimer"/> has elapsed.</param>
    /// <param name="onError">Called with an exception that was not handled and the member whose work item threw it, if any. Must not throw.</param>
    /// <param name="clock">Returns the time in milliseconds on a monotonic clock.</param>
    public RoomEventLoop(Action onBatchCompleted, Action onTimer, Action<Exception, MemberConnection?> onError, Func<long> clock)
    {
        _batchCompleted = _ => onBatchCompleted();
        _timerElapsed = _ =>
        {
            _nextTimer = long.MaxValue;
            onTimer();
        };
        _onError = onError;
        _clock = clock;
        _timer = new Timer(_ => Post(new WorkItem(_timerElapsed, null)), null, Timeout.Infinite, Timeout.Infinite);
    }

    /// <summary>Gets the start time of the current batch, in milliseconds on a monotonic clock.</summary>
    public long Now { get; private set; }

    /// <summary>Gets whether the current batch has added as many bytes to the send queues as one batch may.</summary>
    public bool IsBatchFull => _batchBytes >= MaxBatchBytes;

    /// <summary>Counts bytes that the current batch adds to the send queues.</summary>
    public void AddBatchBytes(int count) => _batchBytes += count;

    /// <summary>Queues work for a member, and runs the loop on the calling thread if it is not running.</summary>
    public void Post(Action<MemberConnection> handler, MemberConnection member) => Post(new WorkItem(handler, member));

    /// <summary>Queues work for a member, and runs the loop on a thread-pool thread if it is not running.</summary>
    public void Queue(Action<MemberConnection> handler, MemberConnection member)
    {
        _work.Enqueue(new WorkItem(handler, member));
        Schedule();
    }

    /// <summary>Queues work, and runs the loop on the calling thread if it is not running.</summary>
    public void Post(Action work) => Post(new WorkItem(_ => work(), null));

    /// <summary>Queues work for a member from within a work item.</summary>
    public void Defer(Action<MemberConnection> handler, MemberConnection member) => _work.Enqueue(new WorkItem(handler, member));

    /// <summary>Runs work on the loop, on a thread-pool thread, and waits for it to complete.</summary>
    /// <exception cref="Exception">The exception that the work threw.</exception>
    public void Invoke(Action work)
    {
        var completion = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        _work.Enqueue(new WorkItem(_ =>
        {
            try
            {
                work();
                completion.SetResult(true);
            }
            catch (Exception e)
            {
                completion.SetException(e);
            }
        }, null));
        Schedule();
        completion.Task.GetAwaiter().GetResult();
    }

    /// <summary>Runs a handler from within a work item, and reports an exception as caused by the member.</summary>
    public void Run(Action<MemberConnection> handler, MemberConnection member) => Run(new WorkItem(handler, member));

    /// <summary>Sets the timer to elapse after the specified time at the latest.</summary>
    /// <param name="delay">The time in milliseconds from the start of the batch.</param>
    public void ScheduleTimer(int delay)
    {
        if (Now + delay >= _nextTimer)
            return;
        _nextTimer = Now + delay;
        _timer.Change(delay, Timeout.Infinite);
    }

    /// <summary>Stops the timer and waits until the loop is idle.</summary>
    public void Dispose()
    {
        using var stopped = new ManualResetEvent(false);
        if (_timer.Dispose(stopped))
            stopped.WaitOne();
        SpinWait.SpinUntil(() => Volatile.Read(ref _running) == 0 && _work.IsEmpty, StopTimeout);
    }

    private void Post(WorkItem item)
    {
        _work.Enqueue(item);
        Drain();
    }

    private void Schedule() => ThreadPool.UnsafeQueueUserWorkItem(_ => Drain(), null);

    private void Drain()
    {
        if (Interlocked.Exchange(ref _running, 1) != 0)
            return;
        ProcessBatch();
        Interlocked.Exchange(ref _running, 0);
        // A thread that queued work while the loop was running has left it to this check.
        if (!_work.IsEmpty)
            Schedule();
    }

    private void ProcessBatch()
    {
        Now = _clock();
        _batchBytes = 0;
        while (!IsBatchFull && _work.TryDequeue(out var item))
            Run(item);
        Run(new WorkItem(_batchCompleted, null));
    }

    private void Run(WorkItem item)
    {
        try
        {
            item.Handler(item.Member!);
        }
        catch (Exception e)
        {
            _onError(e, item.Member);
        }
    }

    /// <summary>A handler and the member it is for. The handler of work that is for no member ignores its argument.</summary>
    private readonly struct WorkItem(Action<MemberConnection> handler, MemberConnection? member)
    {
        public Action<MemberConnection> Handler { get; } = handler;

        public MemberConnection? Member { get; } = member;
    }
}
