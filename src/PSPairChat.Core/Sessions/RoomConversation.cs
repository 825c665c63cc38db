using System;
using System.Net.Sockets;
using System.Threading;
using PSPairChat.Connections;
using PSPairChat.Rooms;
using PSPairChat.Security;

namespace PSPairChat.Sessions;

/// <summary>Represents the membership in a room, from the first byte to the last: its protocol and what the room has reported of its members.</summary>
internal sealed class RoomConversation : IConnectionHandler
{
    /// <summary>The beginning of the text that a room sends to a member that is removed.</summary>
    public const string RemovedPrefix = "You were removed by ";

    private const string TakenSuffix = " is taken.";
    private const int MaxUnreadBytes = 64 * 1024;

    private static readonly TimeSpan WelcomeTimeout = TimeSpan.FromSeconds(3);

    private readonly ChatSession _session;
    private readonly ChatConnection _connection;
    private readonly RoomProtocol _protocol;
    private readonly RoomEventReader _reader;
    private readonly bool _isSecure;
    private RoomEvent? _nextMessage;
    private bool _hasReceived;
    private ChatException? _serverError;

    public RoomConversation(ChatSession session, TransportConnection transport, ChatPeer room, RoomDialect dialect)
    {
        _session = session;
        _isSecure = transport.Security is not null;
        _connection = new ChatConnection(transport, this, session.Options.SendTimeout);
        _protocol = RoomProtocol.Create(dialect);
        Resume = new ResumeStatus(session, transport);
        _reader = new RoomEventReader(_protocol, Resume.SetLogPosition);
        Members = new RoomMemberList(session);
        Room = room;
    }

    public ChatPeer Room { get; }

    public RoomMemberList Members { get; }

    public ResumeStatus Resume { get; }

    /// <summary>Gets the state of the connection and why the conversation ended.</summary>
    public ConnectionLifecycle Lifecycle => _connection.Lifecycle;

    /// <summary>Gets the socket that is readable when there is something to receive; null where no socket shows that.</summary>
    public Socket? Socket => _connection.Socket;

    string IConnectionHandler.PeerName => Room.ToString();

    bool IConnectionHandler.IsEmpty => _reader.ByteCount == 0 && _nextMessage is null;

    bool IConnectionHandler.IsFull => _reader.ByteCount >= MaxUnreadBytes;

    /// <summary>Joins the room.</summary>
    /// <exception cref="ChatException">HandleTaken, HandleInvalid, RoomNotFound, RoomFull, NotARoom, ConnectFailed or ConnectTimedOut.</exception>
    /// <exception cref="OperationCanceledException">The wait was canceled.</exception>
    public void Join(Deadline deadline, CancellationToken cancellationToken)
    {
        var welcome = WaitForWelcome(deadline, cancellationToken);
        if (welcome.Kind != RoomEventKind.Welcome)
            throw CreateJoinException(welcome);
        if (welcome.Handle.Length > 0 && !string.Equals(welcome.Handle, Room.Handle, StringComparison.OrdinalIgnoreCase))
        {
            throw new ChatException(ChatErrorReason.RoomNotFound,
                $"Room '{Room}' not found at {_session.HostName}:{_session.Port}. The name of the room there is '{DisplayText.Sanitize(welcome.Handle)}'.");
        }
        // If this fails, the next receive detects it.
        _connection.TrySend(Encode(new ClientCommand(ClientCommandKind.Nick, _session.Handle)));
        var response = WaitForResponse(deadline, cancellationToken);
        if (response.Kind != RoomEventKind.NickAccepted)
            throw CreateJoinException(response);
    }

    /// <summary>Sends a message.</summary>
    /// <param name="text">The text.</param>
    /// <param name="to">The handle of the only receiver; null for all.</param>
    /// <param name="cancellationToken">Cancels the send within 100 ms.</param>
    /// <exception cref="ChatException">NotSupported, SendTimedOut, PeerQuit, PeerDisconnected or SessionClosed.</exception>
    /// <exception cref="OperationCanceledException">The send was canceled. If a part of the message was sent, the connection is closed.</exception>
    public void Send(string text, string? to, CancellationToken cancellationToken)
    {
        if (to is not null && _protocol is KutztownProtocol)
            throw new ChatException(ChatErrorReason.NotSupported, "A Kutztown room does not support private messages.");
        var command = to is null
            ? new ClientCommand(ClientCommandKind.Message, _session.Handle, text)
            : new ClientCommand(ClientCommandKind.PrivateMessage, to, text);
        var frame = Encode(command);
        _connection.EnterWrite(cancellationToken);
        try
        {
            _connection.ThrowIfNotOpen();
            _connection.WaitForSendBuffer(frame.Count, cancellationToken);
            Resume.OnSending(text, frame.Count);
            _connection.Send(frame, cancellationToken);
        }
        finally
        {
            _connection.ExitWrite();
        }
    }

    /// <summary>Waits for the next message.</summary>
    /// <exception cref="OperationCanceledException">The wait was canceled.</exception>
    public ReceiveResult TryReceive(Deadline deadline, CancellationToken cancellationToken)
    {
        if (!_connection.TryEnterRead(deadline, cancellationToken))
            return ReceiveResult.WithoutMessage(Lifecycle);
        try
        {
            while (!_connection.TryPeekMessage())
            {
                if (Lifecycle.IsClosed || !_connection.Receive(deadline, cancellationToken))
                    return ReceiveResult.WithoutMessage(Lifecycle);
            }
            return new ReceiveResult(ReceiveOutcome.Message, ReadMessage());
        }
        finally
        {
            _connection.ExitRead();
        }
    }

    /// <summary>Counts the messages that have arrived.</summary>
    public int CountUnread()
    {
        // A thread that receives takes what has arrived.
        if (Lifecycle.IsClosed || !_connection.TryEnterRead(Deadline.Passed, CancellationToken.None))
            return 0;
        try
        {
            return _reader.Count(IsMessage) + (_nextMessage is null ? 0 : 1);
        }
        finally
        {
            _connection.ExitRead();
        }
    }

    /// <summary>Receives what is there, without waiting, to detect a close of the room.</summary>
    public void Poll() => _connection.Poll();

    /// <summary>Leaves the room, if the conversation has not ended yet, and closes the connection. Waits for no receiver.</summary>
    public void Close(ChatCloseReason reason) => _connection.Close(reason);

    ArraySegment<byte> IConnectionHandler.GetBuffer() => _reader.GetBuffer();

    Deadline IConnectionHandler.GetIdleDeadline() => Deadline.Never;

    void IConnectionHandler.OnReceived(ArraySegment<byte> bytes)
    {
        _reader.Advance(bytes.Count);
        if (!_hasReceived)
            _serverError = TlsMismatch.FindServerError(bytes, _isSecure, $"{_session.HostName}:{_session.Port}");
        _hasReceived = true;
    }

    void IConnectionHandler.OnIdle()
    {
        // A pause has no meaning in the protocol of a room.
    }

    void IConnectionHandler.OnEndOfStream()
    {
        // An incomplete frame is not an event.
    }

    bool IConnectionHandler.TryPeekMessage()
    {
        try
        {
            while (_nextMessage is null && _reader.TryRead(out var roomEvent))
                OnEvent(roomEvent);
        }
        catch (FormatException e)
        {
            _connection.SetClosed(ChatCloseReason.ProtocolError, new ChatException(ChatErrorReason.ProtocolViolation, e.Message, e));
        }
        return _nextMessage is not null;
    }

    void IConnectionHandler.SendQuit() => _connection.TrySend(Encode(new ClientCommand(ClientCommandKind.Quit, _session.Handle)));

    // A room sends its greeting first; a one-to-one server waits for the client.
    private RoomEvent WaitForWelcome(Deadline deadline, CancellationToken cancellationToken)
    {
        var welcomeDeadline = deadline.Remaining is { } remaining && remaining < WelcomeTimeout ? deadline : Deadline.After(WelcomeTimeout);
        try
        {
            return WaitForResponse(welcomeDeadline, cancellationToken);
        }
        catch (ChatException e) when (e.Reason == ChatErrorReason.ConnectTimedOut)
        {
            throw CreateNotARoomException("It sent no greeting.", e);
        }
    }

    private RoomEvent WaitForResponse(Deadline deadline, CancellationToken cancellationToken)
    {
        var address = $"{_session.HostName}:{_session.Port}";
        try
        {
            RoomEvent response;
            while (!_reader.TryRead(out response) || _serverError is not null)
            {
                if (_serverError is not null)
                    throw _serverError;
                if (Lifecycle.State != ConnectionState.Open)
                    throw new ChatException(ChatErrorReason.ConnectFailed, $"{address} closed the connection.", _connection.CreateClosedException());
                if (!_connection.Receive(deadline, cancellationToken))
                    throw new ChatException(ChatErrorReason.ConnectTimedOut, $"{address} did not respond like a room.");
            }
            return response;
        }
        catch (FormatException e)
        {
            throw CreateNotARoomException(e.Message, e);
        }
    }

    private ChatException CreateJoinException(RoomEvent response)
    {
        var text = DisplayText.Sanitize(response.Text);
        return response.Kind switch
        {
            RoomEventKind.NickRejected when _protocol is KutztownProtocol => new ChatException(
                ChatErrorReason.HandleTaken, $"The room rejected the handle '{_session.Handle}'."),
            RoomEventKind.NickRejected => new ChatException(
                text.EndsWith(TakenSuffix, StringComparison.Ordinal) ? ChatErrorReason.HandleTaken : ChatErrorReason.HandleInvalid, text),
            RoomEventKind.RoomFull => new ChatException(ChatErrorReason.RoomFull, text),
            RoomEventKind.Closing => new ChatException(ChatErrorReason.ConnectFailed, text),
            _ => CreateNotARoomException($"It sent '{text}'."),
        };
    }

    private ChatException CreateNotARoomException(string cause, Exception? innerException = null) => new(ChatErrorReason.NotARoom,
        $"{_session.HostName}:{_session.Port} did not respond like a room. {cause}", innerException);

    private ChatMessage ReadMessage()
    {
        var (kind, from, text) = _nextMessage.GetValueOrDefault();
        _nextMessage = null;
        if (kind != RoomEventKind.HistoryMessage)
            Members.CountMessage(from);
        return _session.AddMessage(
            from, text, isMine: false, kind == RoomEventKind.PrivateMessage ? _session.Handle : null, kind == RoomEventKind.HistoryMessage);
    }

    private void OnEvent(RoomEvent roomEvent)
    {
        var handle = DisplayText.Sanitize(roomEvent.Handle);
        switch (roomEvent.Kind)
        {
            case RoomEventKind.Message or RoomEventKind.PrivateMessage or RoomEventKind.HistoryMessage:
                if (IsMessage(roomEvent))
                    _nextMessage = roomEvent;
                break;
            case RoomEventKind.Closing when roomEvent.Text.StartsWith(RemovedPrefix, StringComparison.Ordinal):
                AddPresenceNotice(DisplayText.Sanitize(roomEvent.Text));
                _connection.SetClosed(ChatCloseReason.Removed, null);
                break;
            case RoomEventKind.MemberList:
                Members.Update(MemberList.Parse(roomEvent.Text), MemberList.IsComplete(roomEvent.Text));
                AddPresenceNotice($"Members: {DisplayText.Sanitize(roomEvent.Text)}");
                break;
            case RoomEventKind.Joined:
                Members.Add(roomEvent.Handle);
                AddPresenceNotice($"{handle} has joined.");
                break;
            case RoomEventKind.Left:
                Members.Remove(roomEvent.Handle);
                AddPresenceNotice(roomEvent.Text.Length > 0 ? $"{handle} has left: {DisplayText.Sanitize(roomEvent.Text)}" : $"{handle} has left.");
                break;
            default:
                AddPresenceNotice(DisplayText.Sanitize(roomEvent.Text));
                break;
        }
    }

    // A message of a member to all, except the copy of its own that a sender receives in some protocols.
    private bool IsMessage(RoomEvent roomEvent) => roomEvent.Kind is RoomEventKind.PrivateMessage or RoomEventKind.HistoryMessage
        || roomEvent.Kind == RoomEventKind.Message && !(_protocol.EchoesToSender && roomEvent.Handle == _session.Handle);

    private void AddPresenceNotice(string text) => _session.AddNotice(ChatNoticeKind.Presence, text);

    private ArraySegment<byte> Encode(ClientCommand command) => new(_protocol.Encode(command));
}
