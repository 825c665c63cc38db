using System;
using System.Collections.Generic;
using System.Threading;

namespace PSPairChat.Rooms;

/// <summary>
/// Queues frames for members and sends each member, in one write at the end of a batch, all that the batch queued for it. Slows the speakers while a member
/// is backlogged, and reports members whose queue is full. Used on the event loop only, except where noted.
/// </summary>
internal sealed class RoomSendScheduler
{
    /// <summary>The time in milliseconds that a speaker waits after each message while a member is backlogged.</summary>
    public const int ThrottleDelay = 20;

    private const int BufferSize = 16 * 1024;

    private readonly RoomEventLoop _loop;
    private readonly Action<MemberConnection> _slowConsumer;
    private readonly Action<MemberConnection, int> _gapEnded;
    private readonly Action<MemberConnection> _closed;
    private readonly Action<MemberConnection> _flush;
    private readonly List<MemberConnection> _dirty = [];
    private readonly List<MemberConnection> _slowConsumers = [];
    private readonly byte[] _buffer = new byte[BufferSize];
    private int _backloggedCount;

    /// <summary>Creates a send scheduler.</summary>
    /// <param name="loop">The room's event loop.</param>
    /// <param name="slowConsumer">Called with a member whose send queue is full.</param>
    /// <param name="gapEnded">Called with a member that can receive again, and the number of messages that were dropped.</param>
    /// <param name="closed">Called with a member whose connection is closed.</param>
    public RoomSendScheduler(RoomEventLoop loop, Action<MemberConnection> slowConsumer, Action<MemberConnection, int> gapEnded, Action<MemberConnection> closed)
    {
        _loop = loop;
        _slowConsumer = slowConsumer;
        _gapEnded = gapEnded;
        _closed = closed;
        _flush = Flush;
    }

    /// <summary>Gets whether a member is backlogged.</summary>
    public bool IsBacklogged => _backloggedCount > 0;

    /// <summary>Queues a frame for a member. A member whose queue is full misses the frame, or is reported at the end of the batch.</summary>
    /// <param name="member">The member.</param>
    /// <param name="frame">The frame.</param>
    /// <param name="isMessage">Whether the frame is a message.</param>
    public void Enqueue(MemberConnection member, byte[] frame, bool isMessage = false)
    {
        if (member.TryEnqueue(frame))
            MarkDirty(member);
        else if (!member.TryDrop(isMessage))
            _slowConsumers.Add(member);
    }

    /// <summary>Queues a frame for a member in addition to what its queue may hold.</summary>
    public void EnqueueBeyondLimit(MemberConnection member, byte[] frame)
    {
        EndGap(member);
        member.QueueLimit += frame.Length;
        Enqueue(member, frame);
    }

    /// <summary>Flushes a member at the end of the batch.</summary>
    public void MarkDirty(MemberConnection member)
    {
        if (member.IsDirty)
            return;
        member.IsDirty = true;
        _dirty.Add(member);
    }

    /// <summary>Handles the end of a wait to send.</summary>
    public void OnWritable(MemberConnection member)
    {
        member.OnSendCompleted();
        if (member.IsClosed)
            _closed(member);
        else
            MarkDirty(member);
    }

    /// <summary>Sends what the batch queued, and reports the slow consumers. Reporting one may queue more frames, which are sent as well.</summary>
    public void FlushAll()
    {
        for (var i = 0; i < _dirty.Count || ReportSlowConsumers(); i++)
            _loop.Run(_flush, _dirty[i]);
        _dirty.Clear();
    }

    /// <summary>Makes a member that has sent a message pause while another, or the backplane, is backlogged, so that it can catch up.</summary>
    public void ApplyBackpressure(MemberConnection member, bool isCongested)
    {
        if (_backloggedCount > 0 || isCongested)
            member.ResumeAt = _loop.Now + ThrottleDelay;
    }

    /// <summary>Makes the calling thread, which sends for the host, pause while a member is backlogged. Can be called on any thread.</summary>
    /// <exception cref="OperationCanceledException">The wait was canceled.</exception>
    public void WaitForBacklog(CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _backloggedCount) > 0)
            cancellationToken.WaitHandle.WaitOne(ThrottleDelay);
        cancellationToken.ThrowIfCancellationRequested();
    }

    private void Flush(MemberConnection member)
    {
        member.IsDirty = false;
        member.Flush(_buffer, _loop.Now);
        if (member.CanEndGap)
            EndGap(member);
        if (member.QueuedBytes == 0)
        {
            member.QueueLimit = MemberConnection.MaxQueueBytes;
            if (member.IsLeaving)
            {
                member.Close(_buffer);
                _closed(member);
            }
        }
        var isBacklogged = member.IsCatchingUp(_loop.Now);
        if (isBacklogged != member.IsBacklogged)
        {
            member.IsBacklogged = isBacklogged;
            _backloggedCount += isBacklogged ? 1 : -1;
        }
    }

    private void EndGap(MemberConnection member)
    {
        if (member.EndGap() is { } missed)
            _gapEnded(member, missed);
    }

    // Returns whether there is more to flush.
    private bool ReportSlowConsumers()
    {
        var count = _dirty.Count;
        while (_slowConsumers.Count > 0)
        {
            var member = _slowConsumers[_slowConsumers.Count - 1];
            _slowConsumers.RemoveAt(_slowConsumers.Count - 1);
            if (!member.IsClosed)
                _loop.Run(_slowConsumer, member);
        }
        return _dirty.Count > count;
    }
}
