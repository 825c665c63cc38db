using System;
using System.Collections.Generic;
using System.Net.Sockets;
using System.Threading;
using PSPairChat.Connections;
using PSPairChat.Messages;
using PSPairChat.Rooms;
using PSPairChat.Security;
using PSPairChat.Sessions;

namespace PSPairChat;

/// <summary>Represents the session of a member of a room. It ends when the member leaves.</summary>
public sealed class RoomMemberSession : ChatSession, IRoomSession
{
    private readonly RoomConversation _conversation;
    private readonly ChatSecurity? _security;
    private long _messagesSent;
    private long _messagesReceived;

    private RoomMemberSession(TransportConnection transport, string hostName, int port, string room, ChatOptions options, RoomDialect dialect)
        : base(options)
    {
        _security = transport.Security;
        HostName = hostName;
        Port = port;
        Room = room;
        LocalEndPoint = transport.LocalEndPoint?.ToString();
        var peer = new ChatPeer(transport.RemoteEndPoint, dialect == RoomDialect.Text ? "Room" : dialect.ToString(), DateTime.Now) { Handle = room };
        _conversation = new RoomConversation(this, transport, peer, dialect);
    }

    /// <summary>Gets the name of the room.</summary>
    public string Room { get; }

    /// <summary>
    /// Gets the other members of the room, and its host, in alphabetical order, as of the last call that sent or received. To include what the room has reported
    /// since then, call <see cref="Refresh"/> first.
    /// </summary>
    public IReadOnlyList<ChatMember> Members => _conversation.Members.GetAll();

    /// <inheritdoc/>
    public override ChatRole Role => ChatRole.Client;

    /// <inheritdoc/>
    public override ChatSessionState State => _conversation.Lifecycle.IsClosed ? ChatSessionState.Closed : _conversation.Resume.State;

    /// <inheritdoc/>
    public override string HostName { get; }

    /// <inheritdoc/>
    public override int Port { get; }

    /// <inheritdoc/>
    public override string? LocalEndPoint { get; }

    /// <inheritdoc/>
    public override ChatSecurity? Security => IsCompleted ? null : _security;

    /// <summary>Gets the messages that were sent and not acknowledged by the room; empty if the session cannot be resumed.</summary>
    public string[] Unconfirmed => _conversation.Resume.Unconfirmed;

    /// <inheritdoc/>
    public override long MessagesSent => Interlocked.Read(ref _messagesSent);

    /// <inheritdoc/>
    public override long MessagesReceived => Interlocked.Read(ref _messagesReceived);

    /// <inheritdoc/>
    public override ChatCloseReason? CloseReason => _conversation.Lifecycle.CloseReason;

    internal override Socket? ReceiveSocket => _conversation.Socket;

    /// <summary>Gets the room as the peer of this session.</summary>
    internal override ChatPeer? CurrentPeer => _conversation.Room;

    internal override ChatTurn CurrentTurn => ChatTurn.Free;

    internal override bool IsCompleted => _conversation.Lifecycle.State == ConnectionState.Reported;

    /// <summary>Joins a room.</summary>
    /// <param name="hostName">The name or address of the host.</param>
    /// <param name="port">The port of the room, from 1 through 65535.</param>
    /// <param name="room">The name of the room. A Kutztown room has no name and accepts any.</param>
    /// <param name="options">The options of the session. The handle is the nickname and consists of letters only.</param>
    /// <param name="dialect">The dialect of the room.</param>
    /// <param name="timeout">The time limit for connecting and joining. The default is ten seconds.</param>
    /// <param name="cancellationToken">Cancels the attempt.</param>
    /// <exception cref="ChatException">
    /// HandleInvalid, HandleTaken, InvalidRoomName, RoomNotFound, RoomFull, NotARoom, HostNotFound, ConnectFailed or ConnectTimedOut.
    /// </exception>
    /// <exception cref="OperationCanceledException">The attempt was canceled.</exception>
    public static RoomMemberSession Connect(
        string hostName, int port, string room, ChatOptions options, RoomDialect dialect = RoomDialect.Text, TimeSpan? timeout = null,
        CancellationToken cancellationToken = default)
    {
        options.Validate();
        RoomNameValidator.ThrowIfInvalid(room);
        HandleValidator.ThrowIfInvalid(options.Handle, options.MaxHandleLength, lettersOnly: true);
        var limit = timeout ?? TcpConnector.DefaultTimeout;
        var deadline = Deadline.After(limit);
        var (connection, server) = Connector.Connect(hostName, port, options, limit, cancellationToken);
        return FromConnection(connection, server.Host, server.Port, room, options, dialect, deadline, cancellationToken);
    }

    /// <inheritdoc/>
    public override ChatMessage? Send(string text, CancellationToken cancellationToken = default) =>
        TryQuit(text) ? null : SendCore(text, null, cancellationToken);

    /// <summary>Sends a private message to one member.</summary>
    /// <param name="text">One line of 1 to <see cref="ChatOptions.MaxMessageLength"/> characters.</param>
    /// <param name="to">The handle of the member, not case-sensitive.</param>
    /// <param name="cancellationToken">Cancels the send within 100 ms.</param>
    /// <returns>The message that was sent. If the room has no such member, it reports that in a notice.</returns>
    /// <exception cref="ChatException">MessageEmpty, MessageTooLong, MessageInvalid, HandleInvalid, NotSupported, SendTimedOut, PeerQuit, PeerDisconnected or SessionClosed.</exception>
    /// <exception cref="OperationCanceledException">The send was canceled. If a part of the message was sent, the connection is closed.</exception>
    public ChatMessage Send(string text, string to, CancellationToken cancellationToken = default)
    {
        if (HandleValidator.Validate(to, int.MaxValue, lettersOnly: true) is { } error)
            throw new ChatException(ChatErrorReason.HandleInvalid, error) { OptionName = "To" };
        return SendCore(text, to, cancellationToken);
    }

    /// <inheritdoc/>
    public override void Refresh() => _conversation.Poll();

    /// <inheritdoc/>
    public override void Disconnect() => Close(ChatCloseReason.LocalQuit);

    /// <inheritdoc/>
    public override void Dispose() => Close(ChatCloseReason.Stopped);

    /// <summary>Joins a room over an existing connection, which is disposed of if that fails.</summary>
    internal static RoomMemberSession FromConnection(
        TransportConnection transport, string hostName, int port, string room, ChatOptions options, RoomDialect dialect, Deadline deadline,
        CancellationToken cancellationToken)
    {
        var session = new RoomMemberSession(transport, hostName, port, room, options, dialect);
        try
        {
            session._conversation.Join(deadline, cancellationToken);
        }
        catch
        {
            transport.Dispose();
            throw;
        }
        session.AddNotice(ChatNoticeKind.Lifecycle, $"Joined {room} at {hostName}:{port}.");
        // The room sends the list of its members with the response.
        session.Refresh();
        return session;
    }

    private protected override int CountUnread() => _conversation.CountUnread();

    private protected override ReceiveResult ReceiveCore(Deadline deadline, bool waitOnOwnTurn, CancellationToken cancellationToken)
    {
        if (IsCompleted)
            throw CreateClosedException();
        var result = _conversation.TryReceive(deadline, cancellationToken);
        if (result.Outcome == ReceiveOutcome.Message)
            Interlocked.Increment(ref _messagesReceived);
        if (result.Outcome == ReceiveOutcome.Ended)
            Report();
        return result;
    }

    private ChatMessage SendCore(string text, string? to, CancellationToken cancellationToken)
    {
        MessageValidator.ThrowIfInvalid(text, Options.MaxMessageLength);
        if (IsCompleted)
            throw CreateClosedException();
        try
        {
            _conversation.Send(text, to, cancellationToken);
        }
        finally
        {
            // If the conversation has ended, the exception informs the caller.
            Report();
        }
        Interlocked.Increment(ref _messagesSent);
        return AddMessage(Handle, text, isMine: true, to);
    }

    private void Close(ChatCloseReason reason)
    {
        _conversation.Close(reason);
        Report();
    }

    private void Report()
    {
        if (TryReport(_conversation.Lifecycle, _conversation.Room, "has closed the connection"))
            CloseTranscript();
    }
}
