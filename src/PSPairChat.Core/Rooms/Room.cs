using System;
using System.Collections.Generic;
using System.Threading.Tasks;
using PSPairChat.Connections;
using PSPairChat.Security;

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
    private readonly NicknameRegistry<RoomMembership> _registry;
    private readonly IRoomBackplane _backplane;
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
    /// <param name="createBackplane">Creates the backplane from the event loop and the members.</param>
    /// <exception cref="ChatException">BackplaneFailed or HandleTaken. The listener is not disposed of.</exception>
    public Room(RoomSession session, RoomOptions options, ConnectionListener listener,
        Func<RoomEventLoop, NicknameRegistry<RoomMembership>, IRoomBackplane> createBackplane)
    {
        _session = session;
        _options = options;
        _protocol = RoomProtocol.Create(options.Dialect);
        _registry = new NicknameRegistry<RoomMembership>(options.MaxMembers, session.Options.MaxHandleLength, session.Handle, KutztownProtocol.ServerName);
        _loop = new RoomEventLoop(OnBatchCompleted, OnTimer, OnError, options.Clock);
        _backplane = createBackplane(_loop, _registry);
        _connections = new RoomConnections(this, _loop, options);
        _scheduler = new RoomSendScheduler(_loop, member => Disconnect(member, "send queue full"), OnGapEnded, _connections.Remove);
        _receiver = new RoomReceiver(this, _connections, _loop, _protocol, new RoomCommandHandler(this, _scheduler, _protocol, session, _backplane), session.Options, options);
        Reconnection = new RoomReconnection(this, _loop, _scheduler, _protocol, _backplane);
        _acceptor = new RoomAcceptor(listener, _loop, _connections.TryAdmit, _receiver.OnReadable, _scheduler.OnWritable, Reconnection.OnTransportChanged, e => OnError(e, null));
        listener.AcceptFailed = e => session.AddNotice(ChatNoticeKind.Warning, $"Failed to accept a connection: {e.Message}. Accepting is retried.");
        Registration = new RoomRegistration(this, session, options, _protocol, _connections, _receiver, _scheduler, _backplane);
        Continuation = new RoomContinuation(_scheduler, _protocol, _backplane);
        if (_backplane.IsShared && (listener as SecureListener)?.Trust.Sessions is { } sessions)
            sessions.FindShared = _backplane.FindSessionAsync;
        Host = new RoomHost(session, _loop, _scheduler, _backplane, _registry);
        _backplane.Start(new RoomEntryHandler(this, session, _protocol, _scheduler, _backplane, options.HistoryCount));
        _acceptor.Start();
    }

    /// <summary>Gets the calls of the host.</summary>
    public RoomHost Host { get; }

    /// <summary>Gets what makes connections members.</summary>
    public RoomRegistration Registration { get; }

    /// <summary>Gets what concerns members whose connection is lost.</summary>
    public RoomReconnection Reconnection { get; }

    /// <summary>Gets what concerns members that continue from another server.</summary>
    public RoomContinuation Continuation { get; }

    /// <summary>Gets whether the room has the maximum number of members.</summary>
    public bool IsFull => _registry.IsFull;

    /// <summary>Gets the number of members. Can be called on any thread.</summary>
    public int Count => _registry.Count;

    /// <summary>Gets the name of this server, as the other servers display it.</summary>
    public string ServerName => $"{_session.HostName}:{_session.Port}";

    /// <summary>Gets the members in alphabetical order. Can be called on any thread.</summary>
    public ChatMember[] GetMembers() => Array.ConvertAll(_registry.ToArray(), entry => new ChatMember(_session, entry.Value));

    /// <summary>Gets the state of the backplane; null if only this server carries the room. Can be called on any thread.</summary>
    public ChatBackplane? GetBackplaneStatus() => _backplane.GetStatus();

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
        // Without a listener, they cannot come back.
        AbortAll(member => member.IsReconnecting);
        if (!_drained.Task.Wait(FlushTimeout))
        {
            AbortAll(_ => true);
            _drained.Task.Wait(FlushTimeout);
        }
        _backplane.Dispose();
        _loop.Dispose();
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

    /// <summary>Sends the reason to a connection, and closes it.</summary>
    public void SendAndClose(MemberConnection member, string reason) => SendAndClose(member, new RoomEvent(RoomEventKind.Closing, Text: reason));

    /// <summary>Sends an event to a connection, and closes it.</summary>
    public void SendAndClose(MemberConnection member, RoomEvent roomEvent)
    {
        Send(member, roomEvent);
        CloseWhenFlushed(member);
    }

    /// <summary>Finds a member by nickname.</summary>
    public RoomMembership? FindMember(string handle) => _registry.Find(handle);

    /// <summary>Creates the list of members, the hosts included.</summary>
    public RoomEvent CreateMemberList() => new(RoomEventKind.MemberList, Text: MemberList.Format(
        [_session.Handle, .. _backplane.OtherHosts, .. Array.ConvertAll(_registry.ToArray(), entry => entry.Key)], _protocol.GetEncodedLength));

    /// <summary>Sends an event to one member.</summary>
    /// <param name="member">The member.</param>
    /// <param name="roomEvent">The event.</param>
    /// <param name="position">The position in the log of the room up to which the member has received the messages with this event; 0 if it does not change it.</param>
    public void Send(MemberConnection member, RoomEvent roomEvent, long position = 0)
    {
        var frame = _protocol.Encode(member.Input is null ? roomEvent : roomEvent with { Position = position });
        _loop.AddBatchBytes(frame.Length);
        _scheduler.Enqueue(member, frame, roomEvent.IsMessage);
    }

    /// <summary>Sends an event to all members of this server except the specified one.</summary>
    /// <param name="roomEvent">The event.</param>
    /// <param name="except">The member that is not sent the event; null for none.</param>
    /// <param name="position">The position of a message in the log of the room; 0 for other events.</param>
    public void Broadcast(RoomEvent roomEvent, MemberConnection? except, long position = 0)
    {
        var frame = _protocol.Encode(roomEvent);
        byte[]? frameWithPosition = null;
        _loop.AddBatchBytes(frame.Length);
        foreach (var member in _registry.Members)
        {
            if (member.Connection is not { Member: not null } connection || connection == except)
                continue;
            if (position == 0 || connection.Input is null)
                _scheduler.Enqueue(connection, frame, roomEvent.IsMessage);
            else if (!connection.IsCatchingUpWithLog)
                _scheduler.Enqueue(connection, frameWithPosition ??= _protocol.Encode(roomEvent with { Position = position }), roomEvent.IsMessage);
        }
    }

    private void OnGapEnded(MemberConnection member, int missed) => Reconnection.OnGapEnded(member, missed);

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

    private void DisconnectAll(string text)
    {
        var frame = _protocol.Encode(new RoomEvent(RoomEventKind.Closing, Text: text));
        foreach (var member in _connections.Admitted)
        {
            _scheduler.EnqueueBeyondLimit(member, frame);
            if (member.Member is not null)
                member.Member.Connection = null;
            member.Member = null;
            CloseWhenFlushed(member);
        }
        _backplane.ReleaseAll(text);
    }

    private void CloseWhenFlushed(MemberConnection member)
    {
        member.IsLeaving = true;
        _scheduler.MarkDirty(member);
    }

    private void Unregister(MemberConnection connection, string reason)
    {
        if (connection.Member is not { } member)
            return;
        connection.Member = null;
        member.Connection = null;
        _backplane.Release(member, reason);
    }

    private void AbortAll(Predicate<MemberConnection> match) => _loop.Invoke(() =>
    {
        foreach (var member in new List<MemberConnection>(_connections.Admitted).FindAll(match))
            Abort(member);
    });

    private void Abort(MemberConnection member)
    {
        member.Abort();
        _scheduler.MarkDirty(member);
        _connections.Remove(member);
    }
}
