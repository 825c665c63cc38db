using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using PSPairChat.Connections;
using PSPairChat.Rooms;
using PSPairChat.Security;

namespace PSPairChat.Backplane;

/// <summary>
/// A backplane over Redis. A message counts as sent when it has come back from the log; until then, it is appended again under the same number after each lost
/// connection. One thread reads the log, and one appends; both pass their results to the event loop.
/// </summary>
internal sealed class RedisBackplane : IRoomBackplane
{
    private const int MaxWaitingCount = 10_000;
    private const int MaxWaitingBytes = 16 * 1024 * 1024;
    private const int CongestedCount = 500;
    private const int ClaimTimeout = 5_000;
    private const int StopTimeout = 1_500;
    private const int CatchUpInterval = 10;
    private const int MaxRequestCount = 1_000;

    private readonly RedisUri _uri;
    private readonly KeyFingerprint? _fingerprint;
    private readonly string _room;
    private readonly string _serverName;
    private readonly string _host;
    private readonly RoomOptions _options;
    private readonly RoomEventLoop _loop;
    private readonly NicknameRegistry<RoomMembership> _registry;
    private readonly CancellationTokenSource _stop = new();
    private readonly Outbox _outbox = new(MaxWaitingCount, MaxWaitingBytes);
    private readonly ServerLease _lease;
    private readonly BackplaneReader _reader;
    private readonly BackplaneWriter _writer;
    private readonly EntryDelivery _delivery;
    private readonly LogRequests _requests;
    private readonly ConnectionStatus _status = new();
    private BackplaneMembers _members = null!;
    private LogApplier _applier = null!;
    private LogCatchUp _catchUp = null!;
    private IBackplaneReceiver _receiver = null!;
    private volatile string _serverId = CreateId();
    private volatile ServerLeaseList _servers = ServerLeaseList.Empty;

    public RedisBackplane(RedisUri uri, string room, string serverName, string host, RoomOptions options, RoomEventLoop loop, NicknameRegistry<RoomMembership> registry)
    {
        _uri = uri;
        _fingerprint = options.BackplaneFingerprint is { } fingerprint ? KeyFingerprint.Parse(fingerprint) : null;
        _room = room;
        _serverName = serverName;
        _host = host;
        _options = options;
        _loop = loop;
        _registry = registry;
        _lease = new ServerLease(serverName, host, KutztownProtocol.ServerName);
        _delivery = new EntryDelivery(loop, entry => _applier.Apply(entry), () => _receiver.IsBacklogged, _stop.Token);
        _reader = new BackplaneReader(Connect, _delivery.Deliver, OnReaderChanged, OnLogChanged, _stop.Token);
        _requests = new LogRequests(Connect, _stop.Token);
        _writer = new BackplaneWriter(this, _outbox, _reader, _lease, options.MaxMembers, _stop.Token);
    }

    /// <summary>Gets the identifier under which this server appends.</summary>
    public string ServerId => _serverId;

    public IReadOnlyCollection<string> OtherHosts => _servers.OtherHosts;

    public bool IsCongested => _outbox.Count > CongestedCount;

    public bool IsShared => true;

    /// <summary>Creates an identifier of a server.</summary>
    public static string CreateId() => Guid.NewGuid().ToString("N");

    /// <summary>Connects to the log.</summary>
    public RedisRoomLog Connect() => RedisRoomLog.Connect(_uri, _fingerprint, _room, _options.HistoryLimit, _stop.Token);

    public void Start(IBackplaneReceiver receiver)
    {
        _receiver = receiver;
        _members = new BackplaneMembers(_registry);
        _applier = new LogApplier(_members, _outbox, receiver, () => _serverId);
        _catchUp = new LogCatchUp(_applier, receiver);
        RedisRoomLog? log = null;
        try
        {
            log = Connect();
            var state = log.Register(_serverId, "", _lease.Renew(), _lease.Reserved);
            _applier.Load(state);
            foreach (var message in _options.HistoryCount > 0 ? log.ReadMessages(state.Last, _options.HistoryCount) : [])
                receiver.OnHistory(DisplayText.Sanitize(message.Handle), message.Text);
            _reader.Start(state.Name, state.Last);
            _writer.Start(log);
        }
        catch (Exception e) when (RedisConnection.IsFailure(e) && e is not ChatException { Reason: ChatErrorReason.HandleTaken })
        {
            log?.Dispose();
            throw new ChatException(ChatErrorReason.BackplaneFailed, $"Failed to connect to the backplane {_uri}: {e.Message}", e);
        }
    }

    public void Claim(RoomMembership member)
    {
        member.Id = BackplaneMembers.CreateId(_serverId, member);
        Add(LogEntry.Joined, RoomEntry.Joined(member));
    }

    public void Release(RoomMembership member, string reason) => Add(LogEntry.Left, RoomEntry.Left(member, reason));

    public void ReleaseAll(string reason)
    {
        foreach (var member in _members.GetMembersOf(_serverId))
            Release(member, reason);
    }

    public bool TryAppend(in RoomEntry entry) => _outbox.TryAdd(new PendingEntry(entry.Kind switch
    {
        RoomEntryKind.Message => LogEntry.Message,
        RoomEntryKind.PrivateMessage => LogEntry.PrivateMessage,
        RoomEntryKind.Reconnecting => LogEntry.Reconnecting,
        RoomEntryKind.Reconnected => LogEntry.Reconnected,
        _ => LogEntry.Removal,
    }, entry, MonotonicClock.Milliseconds));

    public bool TryWithdraw(object origin) => _outbox.TryWithdraw(origin);

    public Task<SharedSession?> FindSessionAsync(string id)
    {
        var completion = new TaskCompletionSource<SharedSession?>(TaskCreationOptions.RunContinuationsAsynchronously);
        if (_requests.Count >= MaxRequestCount)
            return Task.FromResult<SharedSession?>(null);
        _requests.Add(log =>
        {
            completion.SetResult(log.FindSession(id));
            return true;
        });
        return completion.Task;
    }

    public void CatchUp(RoomMembership member, long position)
    {
        if (_catchUp.IsEmpty)
            _requests.Add(SendMissed);
        _catchUp.Add(member, position);
    }

    public ChatBackplane GetStatus() => new()
    {
        Room = _room,
        Url = _uri.ToString(),
        IsConnected = _status.IsConnected,
        Position = _reader.Position,
        Lag = Math.Max(0, _servers.Last - _reader.Position),
        Waiting = _outbox.Count,
        MemberCount = _registry.Count,
        Servers = [_serverName, .. _servers.OtherNames],
    };

    public void Dispose()
    {
        if (_status.IsConnected)
        {
            _loop.Invoke(() => _applier.DeleteDelivered(long.MaxValue));
            _outbox.WaitForEmpty(StopTimeout);
        }
        _stop.Cancel();
        _writer.Dispose();
        _reader.Dispose();
        _requests.Dispose();
        _stop.Dispose();
    }

    /// <summary>Handles that the writer is connected, or is not.</summary>
    public void OnWriterChanged(bool isConnected, string error) => Report(_status.SetWriter(isConnected), error);

    /// <summary>Handles a renewal of the lease.</summary>
    public void OnRenewed(long last, Dictionary<string, string> leases)
    {
        _servers = ServerLeaseList.Create(_serverId, _host, last, leases);
        _loop.Post(() =>
        {
            _applier.RemoveMembersOfUnknownServers(leases, MonotonicClock.Milliseconds);
            _applier.DeleteDelivered(MonotonicClock.Milliseconds);
        });
    }

    /// <summary>Handles that a nickname was not given to a member.</summary>
    /// <param name="claim">The claim.</param>
    /// <param name="answer">The answer of the script.</param>
    public void RejectClaim(PendingEntry claim, string answer) => _loop.Post(() =>
    {
        if (_outbox.Remove(claim.Number) is null)
            return;
        var handle = claim.Entry.Handle;
        _applier.Reject(claim.Entry.Member!, answer switch
        {
            "full" => null,
            "again" => $"The handle '{handle}' could not be registered. Try again.",
            _ => NicknameRegistry<RoomMembership>.FormatConflict(handle, DisplayText.Sanitize(answer.Substring(1))),
        });
    });

    /// <summary>Rejects the claims that have waited too long.</summary>
    public void RejectExpiredClaims()
    {
        var members = _outbox.RemoveClaims(MonotonicClock.Milliseconds - ClaimTimeout, BackplaneMembers.IsRegistered);
        if (members.Count == 0)
            return;
        _loop.Post(() =>
        {
            foreach (var member in members)
                _applier.Reject(member, "The room has no connection to its other servers. Try again later.");
        });
    }

    /// <summary>Continues under another identifier: claims the nicknames of the members of this server again, and appends what waits after that.</summary>
    public void Restart(string server)
    {
        using var done = new ManualResetEventSlim();
        _loop.Post(() =>
        {
            try
            {
                var members = _members.GetMembersOf(_serverId).Where(member => member.Connection is not null).ToList();
                members.AddRange(_outbox.RemoveClaims(long.MaxValue, _ => false).Where(member => !members.Contains(member)));
                _applier.AddServer(server);
                _serverId = server;
                foreach (var member in members)
                    _members.SetId(member, BackplaneMembers.CreateId(server, member));
                _outbox.Restart(members.ConvertAll(member => new PendingEntry(LogEntry.Joined, RoomEntry.Joined(member), MonotonicClock.Milliseconds)));
            }
            finally
            {
                done.Set();
            }
        });
        done.Wait(_stop.Token);
    }

    // Returns whether no member has missed anything any more.
    private bool SendMissed(RedisRoomLog log)
    {
        long? start = null;
        var isComplete = false;
        _loop.Invoke(() =>
        {
            start = _catchUp.GetStart();
            isComplete = _catchUp.IsEmpty;
        });
        if (start is not { } position)
        {
            if (!isComplete)
                _stop.Token.WaitHandle.WaitOne(CatchUpInterval);
            return isComplete;
        }
        var first = log.GetBounds()?.First ?? 0;
        var entries = log.ReadAfter(position, out var last);
        _loop.Invoke(() => _catchUp.Send(entries, position, last, first));
        return false;
    }

    private void Add(char kind, RoomEntry entry) => _outbox.Add(new PendingEntry(kind, entry, MonotonicClock.Milliseconds));

    private void OnReaderChanged(bool isConnected, string error) => Report(_status.SetReader(isConnected), error);

    private void OnLogChanged(string text) => _loop.Post(() => _receiver.OnStatusChanged(text, ""));

    private void Report(bool? changed, string error)
    {
        if (changed is not { } isConnected)
            return;
        _loop.Post(() => _receiver.OnStatusChanged(
            isConnected
                ? "The connection to the other servers of the room is restored."
                : "The connection to the other servers of the room is lost. Messages are sent when it is restored.",
            $"Backplane: {_uri}{(error.Length > 0 ? $", {DisplayText.Sanitize(error)}" : "")}"));
    }
}
