using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Diagnostics;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using PSPairChat.Conversation;
using PSPairChat.Transport;

namespace PSPairChat.Rooms;

/// <summary>
/// What goes on in a room. Everything happens in rounds, one at a time, on whichever thread has brought the news: what came is taken in, then each member
/// is sent, in one write, all that the round has brought it. So nothing here is locked, no thread waits, and a busy room sends many messages at once.
/// </summary>
internal sealed class RoomLoop : IDisposable
{
    /// <summary>The most bytes that wait for one member.</summary>
    public const int QueueBytes = 64 * 1024;

    // So much is put into the queues in one round; a room full of loud people must not fill the queue of one who listens.
    private const int RoundBytes = 16 * 1024;
    private const int BufferBytes = 16 * 1024;
    private const int MostListed = 32 * 1024;
    private const int FewestStrangers = 1024;
    private const int JoinMilliseconds = 10_000;
    private const int StallMilliseconds = 5_000;
    private const int LookMilliseconds = 500;
    private const int PauseMilliseconds = 20;
    private const string Commands = "just type to speak; /who tells who is here, /msg Bob text speaks to Bob alone, /say text says exactly that, BYE or \\quit leaves";

    private static readonly TimeSpan FlushPatience = TimeSpan.FromSeconds(1.5);

    private readonly RoomSession _session;
    private readonly RoomOptions _rules;
    private readonly RoomWire _wire;
    private readonly TcpByteListener _listener;
    private readonly RoomHistory _history;
    private readonly Roster<RoomMember> _roster;        // changed by the loop alone, under its own lock
    private readonly HashSet<RoomMember> _connections = [];
    private readonly ConcurrentQueue<Action> _work = new();
    private readonly Action<RoomMember> _readable;
    private readonly Action<RoomMember> _writable;
    private readonly List<RoomMember> _dirty = [];
    private readonly List<RoomMember> _full = [];
    private readonly List<RoomMember> _heldBack = [];
    private readonly byte[] _in;
    private readonly byte[] _out = new byte[BufferBytes];
    private readonly Timer _timer;
    private readonly Task _accepting;
    private readonly TaskCompletionSource<bool> _empty = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly int _maxFrame;
    private int _running;
    private int _lagging;
    private int _roundBytes;
    private long _now;
    private long _lastLook;
    private long _nextTick = long.MaxValue;
    private bool _stopping;

    public RoomLoop(RoomSession session, RoomOptions rules, TcpByteListener listener)
    {
        _session = session;
        _rules = rules;
        _listener = listener;
        _wire = RoomWire.Of(rules.Dialect);
        _history = new RoomHistory(rules.History);
        _roster = new Roster<RoomMember>(rules.MaxMembers, session.Options.MaxHandleLength, session.Handle, KutztownWire.Server);
        _maxFrame = _wire.MaxFrame(session.Options.MaxMessageLength);
        _in = new byte[Math.Max(BufferBytes, 2 * _maxFrame)];
        _readable = member => Post(() => Heard(member));
        _writable = member => Post(() => Sent(member));
        _timer = new Timer(_ => Post(Tick), null, Timeout.Infinite, Timeout.Infinite);
        _accepting = Task.Run(AcceptAsync);
    }

    /// <summary>How many members there are.</summary>
    public int Count
    {
        get
        {
            lock (_roster)
                return _roster.Count;
        }
    }

    /// <summary>Who is in the room, in alphabetical order.</summary>
    public ChatMember[] Members()
    {
        lock (_roster)
        {
            var members = new ChatMember[_roster.Count];
            var i = 0;
            foreach (var handle in _roster.Handles())
            {
                var member = _roster.Find(handle)!;
                members[i++] = new ChatMember(_session, handle, member.RemoteEndPoint, member.ConnectedAt, member.Messages, member.Outgoing.Bytes);
            }
            return members;
        }
    }

    /// <summary>Says something for the host: to all, or to one.</summary>
    /// <exception cref="ChatException">MemberNotFound: there is nobody of that name.</exception>
    public void Say(string text, string? to, CancellationToken cancellationToken)
    {
        // The host is as patient as any other speaker: see Pace.
        if (Volatile.Read(ref _lagging) > 0)
            cancellationToken.WaitHandle.WaitOne(PauseMilliseconds);
        cancellationToken.ThrowIfCancellationRequested();
        Call(() =>
        {
            var said = DisplayText.Safe(text);
            if (to is not null)
                Give(Require(to), new RoomNews(RoomNewsKind.Whispered, _session.Handle, said));
            else
                Spread(_session.Handle, said, except: null);
        });
    }

    /// <summary>Shows a member out.</summary>
    /// <exception cref="ChatException">MemberNotFound: there is nobody of that name.</exception>
    public void Remove(string handle, string? reason) => Call(() =>
    {
        var member = Require(handle);
        var why = reason is null ? "removed by " + _session.Handle : $"removed by {_session.Handle} ({DisplayText.Safe(reason)})";
        Give(member, new RoomNews(RoomNewsKind.Bye, Text: "You were " + why + "."));
        Leave(member, why);
    });

    /// <summary>Shows everybody out; the room stays open.</summary>
    public void Clear(string text) => Call(() => Close(text));

    /// <summary>Tells everybody, gives those who read slowly a moment, and closes; when it returns, nothing of the room runs any more.</summary>
    public void Dispose()
    {
        _listener.Dispose();
        _accepting.Wait();
        Call(() =>
        {
            _stopping = true;
            Close("The room is closed.");
        });
        if (!_empty.Task.Wait(FlushPatience))
        {
            Call(() =>
            {
                foreach (var member in new List<RoomMember>(_connections))
                    Abort(member);
            });
            _empty.Task.Wait(FlushPatience);
        }
        using var ended = new ManualResetEvent(false);
        if (_timer.Dispose(ended))
            ended.WaitOne();
        SpinWait.SpinUntil(() => Volatile.Read(ref _running) == 0 && _work.IsEmpty, FlushPatience);
    }

    private async Task AcceptAsync()
    {
        while (await _listener.AcceptSocketAsync().ConfigureAwait(false) is { } socket)
            Post(() => Admit(socket));
    }

    // ---- rounds

    private void Post(Action work)
    {
        _work.Enqueue(work);
        Run();
    }

    // Does it on a thread of the pool and waits: a caller's own thread is not for the room to keep.
    private void Call(Action work)
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

    private void Schedule() => ThreadPool.UnsafeQueueUserWorkItem(_ => Run(), null);

    private void Run()
    {
        if (Interlocked.Exchange(ref _running, 1) != 0)
            return;
        Round();
        Interlocked.Exchange(ref _running, 0);
        // Whoever came meanwhile has relied on this.
        if (!_work.IsEmpty)
            Schedule();
    }

    private void Round()
    {
        _now = Stopwatch.GetTimestamp() / (Stopwatch.Frequency / 1000);
        _roundBytes = 0;
        while (_roundBytes < RoundBytes && _work.TryDequeue(out var work))
            work();
        for (var i = 0; i < _dirty.Count || CutFull(); i++)
            Flush(_dirty[i]);
        _dirty.Clear();
        KeepTime();
        if (_stopping && _connections.Count == 0)
            _empty.TrySetResult(true);
    }

    private void Flush(RoomMember member)
    {
        member.IsDirty = false;
        member.Flush(_out, _now);
        if (member.Outgoing.Bytes == 0)
        {
            member.QueueLimit = QueueBytes;
            if (member.IsLeaving)
                Close(member);
        }
        var lags = member.Outgoing.Bytes > QueueBytes / 2;
        if (lags != member.Lags)
        {
            member.Lags = lags;
            _lagging += lags ? 1 : -1;
        }
    }

    private void KeepTime()
    {
        if (_connections.Count == 0)
            return;
        var pause = _heldBack.Count > 0 ? PauseMilliseconds : LookMilliseconds;
        if (_now + pause >= _nextTick)
            return;
        _nextTick = _now + pause;
        _timer.Change(pause, Timeout.Infinite);
    }

    private void Tick()
    {
        _nextTick = long.MaxValue;
        for (var i = _heldBack.Count - 1; i >= 0; i--)
        {
            var member = _heldBack[i];
            if (member.ResumeAt > _now && !member.IsClosed)
                continue;
            _heldBack.RemoveAt(i);
            Read(member);
        }
        if (_now - _lastLook < LookMilliseconds)
            return;
        _lastLook = _now;
        foreach (var member in new List<RoomMember>(_connections))
        {
            if (_now - member.BlockedSince > StallMilliseconds)
                Cut(member, "could not keep up");
            else if (member.Handle is null && !member.IsLeaving && _now - member.Since > JoinMilliseconds)
                Dismiss(member, $"You have not said a nickname within {JoinMilliseconds / 1000} seconds.");
        }
    }

    // ---- coming and going

    private void Admit(Socket socket)
    {
        if (_stopping)
        {
            socket.Dispose();
            return;
        }
        RoomMember member;
        try
        {
            member = new RoomMember(socket, _now, _readable, _writable) { QueueLimit = QueueBytes };
        }
        catch (SocketException)
        {
            // It has gone again.
            socket.Dispose();
            return;
        }
        _connections.Add(member);
        if (_roster.IsFull || _connections.Count - _roster.Count > Math.Max(FewestStrangers, 2 * _rules.MaxMembers))
        {
            Refuse(member);
            return;
        }
        Give(member, new RoomNews(RoomNewsKind.Hello, _session.Room,
            $"say who you are: NICK and a nickname of 1 to {_session.Options.MaxHandleLength} letters, or just the nickname."));
        member.WaitReadable(_readable);
    }

    private void Join(RoomMember member, string handle)
    {
        if (_roster.IsFull)
        {
            Refuse(member);
            return;
        }
        string? refusal;
        lock (_roster)
            refusal = _roster.Refuse(handle, member);
        if (refusal is not null)
        {
            Give(member, new RoomNews(RoomNewsKind.Retry, Text: refusal));
            return;
        }
        Spread(new RoomNews(RoomNewsKind.Joined, handle), except: member);
        member.Handle = handle;
        Give(member, new RoomNews(RoomNewsKind.Ready, handle, Commands));
        Give(member, WhoIsHere());
        foreach (var frame in _history.Frames)
        {
            member.QueueLimit += frame.Length;
            Give(member, frame);
        }
        _session.Tell(ChatNoticeKind.Presence, $"{handle} has joined from {member.RemoteEndPoint}.");
    }

    private void Refuse(RoomMember member)
    {
        Give(member, new RoomNews(RoomNewsKind.Full, Text: $"{_session.Room} is full ({_rules.MaxMembers} of {_rules.MaxMembers})."));
        _session.Tell(ChatNoticeKind.Lifecycle, $"Turned {member.RemoteEndPoint} away: the room is full.");
        member.IsLeaving = true;
    }

    /// <summary>Says good-bye to somebody who has no nickname.</summary>
    private void Dismiss(RoomMember member, string text)
    {
        Give(member, new RoomNews(RoomNewsKind.Bye, Text: text));
        member.IsLeaving = true;
    }

    private void Leave(RoomMember member, string reason = "")
    {
        if (_wire.EchoesToSpeaker && member.Handle is { } handle)
            Give(member, new RoomNews(RoomNewsKind.Left, handle));
        TakeOff(member, reason);
        member.IsLeaving = true;
        MarkDirty(member);
    }

    private void Cut(RoomMember member, string reason)
    {
        TakeOff(member, reason);
        Abort(member);
    }

    private void TakeOff(RoomMember member, string reason)
    {
        if (member.Handle is not { } handle)
            return;
        lock (_roster)
            _roster.Remove(handle);
        member.Handle = null;
        var news = new RoomNews(RoomNewsKind.Left, handle, reason);
        Spread(news, except: null);
        _session.Tell(ChatNoticeKind.Presence, reason.Length > 0 ? $"{handle} has left: {reason}" : $"{handle} has left.");
    }

    private void Close(string text)
    {
        var bye = _wire.Encode(new RoomNews(RoomNewsKind.Bye, Text: text));
        lock (_roster)
        {
            foreach (var handle in _roster.Handles())
                _roster.Remove(handle);
        }
        foreach (var member in _connections)
        {
            member.QueueLimit += bye.Length;
            Give(member, bye);
            member.Handle = null;
            member.IsLeaving = true;
            MarkDirty(member);
        }
    }

    private void Close(RoomMember member)
    {
        member.Close(_in);
        Forget(member);
    }

    private void Abort(RoomMember member)
    {
        member.Abort();
        MarkDirty(member);
        Forget(member);
    }

    private void Forget(RoomMember member)
    {
        if (member.IsOver)
            _connections.Remove(member);
    }

    // ---- what they say

    private void Heard(RoomMember member)
    {
        member.EndWait();
        if (member.IsClosed)
            Forget(member);
        else
            Read(member);
    }

    private void Sent(RoomMember member)
    {
        member.EndWait();
        member.EndSend();
        if (member.IsClosed)
            Forget(member);
        else
            MarkDirty(member);
    }

    private void Read(RoomMember member)
    {
        if (member.IsClosed)
            return;
        var end = member.Restore(_in);
        if (end < _maxFrame && !member.InputEnded)
        {
            var count = member.Receive(_in, end);
            if (count == RoomMember.Broken)
            {
                Cut(member, "the connection broke");
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
            if (!_wire.TryFrame(_in, ref next, end, out var frame))
            {
                if (!member.InputEnded || !_wire.EndsFrames || start == end)
                    break;
                frame = new ArraySegment<byte>(_in, start, end - start);
                next = end;
            }
            heldBack = HoldsBack(member);
            if (heldBack)
                break;
            start = next;
            Answer(member, frame);
        }
        if (member.IsClosed)
            return;
        member.Keep(_in, start, member.IsLeaving ? start : end);
        if (heldBack)
            return;
        if (end - start > _maxFrame && !member.IsLeaving)
            Cut(member, $"sent more than {_maxFrame} bytes without an end");
        else if (!member.InputEnded)
            member.WaitReadable(_readable);
        else if (!member.IsLeaving)
            Leave(member);
    }

    // Whether the next thing that a member says has to wait: for the round's end, for its flood limit, or for those who lag.
    private bool HoldsBack(RoomMember member)
    {
        if (_roundBytes >= RoundBytes)
        {
            _work.Enqueue(() => Read(member));
            return true;
        }
        if (member.ResumeAt <= _now && member.Flood.TryTake(_rules.FloodLimit, _now))
            return false;
        member.ResumeAt = Math.Max(member.ResumeAt, _now + member.Flood.Wait(_rules.FloodLimit));
        _heldBack.Add(member);
        return true;
    }

    // While somebody is far behind, every speaker pauses after each message: those who can catch up do, and nobody is kept waiting for the others.
    private void Pace(RoomMember member)
    {
        if (_lagging > 0)
            member.ResumeAt = _now + PauseMilliseconds;
    }

    private void Answer(RoomMember member, ArraySegment<byte> frame)
    {
        RoomRequest request;
        try
        {
            request = _wire.DecodeRequest(frame, joined: member.Handle is not null);
        }
        catch (FormatException)
        {
            Cut(member, "sent what no member says");
            return;
        }
        switch (request.Kind)
        {
            case RoomRequestKind.Nick:
                Join(member, request.Handle);
                break;
            case RoomRequestKind.Say or RoomRequestKind.Whisper:
                Speak(member, request);
                break;
            case RoomRequestKind.Who:
                Give(member, WhoIsHere());
                break;
            case RoomRequestKind.Help:
                Give(member, new RoomNews(RoomNewsKind.Notice, Text: char.ToUpperInvariant(Commands[0]) + Commands.Substring(1) + "."));
                break;
            case RoomRequestKind.Bye:
                Leave(member);
                break;
        }
    }

    private void Speak(RoomMember member, RoomRequest request)
    {
        var length = MessageRule.Length(request.Text);
        if (length > _session.Options.MaxMessageLength)
        {
            Give(member, new RoomNews(RoomNewsKind.Notice,
                Text: $"Nobody has heard that: it has {length} characters, and {_session.Options.MaxMessageLength} are allowed."));
            return;
        }
        var said = DisplayText.Safe(request.Text);
        if (said.Length == 0)
            return;
        var isForHost = string.Equals(request.Handle, _session.Handle, StringComparison.OrdinalIgnoreCase);
        var listener = request.Kind == RoomRequestKind.Whisper ? _roster.Find(request.Handle) : null;
        if (request.Kind == RoomRequestKind.Whisper && listener is null && !isForHost)
        {
            Give(member, new RoomNews(RoomNewsKind.Notice, Text: $"There is nobody called '{DisplayText.Safe(request.Handle)}' here."));
            return;
        }
        Pace(member);
        member.Messages++;
        if (request.Kind == RoomRequestKind.Say)
        {
            Spread(member.Handle!, said, _wire.EchoesToSpeaker ? null : member);
            _session.Hear(member.Handle!, request.Text, to: null);
        }
        else if (listener is not null)
        {
            Give(listener, new RoomNews(RoomNewsKind.Whispered, member.Handle!, said));
        }
        else
        {
            _session.Hear(member.Handle!, request.Text, to: _session.Handle);
        }
    }

    private RoomNews WhoIsHere()
    {
        var listed = new System.Text.StringBuilder(_session.Handle);
        var left = _roster.Count;
        foreach (var handle in _roster.Handles())
        {
            if (listed.Length > MostListed)
                break;
            listed.Append(", ").Append(handle);
            left--;
        }
        return new RoomNews(RoomNewsKind.Here, Text: left > 0 ? $"{listed} and {left} more" : listed.ToString());
    }

    private RoomMember Require(string handle) => _roster.Find(handle)
        ?? throw new ChatException(ChatErrorReason.MemberNotFound, $"There is nobody called '{DisplayText.Safe(handle)}' in {_session.Room}.");

    // ---- what they are told

    private void Spread(string from, string said, RoomMember? except)
    {
        Spread(new RoomNews(RoomNewsKind.Said, from, said), except);
        if (_history.IsKept)
            _history.Add(_wire.Encode(new RoomNews(RoomNewsKind.Past, from, said)));
    }

    private void Spread(RoomNews news, RoomMember? except)
    {
        var frame = _wire.Encode(news);
        _roundBytes += frame.Length;
        foreach (var member in _roster.Members)
        {
            if (member != except)
                Give(member, frame);
        }
    }

    private void Give(RoomMember member, RoomNews news) => Give(member, _wire.Encode(news));

    private void Give(RoomMember member, byte[] frame)
    {
        if (member.TryAdd(frame))
            MarkDirty(member);
        else
            _full.Add(member);
    }

    private void MarkDirty(RoomMember member)
    {
        if (member.IsDirty)
            return;
        member.IsDirty = true;
        _dirty.Add(member);
    }

    // Cuts those whose queue is full; whether there is somebody to be sent something after that.
    private bool CutFull()
    {
        var before = _dirty.Count;
        while (_full.Count > 0)
        {
            var member = _full[_full.Count - 1];
            _full.RemoveAt(_full.Count - 1);
            if (!member.IsClosed)
                Cut(member, "could not keep up");
        }
        return _dirty.Count > before;
    }
}
