using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;

namespace PSPairChat.Backplane;

/// <summary>
/// Makes requests to the log that are not part of its regular reading, in turn, on a thread and over a connection that exist only while there are some. After a lost
/// connection, it makes a request again.
/// </summary>
/// <param name="connect">Connects to the log.</param>
/// <param name="stop">Discards the requests.</param>
internal sealed class LogRequests(Func<RedisRoomLog> connect, CancellationToken stop) : IDisposable
{
    private readonly Queue<Func<RedisRoomLog, bool>> _requests = new();    // also the lock
    private Task _task = Task.CompletedTask;
    private bool _isRunning;

    /// <summary>Gets the number of requests that are not complete.</summary>
    public int Count
    {
        get
        {
            lock (_requests)
                return _requests.Count;
        }
    }

    /// <summary>Adds a request.</summary>
    /// <param name="request">Makes the request, or a part of it, and returns whether it is complete; otherwise it is called again.</param>
    public void Add(Func<RedisRoomLog, bool> request)
    {
        lock (_requests)
        {
            _requests.Enqueue(request);
            if (_isRunning)
                return;
            _isRunning = true;
            _task = Task.Factory.StartNew(Run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }
    }

    /// <summary>Waits until no request is being made.</summary>
    public void Dispose() => _task.Wait();

    private void Run()
    {
        var delay = new RetryDelay();
        while (!stop.IsCancellationRequested)
        {
            try
            {
                using var log = connect();
                delay.Reset();
                while (!stop.IsCancellationRequested)
                {
                    if (!TryMakeNext(log))
                        return;
                }
            }
            catch (Exception e) when (RedisConnection.IsFailure(e) || e is OperationCanceledException)
            {
                delay.Wait(stop);
            }
        }
    }

    // Returns false if there is no request any more.
    private bool TryMakeNext(RedisRoomLog log)
    {
        Func<RedisRoomLog, bool> request;
        lock (_requests)
        {
            _isRunning = _requests.Count > 0;
            if (!_isRunning)
                return false;
            request = _requests.Peek();
        }
        var isComplete = request(log);
        lock (_requests)
        {
            _requests.Dequeue();
            if (!isComplete)
                _requests.Enqueue(request);
        }
        return true;
    }
}
