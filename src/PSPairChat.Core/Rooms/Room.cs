using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using PSPairChat.Connections;

namespace PSPairChat.Rooms;

/// <summary>
/// A room: registers and unregisters the members, broadcasts to them, and closes. Its methods run on the event loop, except where noted.
/// </summary>
internal sealed class Room : IDisposable
{
    private const int CheckInterval = 500;

    private static readonly TimeSpan FlushTimeout = TimeSpan.FromSeconds(1.5);

    private readonly RoomSession _session;
    private readonly RoomOptions _options;
    private readonly RoomProtocol _protocol;
    private readonly RoomHistory _history;
    private readonly NicknameRegistry<MemberConnection> _registry;
    private readonly RoomEventLoop _loop;
    private readonly RoomConnections _connections;
    private readonly RoomSendScheduler _scheduler;
    private readonly RoomReceiver _receiver;
    private readonly RoomAcceptor _acceptor;
    private readonly TaskCompletionSource<bool> _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _lastCheck;

    /// <summary>Opens a room.</summary>
    /// <param name="session">The session of the host.</param>
    /// <param name="options">The limits of the room.</param>
    /// <param name="listener">The listener that accepts the members. The room disposes of it.</param>
    public Room(RoomSession session, RoomOptions options, TcpConnectionListener listener)
    {
        _session = session;
        _options = options;
        _protocol = RoomProtocol.Create(options.Dialect);
        _history = new RoomHistory(options.HistoryCount);
        _registry = new NicknameRegistry<MemberConnection>(options.MaxMembers, session.Options.MaxHandleLength, session.Handle, KutztownProtocol.ServerName);
        _loop = new RoomEventLoop(OnBatchCompleted, OnTimer, OnError, options.Clock);
        _connections = new RoomConnections(this, _loop, options);
        _scheduler = new RoomSendScheduler(_loop, member => Disconnect(member, "send queue full"), _connections.Remove);
        _receiver = new RoomReceiver(this, _connections, _loop, _protocol, new RoomCommandHandler(this, _scheduler, _protocol, session), session.Options, options);
        _acceptor = new RoomAcceptor(listener, _loop, _connections.TryAdmit, _receiver.OnReadable, _scheduler.OnWritable, e => OnError(e, null));
        listener.AcceptFailed = e => session.AddNotice(ChatNoticeKind.Warning, $"Failed to accept a connection: {e.Message}. Accepting is retried.");
        _acceptor.Start();
    }

    /// <summary>Gets whether the room has the maximum number of members.</summary>
    public bool IsFull => _registry.IsFull;

    /// <summary>Gets the number of members. Can be called on any thread.</summary>
    public int Count => _registry.Count;

    /// <summary>Gets the members in alphabetical order. Can be called on any thread.</summary>
    public ChatMember[] GetMembers() => Array.ConvertAll(_registry.ToArray(), entry => new ChatMember(
        _session, entry.Key, entry.Value.RemoteEndPoint, entry.Value.ConnectedAt, entry.Value.MessageCount, entry.Value.SendQueue.Bytes));

    /// <summary>Sends a message of the host to all members, or to one. Can be called on any thread.</summary>
    /// <exception cref="ChatException">MemberNotFound: no member has that nickname.</exception>
    public void SendFromHost(string text, string? to, CancellationToken cancellationToken)
    {
        _scheduler.WaitForBacklog(cancellationToken);
        _loop.Invoke(() =>
        {
            var displayText = DisplayText.Sanitize(text);
            if (to is not null)
                Send(GetMember(to), new RoomEvent(RoomEventKind.PrivateMessage, _session.Handle, displayText));
            else
                BroadcastMessage(_session.Handle, displayText, except: null);
        });
    }

    /// <summary>Removes a member. Can be called on any thread.</summary>
    /// <exception cref="ChatException">MemberNotFound: no member has that nickname.</exception>
    public void Remove(string handle, string? reason) => _loop.Invoke(() =>
    {
        var member = GetMember(handle);
        var text = reason is null ? "removed by " + _session.Handle : $"removed by {_session.Handle} ({DisplayText.Sanitize(reason)})";
        Send(member, new RoomEvent(RoomEventKind.Closing, Text: "You were " + text + "."));
        OnQuit(member, text);
    });

    /// <summary>Disconnects all members; the room stays open. Can be called on any thread.</summary>
    public void RemoveAll(string text) => _loop.Invoke(() => DisconnectAll(text));

    /// <summary>Notifies and disconnects all members, and closes the room. Members that do not read in time are aborted.</summary>
    public void Dispose()
    {
        _loop.Invoke(() =>
        {
            DisconnectAll("The room is closed.");
            if (_connections.Close())
                _acceptor.Resume();
        });
        _acceptor.Dispose();
        if (!_drained.Task.Wait(FlushTimeout))
        {
            _loop.Invoke(() =>
            {
                foreach (var member in new List<MemberConnection>(_connections.Admitted))
                    Abort(member);
            });
            _drained.Task.Wait(FlushTimeout);
        }
        _loop.Dispose();
    }

    /// <summary>Gives a connection a nickname and makes it a member, or rejects the nickname.</summary>
    public void Register(MemberConnection member, string handle)
    {
        if (_registry.IsFull)
        {
            RejectFull(member);
            return;
        }
        if (!_registry.TryAdd(handle, member, out var reason))
        {
            Send(member, new RoomEvent(RoomEventKind.NickRejected, Text: reason));
            return;
        }
        member.Handle = handle;
        _connections.OnRegistered(member);
        Broadcast(new RoomEvent(RoomEventKind.Joined, handle), except: member);
        Send(member, new RoomEvent(RoomEventKind.NickAccepted, handle, RoomCommandHandler.Help));
        Send(member, CreateMemberList());
        foreach (var frame in _history.Frames)
            _scheduler.EnqueueBeyondLimit(member, frame);
        _session.AddNotice(ChatNoticeKind.Presence, $"{handle} has joined from {member.RemoteEndPoint}.");
    }

    /// <summary>Unregisters a member, and closes its connection after everything queued for it is sent.</summary>
    public void OnQuit(MemberConnection member, string reason = "")
    {
        if (_protocol.EchoesToSender && member.Handle is { } handle)
            Send(member, new RoomEvent(RoomEventKind.Left, handle));
        Unregister(member, reason);
        CloseWhenFlushed(member);
    }

    /// <summary>Unregisters a member and closes its connection immediately.</summary>
    public void Disconnect(MemberConnection member, string reason)
    {
        Unregister(member, reason);
        Abort(member);
    }

    /// <summary>Welcomes a connection that was admitted, or rejects it because the room is full.</summary>
    public void OnAdmitted(MemberConnection member)
    {
        if (IsFull)
        {
            RejectFull(member);
            return;
        }
        Send(member, new RoomEvent(RoomEventKind.Welcome, _session.Room,
            $"{TextProtocol.WelcomePrefix}1 to {_session.Options.MaxHandleLength} letters, or NICK and the nickname."));
        member.WaitReadable();
    }

    /// <summary>Disconnects a connection without a nickname in favor of another.</summary>
    public void Evict(MemberConnection member)
    {
        if (member.SendQueue.Bytes > 0)
            Abort(member);
        else
            SendAndClose(member, "Too many connections have no nickname.");
    }

    /// <summary>Sends the reason to a connection, and closes it.</summary>
    public void SendAndClose(MemberConnection member, string reason) => SendAndClose(member, new RoomEvent(RoomEventKind.Closing, Text: reason));

    /// <summary>Finds a member by nickname.</summary>
    public MemberConnection? FindMember(string handle) => _registry.Find(handle);

    /// <summary>Creates the list of members, the host included.</summary>
    public RoomEvent CreateMemberList() => new(RoomEventKind.MemberList, Text: MemberList.Format(
        [_session.Handle, .. Array.ConvertAll(_registry.ToArray(), entry => entry.Key)], _protocol.GetEncodedLength));

    /// <summary>Sends an event to one member.</summary>
    public void Send(MemberConnection member, RoomEvent roomEvent)
    {
        var frame = _protocol.Encode(roomEvent);
        _loop.AddBatchBytes(frame.Length);
        _scheduler.Enqueue(member, frame);
    }

    /// <summary>Sends a message to all members except the specified one, and adds it to the history.</summary>
    public void BroadcastMessage(string from, string text, MemberConnection? except)
    {
        Broadcast(new RoomEvent(RoomEventKind.Message, from, text), except);
        if (_history.IsEnabled)
            _history.Add(_protocol.Encode(new RoomEvent(RoomEventKind.HistoryMessage, from, text)));
    }

    private void OnBatchCompleted()
    {
        if (_connections.TryAdmitWaiting())
            _acceptor.Resume();
        _scheduler.FlushAll();
        if (_connections.Admitted.Count > 0)
            _loop.ScheduleTimer(_receiver.HasThrottled || _connections.IsWaiting ? RoomSendScheduler.ThrottleDelay : CheckInterval);
        else if (_connections.IsClosed)
            _drained.TrySetResult(true);
    }

    private void OnTimer()
    {
        _receiver.ResumeThrottled();
        if (_loop.Now - _lastCheck < CheckInterval)
            return;
        _lastCheck = _loop.Now;
        _connections.CheckTimeouts();
    }

    // Disconnects the member that caused an unexpected exception.
    private void OnError(Exception error, MemberConnection? member)
    {
        var source = member is null ? _session.Room : member.Handle ?? $"{member.RemoteEndPoint}";
        _session.AddNotice(ChatNoticeKind.Warning, $"Unexpected error ({source}): {error.Message}");
        if (member is null)
            return;
        try
        {
            Unregister(member, "internal error");
        }
        catch (Exception e)
        {
            _session.AddNotice(ChatNoticeKind.Warning, $"Failed to announce that {source} has left: {e.Message}");
        }
        Abort(member);
    }

    private void RejectFull(MemberConnection member)
    {
        SendAndClose(member, new RoomEvent(RoomEventKind.RoomFull, Text: $"The room {_session.Room} is full ({_options.MaxMembers} of {_options.MaxMembers} members)."));
        _session.AddNotice(ChatNoticeKind.Lifecycle, $"Rejected {member.RemoteEndPoint}: the room is full.");
    }

    private void DisconnectAll(string text)
    {
        var frame = _protocol.Encode(new RoomEvent(RoomEventKind.Closing, Text: text));
        _registry.Clear();
        foreach (var member in _connections.Admitted)
        {
            _scheduler.EnqueueBeyondLimit(member, frame);
            member.Handle = null;
            CloseWhenFlushed(member);
        }
    }

    private void SendAndClose(MemberConnection member, RoomEvent roomEvent)
    {
        Send(member, roomEvent);
        CloseWhenFlushed(member);
    }

    private void CloseWhenFlushed(MemberConnection member)
    {
        member.IsLeaving = true;
        _scheduler.MarkDirty(member);
    }

    private void Unregister(MemberConnection member, string reason)
    {
        if (member.Handle is not { } handle)
            return;
        _registry.Remove(handle);
        member.Handle = null;
        _session.AddNotice(ChatNoticeKind.Presence, reason.Length > 0 ? $"{handle} has left: {reason}" : $"{handle} has left.");
        Broadcast(new RoomEvent(RoomEventKind.Left, handle, reason), except: null);
    }

    private void Abort(MemberConnection member)
    {
        member.Abort();
        _scheduler.MarkDirty(member);
        _connections.Remove(member);
    }

    private void Broadcast(RoomEvent roomEvent, MemberConnection? except)
    {
        var frame = _protocol.Encode(roomEvent);
        _loop.AddBatchBytes(frame.Length);
        foreach (var member in _registry.Members)
        {
            if (member != except)
                _scheduler.Enqueue(member, frame);
        }
    }

    private MemberConnection GetMember(string handle) => FindMember(handle)
        ?? throw new ChatException(ChatErrorReason.MemberNotFound, $"There is no member named '{DisplayText.Sanitize(handle)}' in {_session.Room}.");
}
