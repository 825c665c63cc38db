using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Diagnostics;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using PSPairChat.Connections;
using PSPairChat.Messages;

namespace PSPairChat.Rooms;

/// <summary>
/// What goes on in a room. Everything happens in rounds, one at a time, on whichever thread has brought the news: what came is taken in, then each member
/// is sent, in one write, all that the round has brought it. So nothing here is locked, no thread waits, and a busy room sends many messages at once.
/// </summary>
internal sealed class RoomEventLoop : IDisposable
{
    /// <summary>The most bytes that wait for one member.</summary>
    public const int MaxQueueBytes = 64 * 1024;

    // So much is put into the queues in one round; a room full of loud people must not fill the queue of one who listens.
    private const int MaxBatchBytes = 16 * 1024;
    private const int BufferSize = 16 * 1024;
    private const int MaxListLength = 32 * 1024;
    private const int MinUnregisteredLimit = 1024;
    private const int RegistrationTimeout = 10_000;
    private const int StallTimeout = 5_000;
    private const int TimerInterval = 500;
    private const int ThrottleDelay = 20;
    private const string CommandHelp = "just type to speak; /who tells who is here, /msg Bob text speaks to Bob alone, /say text says exactly that, BYE or \\quit leaves";

    private static readonly TimeSpan FlushTimeout = TimeSpan.FromSeconds(1.5);

    private readonly RoomSession _session;
    private readonly RoomOptions _options;
    private readonly RoomProtocol _protocol;
    private readonly TcpConnectionListener _listener;
    private readonly RoomHistory _history;
    private readonly NicknameRegistry<MemberConnection> _registry;        // changed by the loop alone, under its own lock
    private readonly HashSet<MemberConnection> _connections = [];
    private readonly ConcurrentQueue<Action> _work = new();
    private readonly Action<MemberConnection> _readable;
    private readonly Action<MemberConnection> _writable;
    private readonly List<MemberConnection> _dirty = [];
    private readonly List<MemberConnection> _slowConsumers = [];
    private readonly List<MemberConnection> _throttled = [];
    private readonly byte[] _receiveBuffer;
    private readonly byte[] _sendBuffer = new byte[BufferSize];
    private readonly Timer _timer;
    private readonly Task _acceptTask;
    private readonly TaskCompletionSource<bool> _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly int _maxFrameLength;
    private int _running;
    private int _backloggedCount;
    private int _batchBytes;
    private long _now;
    private long _lastCheck;
    private long _nextTimer = long.MaxValue;
    private bool _stopping;

    public RoomEventLoop(RoomSession session, RoomOptions rules, TcpConnectionListener listener)
    {
        _session = session;
        _options = rules;
        _listener = listener;
        _protocol = RoomProtocol.Create(rules.Dialect);
        _history = new RoomHistory(rules.HistoryCount);
        _registry = new NicknameRegistry<MemberConnection>(rules.MaxMembers, session.Options.MaxHandleLength, session.Handle, KutztownProtocol.Server);
        _maxFrameLength = _protocol.GetMaxFrameLength(session.Options.MaxMessageLength);
        _receiveBuffer = new byte[Math.Max(BufferSize, 2 * _maxFrameLength)];
        _readable = member => Post(() => OnReadable(member));
        _writable = member => Post(() => OnWritable(member));
        _timer = new Timer(_ => Post(OnTimer), null, Timeout.Infinite, Timeout.Infinite);
        _acceptTask = Task.Run(AcceptAsync);
    }

    /// <summary>How many members there are.</summary>
    public int Count
    {
        get
        {
            lock (_registry)
                return _registry.Count;
        }
    }

    /// <summary>Who is in the room, in alphabetical order.</summary>
    public ChatMember[] Members()
    {
        lock (_registry)
        {
            var members = new ChatMember[_registry.Count];
            var i = 0;
            foreach (var handle in _registry.GetNicknames())
            {
                var member = _registry.Find(handle)!;
                members[i++] = new ChatMember(_session, handle, member.RemoteEndPoint, member.ConnectedAt, member.MessageCount, member.SendQueue.Bytes);
            }
            return members;
        }
    }

    /// <summary>Says something for the host: to all, or to one.</summary>
    /// <exception cref="ChatException">MemberNotFound: there is nobody of that name.</exception>
    public void SendFromHost(string text, string? to, CancellationToken cancellationToken)
    {
        // The host is as patient as any other speaker: see Pace.
        if (Volatile.Read(ref _backloggedCount) > 0)
            cancellationToken.WaitHandle.WaitOne(ThrottleDelay);
        cancellationToken.ThrowIfCancellationRequested();
        Invoke(() =>
        {
            var said = DisplayText.Sanitize(text);
            if (to is not null)
                Enqueue(GetMember(to), new RoomEvent(RoomEventKind.PrivateMessage, _session.Handle, said));
            else
                Broadcast(_session.Handle, said, except: null);
        });
    }

    /// <summary>Shows a member out.</summary>
    /// <exception cref="ChatException">MemberNotFound: there is nobody of that name.</exception>
    public void Remove(string handle, string? reason) => Invoke(() =>
    {
        var member = GetMember(handle);
        var why = reason is null ? "removed by " + _session.Handle : $"removed by {_session.Handle} ({DisplayText.Sanitize(reason)})";
        Enqueue(member, new RoomEvent(RoomEventKind.Closing, Text: "You were " + why + "."));
        OnQuit(member, why);
    });

    /// <summary>Shows everybody out; the room stays open.</summary>
    public void RemoveAll(string text) => Invoke(() => Close(text));

    /// <summary>Tells everybody, gives those who read slowly a moment, and closes; when it returns, nothing of the room runs any more.</summary>
    public void Dispose()
    {
        _listener.Dispose();
        _acceptTask.Wait();
        Invoke(() =>
        {
            _stopping = true;
            Close("The room is closed.");
        });
        if (!_drained.Task.Wait(FlushTimeout))
        {
            Invoke(() =>
            {
                foreach (var member in new List<MemberConnection>(_connections))
                    Abort(member);
            });
            _drained.Task.Wait(FlushTimeout);
        }
        using var ended = new ManualResetEvent(false);
        if (_timer.Dispose(ended))
            ended.WaitOne();
        SpinWait.SpinUntil(() => Volatile.Read(ref _running) == 0 && _work.IsEmpty, FlushTimeout);
    }

    private async Task AcceptAsync()
    {
        while (await _listener.AcceptSocketAsync().ConfigureAwait(false) is { } socket)
            Post(() => OnConnected(socket));
    }

    // ---- rounds

    private void Post(Action work)
    {
        _work.Enqueue(work);
        Drain();
    }

    // Does it on a thread of the pool and waits: a caller's own thread is not for the room to keep.
    private void Invoke(Action work)
    {
        var done = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        _work.Enqueue(() =>
        {
            try
            {
                work();
                done.SetResult(true);
            }
            catch (ChatException e)
            {
                done.SetException(e);
            }
        });
        Schedule();
        done.Task.GetAwaiter().GetResult();
    }

    private void Schedule() => ThreadPool.UnsafeQueueUserWorkItem(_ => Drain(), null);

    private void Drain()
    {
        if (Interlocked.Exchange(ref _running, 1) != 0)
            return;
        ProcessBatch();
        Interlocked.Exchange(ref _running, 0);
        // Whoever came meanwhile has relied on this.
        if (!_work.IsEmpty)
            Schedule();
    }

    private void ProcessBatch()
    {
        _now = Stopwatch.GetTimestamp() / (Stopwatch.Frequency / 1000);
        _batchBytes = 0;
        while (_batchBytes < MaxBatchBytes && _work.TryDequeue(out var work))
            work();
        for (var i = 0; i < _dirty.Count || DisconnectSlowConsumers(); i++)
            Flush(_dirty[i]);
        _dirty.Clear();
        ScheduleTimer();
        if (_stopping && _connections.Count == 0)
            _drained.TrySetResult(true);
    }

    private void Flush(MemberConnection member)
    {
        member.IsDirty = false;
        member.Flush(_sendBuffer, _now);
        if (member.SendQueue.Bytes == 0)
        {
            member.QueueLimit = MaxQueueBytes;
            if (member.IsLeaving)
                Close(member);
        }
        var lags = member.SendQueue.Bytes > MaxQueueBytes / 2;
        if (lags != member.IsBacklogged)
        {
            member.IsBacklogged = lags;
            _backloggedCount += lags ? 1 : -1;
        }
    }

    private void ScheduleTimer()
    {
        if (_connections.Count == 0)
            return;
        var pause = _throttled.Count > 0 ? ThrottleDelay : TimerInterval;
        if (_now + pause >= _nextTimer)
            return;
        _nextTimer = _now + pause;
        _timer.Change(pause, Timeout.Infinite);
    }

    private void OnTimer()
    {
        _nextTimer = long.MaxValue;
        for (var i = _throttled.Count - 1; i >= 0; i--)
        {
            var member = _throttled[i];
            if (member.ResumeAt > _now && !member.IsClosed)
                continue;
            _throttled.RemoveAt(i);
            ProcessInput(member);
        }
        if (_now - _lastCheck < TimerInterval)
            return;
        _lastCheck = _now;
        foreach (var member in new List<MemberConnection>(_connections))
        {
            if (_now - member.BlockedSince > StallTimeout)
                Disconnect(member, "could not keep up");
            else if (member.Handle is null && !member.IsLeaving && _now - member.ConnectedTimestamp > RegistrationTimeout)
                DisconnectUnregistered(member, $"You have not said a nickname within {RegistrationTimeout / 1000} seconds.");
        }
    }

    // ---- coming and going

    private void OnConnected(Socket socket)
    {
        if (_stopping)
        {
            socket.Dispose();
            return;
        }
        MemberConnection member;
        try
        {
            member = new MemberConnection(socket, _now, _readable, _writable) { QueueLimit = MaxQueueBytes };
        }
        catch (SocketException)
        {
            // It has gone again.
            socket.Dispose();
            return;
        }
        _connections.Add(member);
        if (_registry.IsFull || _connections.Count - _registry.Count > Math.Max(MinUnregisteredLimit, 2 * _options.MaxMembers))
        {
            RejectFull(member);
            return;
        }
        Enqueue(member, new RoomEvent(RoomEventKind.Welcome, _session.Room,
            $"say who you are: NICK and a nickname of 1 to {_session.Options.MaxHandleLength} letters, or just the nickname."));
        member.WaitReadable(_readable);
    }

    private void Register(MemberConnection member, string handle)
    {
        if (_registry.IsFull)
        {
            RejectFull(member);
            return;
        }
        string? refusal;
        lock (_registry)
            refusal = _registry.TryAdd(handle, member);
        if (refusal is not null)
        {
            Enqueue(member, new RoomEvent(RoomEventKind.NickRejected, Text: refusal));
            return;
        }
        Broadcast(new RoomEvent(RoomEventKind.Joined, handle), except: member);
        member.Handle = handle;
        Enqueue(member, new RoomEvent(RoomEventKind.NickAccepted, handle, CommandHelp));
        Enqueue(member, CreateMemberList());
        foreach (var frame in _history.Frames)
        {
            member.QueueLimit += frame.Length;
            Enqueue(member, frame);
        }
        _session.AddNotice(ChatNoticeKind.Presence, $"{handle} has joined from {member.RemoteEndPoint}.");
    }

    private void RejectFull(MemberConnection member)
    {
        Enqueue(member, new RoomEvent(RoomEventKind.RoomFull, Text: $"{_session.Room} is full ({_options.MaxMembers} of {_options.MaxMembers})."));
        _session.AddNotice(ChatNoticeKind.Lifecycle, $"Turned {member.RemoteEndPoint} away: the room is full.");
        member.IsLeaving = true;
    }

    /// <summary>Says good-bye to somebody who has no nickname.</summary>
    private void DisconnectUnregistered(MemberConnection member, string text)
    {
        Enqueue(member, new RoomEvent(RoomEventKind.Closing, Text: text));
        member.IsLeaving = true;
    }

    private void OnQuit(MemberConnection member, string reason = "")
    {
        if (_protocol.EchoesToSender && member.Handle is { } handle)
            Enqueue(member, new RoomEvent(RoomEventKind.Left, handle));
        Unregister(member, reason);
        member.IsLeaving = true;
        MarkDirty(member);
    }

    private void Disconnect(MemberConnection member, string reason)
    {
        Unregister(member, reason);
        Abort(member);
    }

    private void Unregister(MemberConnection member, string reason)
    {
        if (member.Handle is not { } handle)
            return;
        lock (_registry)
            _registry.Remove(handle);
        member.Handle = null;
        var news = new RoomEvent(RoomEventKind.Left, handle, reason);
        Broadcast(news, except: null);
        _session.AddNotice(ChatNoticeKind.Presence, reason.Length > 0 ? $"{handle} has left: {reason}" : $"{handle} has left.");
    }

    private void Close(string text)
    {
        var bye = _protocol.Encode(new RoomEvent(RoomEventKind.Closing, Text: text));
        lock (_registry)
        {
            foreach (var handle in _registry.GetNicknames())
                _registry.Remove(handle);
        }
        foreach (var member in _connections)
        {
            member.QueueLimit += bye.Length;
            Enqueue(member, bye);
            member.Handle = null;
            member.IsLeaving = true;
            MarkDirty(member);
        }
    }

    private void Close(MemberConnection member)
    {
        member.Close(_receiveBuffer);
        RemoveConnection(member);
    }

    private void Abort(MemberConnection member)
    {
        member.Abort();
        MarkDirty(member);
        RemoveConnection(member);
    }

    private void RemoveConnection(MemberConnection member)
    {
        if (member.IsCompleted)
            _connections.Remove(member);
    }

    // ---- what they say

    private void OnReadable(MemberConnection member)
    {
        member.OnWaitCompleted();
        if (member.IsClosed)
            RemoveConnection(member);
        else
            ProcessInput(member);
    }

    private void OnWritable(MemberConnection member)
    {
        member.OnWaitCompleted();
        member.OnSendCompleted();
        if (member.IsClosed)
            RemoveConnection(member);
        else
            MarkDirty(member);
    }

    private void ProcessInput(MemberConnection member)
    {
        if (member.IsClosed)
            return;
        var end = member.RestoreUnread(_receiveBuffer);
        if (end < _maxFrameLength && !member.InputEnded)
        {
            var count = member.Receive(_receiveBuffer, end);
            if (count == MemberConnection.ConnectionLost)
            {
                Disconnect(member, "the connection broke");
                return;
            }
            member.InputEnded = count == 0;
            end += Math.Max(0, count);
        }
        var start = 0;
        var heldBack = false;
        while (!member.IsLeaving && !heldBack)
        {
            var next = start;
            if (!_protocol.TryReadFrame(_receiveBuffer, ref next, end, out var frame))
            {
                if (!member.InputEnded || !_protocol.AcceptsUnterminatedFrame || start == end)
                    break;
                frame = new ArraySegment<byte>(_receiveBuffer, start, end - start);
                next = end;
            }
            heldBack = ShouldThrottle(member);
            if (heldBack)
                break;
            start = next;
            Dispatch(member, frame);
        }
        if (member.IsClosed)
            return;
        member.SaveUnread(_receiveBuffer, start, member.IsLeaving ? start : end);
        if (heldBack)
            return;
        if (end - start > _maxFrameLength && !member.IsLeaving)
            Disconnect(member, $"sent more than {_maxFrameLength} bytes without an end");
        else if (!member.InputEnded)
            member.WaitReadable(_readable);
        else if (!member.IsLeaving)
            OnQuit(member);
    }

    // Whether the next thing that a member says has to wait: for the round's end, for its flood limit, or for those who lag.
    private bool ShouldThrottle(MemberConnection member)
    {
        if (_batchBytes >= MaxBatchBytes)
        {
            _work.Enqueue(() => ProcessInput(member));
            return true;
        }
        if (member.ResumeAt <= _now && member.RateLimit.TryAcquire(_options.MaxMessagesPerSecond, _now))
            return false;
        member.ResumeAt = Math.Max(member.ResumeAt, _now + member.RateLimit.GetRetryDelay(_options.MaxMessagesPerSecond));
        _throttled.Add(member);
        return true;
    }

    // While somebody is far behind, every speaker pauses after each message: those who can catch up do, and nobody is kept waiting for the others.
    private void ApplyBackpressure(MemberConnection member)
    {
        if (_backloggedCount > 0)
            member.ResumeAt = _now + ThrottleDelay;
    }

    private void Dispatch(MemberConnection member, ArraySegment<byte> frame)
    {
        ClientCommand request;
        try
        {
            request = _protocol.DecodeCommand(frame, joined: member.Handle is not null);
        }
        catch (FormatException)
        {
            Disconnect(member, "sent what no member says");
            return;
        }
        switch (request.Kind)
        {
            case ClientCommandKind.Nick:
                Register(member, request.Handle);
                break;
            case ClientCommandKind.Message or ClientCommandKind.PrivateMessage:
                HandleMessage(member, request);
                break;
            case ClientCommandKind.ListMembers:
                Enqueue(member, CreateMemberList());
                break;
            case ClientCommandKind.Help:
                Enqueue(member, new RoomEvent(RoomEventKind.Notice, Text: char.ToUpperInvariant(CommandHelp[0]) + CommandHelp.Substring(1) + "."));
                break;
            case ClientCommandKind.Quit:
                OnQuit(member);
                break;
        }
    }

    private void HandleMessage(MemberConnection member, ClientCommand request)
    {
        var length = MessageValidator.CountCharacters(request.Text);
        if (length > _session.Options.MaxMessageLength)
        {
            Enqueue(member, new RoomEvent(RoomEventKind.Notice,
                Text: $"Nobody has heard that: it has {length} characters, and {_session.Options.MaxMessageLength} are allowed."));
            return;
        }
        var said = DisplayText.Sanitize(request.Text);
        if (said.Length == 0)
            return;
        var isForHost = string.Equals(request.Handle, _session.Handle, StringComparison.OrdinalIgnoreCase);
        var listener = request.Kind == ClientCommandKind.PrivateMessage ? _registry.Find(request.Handle) : null;
        if (request.Kind == ClientCommandKind.PrivateMessage && listener is null && !isForHost)
        {
            Enqueue(member, new RoomEvent(RoomEventKind.Notice, Text: $"There is nobody called '{DisplayText.Sanitize(request.Handle)}' here."));
            return;
        }
        ApplyBackpressure(member);
        member.MessageCount++;
        if (request.Kind == ClientCommandKind.Message)
        {
            Broadcast(member.Handle!, said, _protocol.EchoesToSender ? null : member);
            _session.OnMessage(member.Handle!, request.Text, to: null);
        }
        else if (listener is not null)
        {
            Enqueue(listener, new RoomEvent(RoomEventKind.PrivateMessage, member.Handle!, said));
        }
        else
        {
            _session.OnMessage(member.Handle!, request.Text, to: _session.Handle);
        }
    }

    private RoomEvent CreateMemberList()
    {
        var listed = new System.Text.StringBuilder(_session.Handle);
        var left = _registry.Count;
        foreach (var handle in _registry.GetNicknames())
        {
            if (listed.Length > MaxListLength)
                break;
            listed.Append(", ").Append(handle);
            left--;
        }
        return new RoomEvent(RoomEventKind.MemberList, Text: left > 0 ? $"{listed} and {left} more" : listed.ToString());
    }

    private MemberConnection GetMember(string handle) => _registry.Find(handle)
        ?? throw new ChatException(ChatErrorReason.MemberNotFound, $"There is nobody called '{DisplayText.Sanitize(handle)}' in {_session.Room}.");

    // ---- what they are told

    private void Broadcast(string from, string said, MemberConnection? except)
    {
        Broadcast(new RoomEvent(RoomEventKind.Message, from, said), except);
        if (_history.IsEnabled)
            _history.Add(_protocol.Encode(new RoomEvent(RoomEventKind.HistoryMessage, from, said)));
    }

    private void Broadcast(RoomEvent news, MemberConnection? except)
    {
        var frame = _protocol.Encode(news);
        _batchBytes += frame.Length;
        foreach (var member in _registry.Members)
        {
            if (member != except)
                Enqueue(member, frame);
        }
    }

    private void Enqueue(MemberConnection member, RoomEvent news) => Enqueue(member, _protocol.Encode(news));

    private void Enqueue(MemberConnection member, byte[] frame)
    {
        if (member.TryEnqueue(frame))
            MarkDirty(member);
        else
            _slowConsumers.Add(member);
    }

    private void MarkDirty(MemberConnection member)
    {
        if (member.IsDirty)
            return;
        member.IsDirty = true;
        _dirty.Add(member);
    }

    // Cuts those whose queue is full; whether there is somebody to be sent something after that.
    private bool DisconnectSlowConsumers()
    {
        var before = _dirty.Count;
        while (_slowConsumers.Count > 0)
        {
            var member = _slowConsumers[_slowConsumers.Count - 1];
            _slowConsumers.RemoveAt(_slowConsumers.Count - 1);
            if (!member.IsClosed)
                Disconnect(member, "could not keep up");
        }
        return _dirty.Count > before;
    }
}
