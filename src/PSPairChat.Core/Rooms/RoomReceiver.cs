using System;
using System.Collections.Generic;
using PSPairChat.Security;

namespace PSPairChat.Rooms;

/// <summary>
/// Reads what members send and passes each frame to the command handler, at the rate that the limits allow. Used on the event loop only.
/// </summary>
internal sealed class RoomReceiver
{
    private const int MinBufferSize = 16 * 1024;
    private const int MaxReplyBytes = MemberList.MaxEncodedLength + 1024;

    private readonly Room _room;
    private readonly RoomConnections _connections;
    private readonly RoomEventLoop _loop;
    private readonly RoomProtocol _protocol;
    private readonly RoomCommandHandler _handler;
    private readonly int _maxMessagesPerSecond;
    private readonly int _maxFrameLength;
    private readonly byte[] _buffer;
    private readonly List<MemberConnection> _throttled = [];
    private readonly HashSet<MemberConnection> _registering = [];    // whose input waits for the decision about the nickname
    private readonly Action<MemberConnection> _processInput;

    /// <summary>Creates a receiver.</summary>
    public RoomReceiver(Room room, RoomConnections connections, RoomEventLoop loop, RoomProtocol protocol, RoomCommandHandler handler, ChatOptions chat, RoomOptions options)
    {
        _room = room;
        _connections = connections;
        _loop = loop;
        _protocol = protocol;
        _handler = handler;
        _maxMessagesPerSecond = options.MaxMessagesPerSecond;
        _maxFrameLength = protocol.GetMaxFrameLength(chat.MaxMessageLength);
        _buffer = new byte[Math.Max(MinBufferSize, 2 * _maxFrameLength)];
        _processInput = ProcessInput;
    }

    /// <summary>Gets whether a limit keeps input of a member waiting.</summary>
    public bool HasThrottled => _throttled.Count > 0;

    /// <summary>Handles the end of a wait for input.</summary>
    public void OnReadable(MemberConnection member)
    {
        member.OnWaitCompleted();
        if (member.IsClosed)
            _connections.Remove(member);
        else
            ProcessInput(member);
    }

    /// <summary>Queues the input of the members whose pause is over.</summary>
    public void ResumeThrottled()
    {
        for (var i = _throttled.Count - 1; i >= 0; i--)
        {
            var member = _throttled[i];
            if (member.ResumeAt > _loop.Now && !member.IsClosed)
                continue;
            _throttled.RemoveAt(i);
            _loop.Defer(_processInput, member);
        }
    }

    /// <summary>Continues with the input of a connection whose nickname was accepted or rejected.</summary>
    public void OnRegistrationEnded(MemberConnection member)
    {
        member.IsRegistering = false;
        if (_registering.Remove(member))
            _loop.Defer(_processInput, member);
    }

    private void ProcessInput(MemberConnection member)
    {
        if (member.IsClosed)
            return;
        var end = member.RestoreUnread(_buffer);
        if (end < _maxFrameLength && !member.InputEnded)
        {
            var count = member.Receive(_buffer, end);
            if (count == MemberConnection.ConnectionLost)
            {
                _room.Disconnect(member, "connection lost");
                return;
            }
            member.InputEnded = count == 0;
            if (count > 0)
            {
                end += count;
                _connections.OnReceived(member);
            }
        }
        if (member.Handle is null && !member.IsLeaving && TlsMismatch.IsClientHello(new ArraySegment<byte>(_buffer, 0, end)))
            _room.SendAndClose(member, TlsMismatch.NoTls);
        var start = 0;
        var isThrottled = false;
        while (!member.IsLeaving && TryReadFrame(member, start, end, out var frame, out var next))
        {
            isThrottled = ShouldThrottle(member);
            if (isThrottled)
                break;
            start = next;
            _handler.Handle(member, frame);
        }
        if (member.IsClosed)
            return;
        if (!isThrottled && !member.IsLeaving && end - start > _maxFrameLength)
        {
            _room.Disconnect(member, $"message too long (more than {_maxFrameLength} bytes)");
            return;
        }
        member.SaveUnread(_buffer, start, member.IsLeaving ? start : end);
        if (isThrottled)
            return;
        if (!member.InputEnded)
            member.WaitReadable();
        else if (!member.IsLeaving)
            _room.OnQuit(member);
    }

    private bool TryReadFrame(MemberConnection member, int start, int end, out ArraySegment<byte> frame, out int next)
    {
        next = start;
        if (_protocol.TryReadFrame(_buffer, ref next, end, out frame))
            return true;
        if (!member.InputEnded || !_protocol.AcceptsUnterminatedFrame || start == end)
            return false;
        frame = new ArraySegment<byte>(_buffer, start, end - start);
        next = end;
        return true;
    }

    // Whether the next frame has to wait: for the decision about the nickname, for the next batch, for the rate limit, for a backlogged member to catch up, or
    // until the member has received the replies to its earlier commands, so that those cannot fill its send queue.
    private bool ShouldThrottle(MemberConnection member)
    {
        if (member.IsRegistering)
        {
            _registering.Add(member);
            return true;
        }
        if (_loop.IsBatchFull)
        {
            _loop.Defer(_processInput, member);
            return true;
        }
        if (member.QueuedBytes > member.QueueLimit - MaxReplyBytes)
            member.ResumeAt = _loop.Now + RoomSendScheduler.ThrottleDelay;
        if (member.ResumeAt <= _loop.Now && member.RateLimit.TryAcquire(_maxMessagesPerSecond, _loop.Now))
            return false;
        member.ResumeAt = Math.Max(member.ResumeAt, _loop.Now + member.RateLimit.GetRetryDelay(_maxMessagesPerSecond));
        _throttled.Add(member);
        return true;
    }
}
