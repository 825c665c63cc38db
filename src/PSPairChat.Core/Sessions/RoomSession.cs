using System;
using System.Collections.Generic;
using System.Net;
using System.Threading;
using PSPairChat.Backplane;
using PSPairChat.Connections;
using PSPairChat.Messages;
using PSPairChat.Rooms;
using PSPairChat.Security;

namespace PSPairChat;

/// <summary>
/// Represents the session of the host of a room, which accepts members and relays their messages. The host receives all messages except private messages
/// between members. The room does not depend on the host to receive them: the last <see cref="MaxUnreadMessages"/> unread messages are kept.
/// </summary>
public sealed class RoomSession : ChatSession, IRoomSession, IInvitingSession
{
    /// <summary>The maximum number of unread messages. Beyond it, the oldest are dropped, and a notice is added.</summary>
    public const int MaxUnreadMessages = 1000;

    private readonly Room _room;
    private readonly Queue<ChatMessage> _unread = new();    // also the lock of the two flags, pulsed when it changes
    private long _messagesSent;
    private long _messagesReceived;
    private bool _isOverflowing;
    private bool _stopped;

    private RoomSession(string room, ConnectionListener listener, ChatOptions options, RoomOptions roomOptions)
        : base(options)
    {
        Room = room;
        LocalEndPoint = listener.LocalEndPoint.ToString();
        Port = ((IPEndPoint)listener.LocalEndPoint).Port;
        Invites = new ChatInviteList(this, room, listener);
        if (listener is SecureListener secure)
            secure.SendsFirst = true;
        listener.Warning += text => AddNotice(ChatNoticeKind.Warning, text);
        HostName = listener.HostName;
        AddNotice(ChatNoticeKind.Lifecycle, $"Room {room} is listening on {HostName}:{Port}.");
        var uri = roomOptions.Backplane is { } backplane ? RedisUri.Parse(backplane) : null;
        _room = new Room(this, roomOptions, listener, (loop, registry) => uri is null
            ? new InProcessBackplane(registry)
            : new RedisBackplane(uri, room, HostName + ":" + Port, Handle, roomOptions, loop, registry));
    }

    /// <summary>Gets the name of the room.</summary>
    public string Room { get; }

    /// <summary>Gets the invites of the room.</summary>
    public ChatInviteList Invites { get; }

    /// <summary>Gets the members of the room in alphabetical order, the host excluded.</summary>
    public IReadOnlyList<ChatMember> Members => _room.GetMembers();

    /// <summary>Gets the state of the connection to the backplane; null if only this server carries the room.</summary>
    public ChatBackplane? Backplane => _room.GetBackplaneStatus();

    /// <inheritdoc/>
    public override ChatRole Role => ChatRole.Room;

    /// <inheritdoc/>
    public override ChatSessionState State => IsCompleted ? ChatSessionState.Closed : _room.Count > 0 ? ChatSessionState.Connected : ChatSessionState.Listening;

    /// <inheritdoc/>
    public override string HostName { get; }

    /// <inheritdoc/>
    public override int Port { get; }

    /// <inheritdoc/>
    public override string? LocalEndPoint { get; }

    /// <summary>Gets the number of messages that the host has sent.</summary>
    public override long MessagesSent => Interlocked.Read(ref _messagesSent);

    /// <summary>Gets the number of messages that the members have sent to all members or to the host.</summary>
    public override long MessagesReceived => Interlocked.Read(ref _messagesReceived);

    /// <inheritdoc/>
    public override ChatCloseReason? CloseReason => IsCompleted ? ChatCloseReason.Stopped : null;

    /// <summary>Gets null: a room has members in place of one peer.</summary>
    internal override ChatPeer? CurrentPeer => null;

    internal override ChatTurn CurrentTurn => ChatTurn.Free;

    internal override bool IsCompleted
    {
        get
        {
            lock (_unread)
                return _stopped;
        }
    }

    /// <summary>Opens a room.</summary>
    /// <param name="room">The name of the room: one word of 1 to 32 letters, digits, '-', '_' or '.'.</param>
    /// <param name="port">The port, 0 through 65535; 0 selects a free port.</param>
    /// <param name="options">The options of the session. The handle is that of the host, must consist of letters, and is not available to members.</param>
    /// <param name="roomOptions">The options of the room; null for the defaults.</param>
    /// <param name="bindAddress">The address to listen on; null for all IPv6 and IPv4 addresses.</param>
    /// <exception cref="ChatException">
    /// HandleInvalid, InvalidRoomName, PortInUse, PermissionDenied, ConnectFailed, AddressInvalid, KeyInvalid, BackplaneInvalid, BackplaneFailed,
    /// FingerprintInvalid, or HandleTaken: a member at another server has the handle.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">A limit is out of range.</exception>
    public static RoomSession Start(string room, int port, ChatOptions options, RoomOptions? roomOptions = null, IPAddress? bindAddress = null)
    {
        roomOptions ??= new RoomOptions();
        options.Validate();
        roomOptions.Validate();
        RoomNameValidator.ThrowIfInvalid(room);
        HandleValidator.ThrowIfInvalid(options.Handle, options.MaxHandleLength, lettersOnly: true);
        if (options.MaxMessageLength > RoomOptions.MessageLengthLimit)
        {
            throw new ArgumentOutOfRangeException(nameof(options), options.MaxMessageLength,
                $"In a room, the maximum message length must not exceed {RoomOptions.MessageLengthLimit} characters.");
        }
        var listener = Listener.Start(port, options, bindAddress);
        try
        {
            return new RoomSession(room, listener, options, roomOptions);
        }
        catch
        {
            listener.Dispose();
            throw;
        }
    }

    /// <summary>Sends a message to all members, if there are any. <c>\quit</c> disconnects all members; the room stays open.</summary>
    /// <inheritdoc/>
    public override ChatMessage? Send(string text, CancellationToken cancellationToken = default) =>
        TryQuit(text) ? null : SendCore(text, null, cancellationToken);

    /// <summary>Sends a message to one member.</summary>
    /// <param name="text">One line of 1 to <see cref="ChatOptions.MaxMessageLength"/> characters.</param>
    /// <param name="to">The handle of the member, in any case.</param>
    /// <param name="cancellationToken">Cancels the wait for backlogged members.</param>
    /// <returns>The message that was sent.</returns>
    /// <exception cref="ChatException">MessageEmpty, MessageTooLong, MessageInvalid, MemberNotFound or SessionClosed.</exception>
    public ChatMessage Send(string text, string to, CancellationToken cancellationToken = default) => SendCore(text, to, cancellationToken);

    /// <summary>Removes a member from the room.</summary>
    /// <param name="handle">The handle of the member, in any case.</param>
    /// <param name="reason">The reason, which all members receive; null for none.</param>
    /// <exception cref="ChatException">MemberNotFound, MessageTooLong or SessionClosed.</exception>
    public void Remove(string handle, string? reason = null)
    {
        if (reason is not null && MessageValidator.CountCharacters(reason) is var length && length > Options.MaxMessageLength)
            throw new ChatException(ChatErrorReason.MessageTooLong, $"The reason has {length} characters, but the maximum is {Options.MaxMessageLength}.") { OptionName = "Reason" };
        if (IsCompleted)
            throw CreateClosedException();
        _room.Host.Remove(handle, reason);
    }

    /// <summary>Returns the error text for a handle that no member of the room has.</summary>
    internal string FormatMemberNotFound(string handle) => $"There is no member named '{DisplayText.Sanitize(handle)}' in {Room}.";

    private protected override int CountUnread()
    {
        lock (_unread)
            return _unread.Count;
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

    /// <summary>Disconnects all members; the room stays open. This method does not throw.</summary>
    public override void Disconnect()
    {
        if (!IsCompleted)
            _room.RemoveAll($"All members were disconnected by {Handle}.");
    }

    /// <summary>Notifies and disconnects all members, and closes the room. Waits a few seconds at most for slow members. This method does not throw.</summary>
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
        AddNotice(ChatNoticeKind.Lifecycle, $"Room {Room} is closed.");
        CloseTranscript();
    }

    /// <summary>Handles a message that a member has sent to all members or to the host.</summary>
    internal void OnMessage(string from, string text, string? to)
    {
        Interlocked.Increment(ref _messagesReceived);
        lock (_unread)
        {
            if (_unread.Count >= MaxUnreadMessages)
            {
                _unread.Dequeue();
                if (!_isOverflowing)
                    AddNotice(ChatNoticeKind.Lifecycle, $"More than {MaxUnreadMessages} messages are unread. The oldest were dropped.");
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
        _room.Host.Send(text, to, cancellationToken);
        Interlocked.Increment(ref _messagesSent);
        return AddMessage(Handle, text, isMine: true, to);
    }
}
