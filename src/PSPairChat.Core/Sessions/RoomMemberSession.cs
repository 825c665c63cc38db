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
/// A session that joined a room as one of its members; it ends with the membership. Like a pair's, it is read by whoever asks for a message.
/// </summary>
public sealed class RoomMemberSession : ChatSession, IRoomSession
{
    private const int MaxFrameBytes = 128 * 1024;
    private const string TakenSuffix = " is taken.";

    private readonly TransportConnection _transport;
    private readonly RoomProtocol _protocol;
    private readonly Queue<ChatMessage> _unread = new();
    private readonly Dictionary<string, MemberInfo> _members = new(StringComparer.OrdinalIgnoreCase);  // also the gate for what is said of them
    private readonly object _readGate = new();
    private readonly object _writeGate = new();
    private readonly object _state = new();
    private byte[] _bytes = new byte[4096];
    private int _start;
    private int _end;
    private bool _endOfStream;
    private ChatCloseReason? _closeReason;
    private ChatException? _closeError;
    private long _sent;
    private long _received;
    private int _completed;

    private RoomMemberSession(TransportConnection stream, string hostName, int port, string room, ChatOptions options, RoomDialect dialect)
        : base(options)
    {
        _transport = stream;
        _protocol = RoomProtocol.Create(dialect);
        HostName = hostName;
        Port = port;
        Room = room;
        LocalEndPoint = stream.LocalEndPoint;
        Peer = new ChatPeer(stream.RemoteEndPoint, dialect == RoomDialect.Text ? "Room" : dialect.ToString(), DateTime.Now) { Handle = room };
    }

    /// <summary>The room's name.</summary>
    public string Room { get; }

    /// <summary>
    /// The others in the room, as far as the room has told up to the first message that is unread, the host among them; in alphabetical order.
    /// </summary>
    public IReadOnlyList<ChatMember> Members
    {
        get
        {
            PollForClose();
            lock (_members)
            {
                var members = new List<ChatMember>(_members.Count);
                foreach (var pair in _members)
                    members.Add(new ChatMember(this, pair.Key, null, pair.Value.ConnectedAt, pair.Value.MessageCount, 0));
                members.Sort((a, b) => string.Compare(a.Handle, b.Handle, StringComparison.OrdinalIgnoreCase));
                return members;
            }
        }
    }

    /// <inheritdoc/>
    public override ChatRole Role => ChatRole.Client;

    /// <inheritdoc/>
    public override ChatSessionState State => IsCompleted || PollForClose() ? ChatSessionState.Closed : ChatSessionState.Connected;

    /// <summary>The room.</summary>
    public override ChatPeer? Peer { get; }

    /// <inheritdoc/>
    public override ChatTurn Turn => ChatTurn.Free;

    /// <inheritdoc/>
    public override string HostName { get; }

    /// <inheritdoc/>
    public override int Port { get; }

    /// <inheritdoc/>
    public override EndPoint? LocalEndPoint { get; }

    /// <inheritdoc/>
    public override long MessagesSent => Interlocked.Read(ref _sent);

    /// <inheritdoc/>
    public override long MessagesReceived => Interlocked.Read(ref _received);

    /// <inheritdoc/>
    public override ChatCloseReason? CloseReason
    {
        get
        {
            lock (_state)
                return _closeReason;
        }
    }

    internal override bool IsCompleted => Volatile.Read(ref _completed) != 0;

    /// <summary>Joins a room.</summary>
    /// <param name="hostName">The name or address of its host.</param>
    /// <param name="port">Its port, 1 to 65535.</param>
    /// <param name="room">The room's name; a Kutztown room has none, and any will do.</param>
    /// <param name="options">How to talk; the handle is our nickname, of letters only.</param>
    /// <param name="dialect">How the room talks.</param>
    /// <param name="timeout">How long to try; ten seconds if left out.</param>
    /// <param name="cancellationToken">Gives up at once.</param>
    /// <exception cref="ChatException">HandleInvalid, HandleTaken, HostNotFound, ConnectFailed, ConnectTimedOut or ProtocolViolation.</exception>
    /// <exception cref="OperationCanceledException">It was given up.</exception>
    public static RoomMemberSession Connect(
        string hostName, int port, string room, ChatOptions options, RoomDialect dialect = RoomDialect.Text, TimeSpan? timeout = null,
        CancellationToken cancellationToken = default)
    {
        options.Validate();
        RoomNameValidator.ThrowIfInvalid(room);
        HandleValidator.ThrowIfInvalid(options.Handle, options.MaxHandleLength, lettersOnly: true);
        var time = timeout ?? TcpConnector.DefaultTimeout;
        var deadline = Deadline.After(time);
        var stream = TcpConnector.Connect(hostName, port, time, cancellationToken);
        var session = new RoomMemberSession(stream, hostName, port, room, options, dialect);
        try
        {
            session.JoinRoom(deadline, cancellationToken);
            return session;
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public override ChatMessage? Send(string text, CancellationToken cancellationToken = default)
    {
        if (text != TurnTracker.QuitCommand)
            return SendMessage(text, null, cancellationToken);
        if (IsCompleted)
            throw CreateClosedException();
        Disconnect();
        return null;
    }

    /// <summary>Says a message to one member.</summary>
    /// <param name="text">One line of 1 to <see cref="ChatOptions.MaxMessageLength"/> characters.</param>
    /// <param name="to">The member's handle; upper and lower case are the same.</param>
    /// <param name="cancellationToken">Gives up waiting for room on the wire.</param>
    /// <returns>What was said. Where there is nobody of that name after all, the room says so in a notice.</returns>
    /// <exception cref="ChatException">MessageEmpty, MessageTooLong, MessageInvalid, HandleInvalid, NoPeer, PeerQuit, PeerDisconnected or SessionClosed.</exception>
    public ChatMessage Send(string text, string to, CancellationToken cancellationToken = default)
    {
        if (_protocol is KutztownProtocol)
            throw new ChatException(ChatErrorReason.NoPeer, "In a Kutztown room everybody hears everything: nothing can be said to one alone.");
        HandleValidator.ThrowIfInvalid(to, int.MaxValue, lettersOnly: true);
        return SendMessage(text, to, cancellationToken);
    }

    private protected override ReceiveResult ReceiveCore(Deadline deadline, bool waitOnOwnTurn, CancellationToken cancellationToken)
    {
        if (IsCompleted)
            throw CreateClosedException();
        if (!deadline.TryEnter(_readGate, cancellationToken))
            return new ReceiveResult(ReceiveOutcome.TimedOut);
        try
        {
            while (true)
            {
                if (CloseReason is PSPairChat.ChatCloseReason.LocalQuit or PSPairChat.ChatCloseReason.Stopped)
                    return CreateEndedResult();
                if (_unread.Count > 0)
                {
                    Interlocked.Increment(ref _received);
                    return new ReceiveResult(ReceiveOutcome.Message, _unread.Dequeue());
                }
                if (CloseReason is not null)
                    return CreateEndedResult();
                if (PollRead(deadline.NextWait))
                    continue;
                cancellationToken.ThrowIfCancellationRequested();
                if (deadline.HasPassed)
                    return new ReceiveResult(ReceiveOutcome.TimedOut);
            }
        }
        finally
        {
            Monitor.Exit(_readGate);
        }
    }

    /// <inheritdoc/>
    public override void Disconnect() => Close(PSPairChat.ChatCloseReason.LocalQuit);

    /// <inheritdoc/>
    public override void Dispose() => Close(PSPairChat.ChatCloseReason.Stopped);

    // ---- joining

    private void JoinRoom(Deadline deadline, CancellationToken cancellationToken)
    {
        var hello = WaitForResponse(deadline, cancellationToken);
        if (hello.Kind != RoomEventKind.Welcome)
            throw CreateJoinException(hello);
        if (hello.Handle.Length > 0 && !string.Equals(hello.Handle, Room, StringComparison.OrdinalIgnoreCase))
        {
            throw new ChatException(ChatErrorReason.ConnectFailed,
                $"There is no room '{Room}' at {HostName}:{Port}; the room there is '{DisplayText.Sanitize(hello.Handle)}'.");
        }
        SendCommand(new ClientCommand(ClientCommandKind.Nick, Handle));
        var ready = WaitForResponse(deadline, cancellationToken);
        if (ready.Kind != RoomEventKind.NickAccepted)
            throw CreateJoinException(ready);
        AddNotice(ChatNoticeKind.Lifecycle, $"Joined {Room} at {HostName}:{Port}.");
    }

    private RoomEvent WaitForResponse(Deadline deadline, CancellationToken cancellationToken)
    {
        try
        {
            RoomEvent news;
            while (!TryRead(out news))
            {
                if (_endOfStream)
                    throw new ChatException(ChatErrorReason.ConnectFailed, $"{HostName}:{Port} has hung up.");
                if (ReceiveOnce(deadline.NextWait))
                    continue;
                cancellationToken.ThrowIfCancellationRequested();
                if (deadline.HasPassed)
                    throw new ChatException(ChatErrorReason.ConnectTimedOut, $"{HostName}:{Port} has not answered as a room does.");
            }
            return news;
        }
        catch (ConnectionLostException e)
        {
            throw new ChatException(ChatErrorReason.ConnectFailed, $"The connection with {HostName}:{Port} broke: {e.Message}", e);
        }
        catch (FormatException e)
        {
            throw new ChatException(ChatErrorReason.ProtocolViolation, $"At {HostName}:{Port} there is no room: {e.Message}", e);
        }
    }

    private ChatException CreateJoinException(RoomEvent news) => news.Kind switch
    {
        RoomEventKind.NickRejected when _protocol is KutztownProtocol => new ChatException(ChatErrorReason.HandleTaken, $"The room refuses the handle '{Handle}'."),
        RoomEventKind.NickRejected => new ChatException(
            news.Text.EndsWith(TakenSuffix, StringComparison.Ordinal) ? ChatErrorReason.HandleTaken : ChatErrorReason.HandleInvalid, DisplayText.Sanitize(news.Text)),
        RoomEventKind.RoomFull or RoomEventKind.Closing => new ChatException(ChatErrorReason.ConnectFailed, DisplayText.Sanitize(news.Text)),
        _ => new ChatException(ChatErrorReason.ProtocolViolation, $"At {HostName}:{Port} there is no room: it said '{DisplayText.Sanitize(news.Text)}'."),
    };

    // ---- hearing

    private bool PollForClose()
    {
        if (CloseReason is not null)
            return _unread.Count == 0;
        // Whoever holds the gate reads the end himself.
        if (_start == _end && !_transport.IsReadable || !Monitor.TryEnter(_readGate))
            return false;
        try
        {
            while (CloseReason is null && _unread.Count == 0 && PollRead(0))
            {
                // Until there is something to hear, or nothing more to pull.
            }
            return CloseReason is not null && _unread.Count == 0;
        }
        finally
        {
            Monitor.Exit(_readGate);
        }
    }

    // Whether anything came: bytes, an end or a break.
    private bool PollRead(int milliseconds)
    {
        try
        {
            if (_start == _end && !ReceiveOnce(milliseconds))
                return false;
            while (TryRead(out var news))
                OnEvent(news);
            if (_endOfStream)
                SetClosed(PSPairChat.ChatCloseReason.PeerQuit, null);
            else if (_start < _end && !ReceiveOnce(milliseconds))
                return false;
        }
        catch (ConnectionLostException e)
        {
            SetClosed(e.IsTimeout ? PSPairChat.ChatCloseReason.TimedOut : PSPairChat.ChatCloseReason.PeerDisconnected,
                new ChatException(ChatErrorReason.PeerDisconnected, $"The connection with {Room} broke: {e.Message}", e));
        }
        catch (FormatException e)
        {
            SetClosed(PSPairChat.ChatCloseReason.ProtocolError, new ChatException(ChatErrorReason.ProtocolViolation, e.Message, e));
        }
        return true;
    }

    private bool ReceiveOnce(int milliseconds)
    {
        if (_start > 0)
        {
            Buffer.BlockCopy(_bytes, _start, _bytes, 0, _end - _start);
            _end -= _start;
            _start = 0;
        }
        if (_end == _bytes.Length)
        {
            if (_end >= MaxFrameBytes)
                throw new FormatException($"{Room} sent more than {MaxFrameBytes / 1024} KiB without an end.");
            Array.Resize(ref _bytes, _bytes.Length * 2);
        }
        var count = _transport.Receive(_bytes, _end, _bytes.Length - _end, milliseconds);
        if (count == TransportConnection.WouldBlock)
            return false;
        _endOfStream = count == 0;
        _end += count;
        return true;
    }

    private bool TryRead(out RoomEvent news)
    {
        var found = _protocol.TryReadFrame(_bytes, ref _start, _end, out var frame);
        news = found ? _protocol.DecodeEvent(frame) : default;
        return found;
    }

    private void OnEvent(RoomEvent news)
    {
        switch (news.Kind)
        {
            case RoomEventKind.Message when _protocol.EchoesToSender && news.Handle == Handle:
                break;
            case RoomEventKind.Message or RoomEventKind.PrivateMessage or RoomEventKind.HistoryMessage:
                if (news.Kind != RoomEventKind.HistoryMessage)
                    GetOrAddMember(news.Handle).MessageCount++;
                _unread.Enqueue(AddMessage(news.Handle, news.Text, isMine: false,
                    news.Kind == RoomEventKind.PrivateMessage ? Handle : null, news.Kind == RoomEventKind.HistoryMessage));
                break;
            case RoomEventKind.MemberList:
                foreach (var handle in MemberList.Parse(news.Text))
                    GetOrAddMember(handle);
                AddNotice(ChatNoticeKind.Presence, $"Members: {DisplayText.Sanitize(news.Text)}");
                break;
            case RoomEventKind.Joined:
                GetOrAddMember(news.Handle);
                AddNotice(ChatNoticeKind.Presence, $"{DisplayText.Sanitize(news.Handle)} has joined.");
                break;
            case RoomEventKind.Left:
                lock (_members)
                    _members.Remove(news.Handle);
                AddNotice(ChatNoticeKind.Presence, news.Text.Length > 0
                    ? $"{DisplayText.Sanitize(news.Handle)} has left: {DisplayText.Sanitize(news.Text)}" : $"{DisplayText.Sanitize(news.Handle)} has left.");
                break;
            default:
                AddNotice(ChatNoticeKind.Presence, DisplayText.Sanitize(news.Text));
                break;
        }
    }

    private MemberInfo GetOrAddMember(string handle)
    {
        lock (_members)
        {
            if (!_members.TryGetValue(handle, out var known) && handle != Handle)
                _members.Add(handle, known = new MemberInfo());
            return known ?? new MemberInfo();
        }
    }

    // ---- speaking

    private ChatMessage SendMessage(string text, string? to, CancellationToken cancellationToken)
    {
        MessageValidator.ThrowIfInvalid(text, Options.MaxMessageLength);
        if (IsCompleted)
            throw CreateClosedException();
        Deadline.Never.TryEnter(_writeGate, cancellationToken);
        try
        {
            do
            {
                cancellationToken.ThrowIfCancellationRequested();
                PollForClose();
                if (CloseReason is not null)
                    throw CreateDisconnectedException();
            }
            while (!_transport.PollWrite(TransportConnection.PollInterval));
            SendCommand(to is null ? new ClientCommand(ClientCommandKind.Message, Handle, text) : new ClientCommand(ClientCommandKind.PrivateMessage, to, text));
        }
        catch (ConnectionLostException e)
        {
            SetClosed(PSPairChat.ChatCloseReason.PeerDisconnected,
                new ChatException(ChatErrorReason.PeerDisconnected, $"The connection with {Room} broke: {e.Message}", e));
            throw CreateDisconnectedException();
        }
        finally
        {
            Monitor.Exit(_writeGate);
        }
        Interlocked.Increment(ref _sent);
        return AddMessage(Handle, text, isMine: true, to);
    }

    private void SendCommand(ClientCommand request)
    {
        var frame = _protocol.Encode(request);
        _transport.Send(frame, 0, frame.Length);
    }

    private ChatException CreateDisconnectedException()
    {
        if (_unread.Count > 0)
            return new ChatException(ChatErrorReason.PeerQuit, $"{Room} has closed the connection; what was said before is still unread.");
        Interlocked.Exchange(ref _completed, 1);
        return CloseReason switch
        {
            PSPairChat.ChatCloseReason.LocalQuit or PSPairChat.ChatCloseReason.Stopped => CreateClosedException(),
            PSPairChat.ChatCloseReason.PeerQuit => new ChatException(ChatErrorReason.PeerQuit, $"{Room} has closed the connection."),
            _ => _closeError!,
        };
    }

    // ---- ending

    private void Close(ChatCloseReason reason)
    {
        Interlocked.Exchange(ref _completed, 1);
        lock (_state)
        {
            if (_closeReason is not null)
                return;
            _closeReason = reason;
        }
        if (Monitor.TryEnter(_writeGate, TransportConnection.PollInterval))
        {
            try
            {
                if (_transport.PollWrite(0))
                    SendCommand(new ClientCommand(ClientCommandKind.Quit, Handle));
            }
            catch (ConnectionLostException)
            {
                // The room is gone already.
            }
            finally
            {
                Monitor.Exit(_writeGate);
            }
        }
        CloseGracefully();
        AddNotice(ChatNoticeKind.Presence, "You have left.");
        CloseTranscript();
    }

    private void SetClosed(ChatCloseReason reason, ChatException? fault)
    {
        lock (_state)
        {
            if (_closeReason is not null)
                return;
            _closeError = fault;
            _closeReason = reason;
        }
        CloseGracefully();
        AddNotice(ChatNoticeKind.Presence, fault?.Message ?? $"{Room} has closed the connection.");
        CloseTranscript();
    }

    private void CloseGracefully()
    {
        _transport.ShutdownSend();
        _transport.CloseGracefully();
    }

    private ReceiveResult CreateEndedResult()
    {
        Interlocked.Exchange(ref _completed, 1);
        return new ReceiveResult(ReceiveOutcome.Ended, fault: _closeError);
    }

    /// <summary>What is known of another member.</summary>
    private sealed class MemberInfo
    {
        public DateTime ConnectedAt { get; } = DateTime.UtcNow;

        public long MessageCount { get; set; }
    }
}
