using System;
using System.Collections.Generic;
using System.Threading;

namespace PSPairChat.Backplane;

/// <summary>Reads the log of a room on a thread of its own, over a connection of its own, and passes the entries on in order.</summary>
internal sealed class BackplaneReader : IDisposable
{
    private const int BlockMilliseconds = 500;

    // A server that takes over after a failover may lack the last entries, and number other entries alike.
    private const int RewindCount = 10_000;

    private readonly Func<RedisRoomLog> _connect;
    private readonly Action<List<LogEntry>> _deliver;
    private readonly Action<bool, string> _connectionChanged;
    private readonly Action<string> _logChanged;
    private readonly CancellationToken _stop;
    private readonly Thread _thread;
    private readonly ManualResetEventSlim _synchronized = new(true);
    private volatile RedisRoomLog? _log;
    private string _name = "";
    private long _first;        // the position from which this server has read
    private long _position;

    /// <summary>Creates a reader.</summary>
    /// <param name="connect">Connects to the log.</param>
    /// <param name="deliver">Applies entries, some of which may have been applied before, and returns when that is done.</param>
    /// <param name="connectionChanged">Called with whether the reader is connected, and otherwise the reason.</param>
    /// <param name="logChanged">Called with a sentence for the host if entries are lost.</param>
    /// <param name="stop">Ends the thread.</param>
    public BackplaneReader(Func<RedisRoomLog> connect, Action<List<LogEntry>> deliver, Action<bool, string> connectionChanged, Action<string> logChanged, CancellationToken stop)
    {
        _connect = connect;
        _deliver = deliver;
        _connectionChanged = connectionChanged;
        _logChanged = logChanged;
        _stop = stop;
        _thread = new Thread(Run) { IsBackground = true, Name = "Backplane reader" };
    }

    /// <summary>Gets the position of the last entry that was applied.</summary>
    public long Position => Interlocked.Read(ref _position);

    /// <summary>Starts to read after a position.</summary>
    public void Start(string name, long position)
    {
        _name = name;
        _position = _first = position;
        _thread.Start();
    }

    /// <summary>Waits until a position of the log as it is now has been read.</summary>
    /// <returns>false if the time is up.</returns>
    public bool WaitForPosition(long position, int milliseconds)
    {
        _synchronized.Reset();
        for (; milliseconds > 0 && !_stop.IsCancellationRequested; milliseconds -= 10)
        {
            if (_synchronized.IsSet && Position >= position)
                return true;
            _stop.WaitHandle.WaitOne(10);
        }
        return false;
    }

    public void Dispose()
    {
        _log?.Dispose();
        if (_thread.IsAlive)
            _thread.Join();
        _synchronized.Dispose();
    }

    private void Run()
    {
        var delay = new RetryDelay();
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                using var log = _log = _connect();
                Synchronize(log);
                _connectionChanged(true, "");
                delay.Reset();
                while (!_stop.IsCancellationRequested)
                    ReadNext(log);
            }
            catch (Exception e) when (RedisConnection.IsFailure(e) || e is OperationCanceledException)
            {
                if (_stop.IsCancellationRequested)
                    return;
                _connectionChanged(false, e.Message);
            }
            delay.Wait(_stop);
        }
    }

    private void ReadNext(RedisRoomLog log)
    {
        if (!_synchronized.IsSet)
            Synchronize(log);
        var entries = log.Read(_position, BlockMilliseconds, out var last);
        if (entries.Count > 0)
            _deliver(entries);
        Interlocked.Exchange(ref _position, last);
    }

    private void Synchronize(RedisRoomLog log)
    {
        if (log.GetBounds() is not { } bounds)
            return;
        var position = _position;
        if (bounds.Name != _name)
        {
            _name = bounds.Name;
            _first = position = 0;
            _logChanged("The log of the room in Redis was emptied. The room continues with a new one.");
        }
        else
        {
            if (bounds.First > position + 1 && bounds.Last > position)
                _logChanged($"{bounds.First - position - 1} entries of the log were removed before this server had read them.");
            if (bounds.Last < position)
                _logChanged("The last entries of the log in Redis were lost.");
            _first = Math.Min(_first, bounds.Last);
            position = Math.Max(_first, Math.Min(position, bounds.Last) - RewindCount);
        }
        Interlocked.Exchange(ref _position, position);
        _synchronized.Set();
    }
}
