using System;
using System.Collections.Generic;
using System.Net;
using System.Threading;
using PSPairChat.Messages;
using PSPairChat.Sessions;
using PSPairChat.Rooms;
using PSPairChat.Connections;

namespace PSPairChat;

/// <summary>
/// A session that listens and carries many members at once, who all hear each other; we are their host, and hear and speak as they do. The room goes on
/// whether or not the host listens: of what it has not received yet, the last <see cref="MaxUnreadMessages"/> messages are kept.
/// </summary>
public sealed class RoomSession : ChatSession, IRoomSession
{
    /// <summary>How many messages wait for a host that does not receive them; then the oldest go, and a notice says so.</summary>
    public const int MaxUnreadMessages = 1000;

    private readonly RoomEventLoop _room;
    private readonly Queue<ChatMessage> _unread = new();    // also the gate for what follows, and pulsed when it changes
    private long _sent;
    private long _received;
    private bool _isOverflowing;
    private bool _stopped;

    private RoomSession(string room, TcpConnectionListener listener, ChatOptions options, RoomOptions rules)
        : base(options)
    {
        Room = room;
        LocalEndPoint = listener.LocalEndPoint;
        HostName = Dns.GetHostName();
        AddNotice(ChatNoticeKind.Lifecycle, $"The room {room} is open on {HostName}:{Port}.");
        _room = new RoomEventLoop(this, rules, listener);
    }

    /// <summary>The room's name.</summary>
    public string Room { get; }

    /// <summary>Who is in the room, in alphabetical order; the host is not among them.</summary>
    public IReadOnlyList<ChatMember> Members => _room.Members();

    /// <inheritdoc/>
    public override ChatRole Role => ChatRole.Room;

    /// <inheritdoc/>
    public override ChatSessionState State => IsCompleted ? ChatSessionState.Closed : _room.Count > 0 ? ChatSessionState.Connected : ChatSessionState.Listening;

    /// <summary>Always null: there are many at the other end.</summary>
    public override ChatPeer? Peer => null;

    /// <inheritdoc/>
    public override ChatTurn Turn => ChatTurn.Free;

    /// <inheritdoc/>
    public override string HostName { get; }

    /// <inheritdoc/>
    public override int Port => ((IPEndPoint)LocalEndPoint!).Port;

    /// <inheritdoc/>
    public override EndPoint? LocalEndPoint { get; }

    /// <summary>How many messages the host has said.</summary>
    public override long MessagesSent => Interlocked.Read(ref _sent);

    /// <summary>How many messages the members have said to all, or to the host.</summary>
    public override long MessagesReceived => Interlocked.Read(ref _received);

    /// <inheritdoc/>
    public override ChatCloseReason? CloseReason => IsCompleted ? PSPairChat.ChatCloseReason.Stopped : null;

    internal override bool IsCompleted
    {
        get
        {
            lock (_unread)
                return _stopped;
        }
    }

    /// <summary>Opens a room.</summary>
    /// <param name="room">Its name: one word of 1 to 32 letters, digits, '-', '_' or '.'.</param>
    /// <param name="port">The port, 0 to 65535; 0 for any free one.</param>
    /// <param name="options">How to talk; the handle is the host's, of letters only, and no member can have it.</param>
    /// <param name="rules">The rules of the room; the usual ones if left out.</param>
    /// <param name="bindAddress">The address to listen on; null for all, IPv6 and IPv4.</param>
    /// <exception cref="ChatException">HandleInvalid, PortInUse or ConnectFailed.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A limit makes no sense.</exception>
    public static RoomSession Start(string room, int port, ChatOptions options, RoomOptions? rules = null, IPAddress? bindAddress = null)
    {
        rules ??= new RoomOptions();
        options.Validate();
        rules.Validate();
        RoomNameValidator.ThrowIfInvalid(room);
        HandleValidator.ThrowIfInvalid(options.Handle, options.MaxHandleLength, lettersOnly: true);
        if (options.MaxMessageLength > RoomOptions.MaxMessageLengthLimit)
        {
            throw new ArgumentOutOfRangeException(nameof(options), options.MaxMessageLength,
                $"In a room a message has at most {RoomOptions.MaxMessageLengthLimit} characters.");
        }
        return new RoomSession(room, TcpConnectionListener.Listen(bindAddress, port), options, rules);
    }

    /// <summary>Says a message to all; nobody need be there. <c>\quit</c> shows everybody out, and the room stays open.</summary>
    /// <inheritdoc/>
    public override ChatMessage? Send(string text, CancellationToken cancellationToken = default)
    {
        if (text != TurnTracker.QuitCommand)
            return SendCore(text, null, cancellationToken);
        if (IsCompleted)
            throw CreateClosedException();
        Disconnect();
        return null;
    }

    /// <summary>Says a message to one member.</summary>
    /// <param name="text">One line of 1 to <see cref="ChatOptions.MaxMessageLength"/> characters.</param>
    /// <param name="to">The member's handle; upper and lower case are the same.</param>
    /// <param name="cancellationToken">Gives up waiting for those who lag.</param>
    /// <returns>What was said.</returns>
    /// <exception cref="ChatException">MessageEmpty, MessageTooLong, MessageInvalid, MemberNotFound or SessionClosed.</exception>
    public ChatMessage Send(string text, string to, CancellationToken cancellationToken = default) => SendCore(text, to, cancellationToken);

    /// <summary>Shows a member out.</summary>
    /// <param name="handle">Its handle; upper and lower case are the same.</param>
    /// <param name="reason">Why, for the member and for the others; null for no reason.</param>
    /// <exception cref="ChatException">MemberNotFound or SessionClosed.</exception>
    public void Remove(string handle, string? reason = null)
    {
        if (IsCompleted)
            throw CreateClosedException();
        _room.Remove(handle, reason);
    }

    private protected override ReceiveResult ReceiveCore(Deadline deadline, bool waitOnOwnTurn, CancellationToken cancellationToken)
    {
        lock (_unread)
        {
            if (_stopped)
                throw CreateClosedException();
            while (_unread.Count == 0)
            {
                if (_stopped)
                    return new ReceiveResult(ReceiveOutcome.Ended);
                cancellationToken.ThrowIfCancellationRequested();
                if (deadline.HasPassed)
                    return new ReceiveResult(ReceiveOutcome.TimedOut);
                Monitor.Wait(_unread, deadline.NextWait);
            }
            _isOverflowing = false;
            return new ReceiveResult(ReceiveOutcome.Message, _unread.Dequeue());
        }
    }

    /// <summary>Shows everybody out; the room stays open for others. Never throws.</summary>
    public override void Disconnect()
    {
        if (!IsCompleted)
            _room.RemoveAll($"{Handle} has asked everybody to leave.");
    }

    /// <summary>Closes the room for good: tells everybody, waits up to two seconds for those who read slowly. Never throws.</summary>
    public override void Dispose()
    {
        lock (_unread)
        {
            if (_stopped)
                return;
            _stopped = true;
            Monitor.PulseAll(_unread);
        }
        _room.Dispose();
        AddNotice(ChatNoticeKind.Lifecycle, $"The room {Room} is closed.");
        CloseTranscript();
    }

    /// <summary>Takes down what a member has said, to all or to the host.</summary>
    internal void OnMessage(string from, string text, string? to)
    {
        Interlocked.Increment(ref _received);
        lock (_unread)
        {
            if (_unread.Count >= MaxUnreadMessages)
            {
                _unread.Dequeue();
                if (!_isOverflowing)
                    AddNotice(ChatNoticeKind.Lifecycle, $"More than {MaxUnreadMessages} messages are unread; the oldest are dropped.");
                _isOverflowing = true;
            }
            _unread.Enqueue(AddMessage(from, text, isMine: false, to));
            Monitor.Pulse(_unread);
        }
    }

    private ChatMessage SendCore(string text, string? to, CancellationToken cancellationToken)
    {
        MessageValidator.ThrowIfInvalid(text, Options.MaxMessageLength);
        if (IsCompleted)
            throw CreateClosedException();
        _room.SendFromHost(text, to, cancellationToken);
        Interlocked.Increment(ref _sent);
        return AddMessage(Handle, text, isMine: true, to);
    }
}
