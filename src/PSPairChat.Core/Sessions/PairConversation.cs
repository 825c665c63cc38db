using System;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using PSPairChat.Connections;
using PSPairChat.Dialects;
using PSPairChat.Rooms;
using PSPairChat.Security;

namespace PSPairChat.Sessions;

/// <summary>Represents one conversation of a pair, from the first byte to the last: its dialect, its handshake and its turns.</summary>
internal sealed class PairConversation : IConnectionHandler
{
    private static readonly TimeSpan GreetingTimeout = TimeSpan.FromSeconds(2);

    private readonly ChatSession _session;
    private readonly ChatConnection _connection;
    private readonly ChatSide _side;
    private readonly DialectDecoder _decoder;
    private readonly DialectSender _sender;
    private readonly TurnTracker _turns;        // its lock keeps a send and a receive from passing the turn at the same time
    private Deadline _idleDeadline;             // when a pause ends what was received; never while that is not measured
    private bool _hasWaitedForGreeting;
    private volatile bool _hasReceived;

    public PairConversation(ChatSession session, TransportConnection transport, ChatSide side)
    {
        _session = session;
        _side = side;
        _connection = new ChatConnection(transport, this, session.Options.SendTimeout);
        var dialect = session.Options.Dialect;
        var port = ((side == ChatSide.Client ? transport.RemoteEndPoint : transport.LocalEndPoint) as IPEndPoint)?.Port ?? 0;
        _decoder = new DialectDecoder(dialect, side == ChatSide.Client ? ChatSide.Server : ChatSide.Client, session.Handle, port);
        _sender = new DialectSender(session, _connection, dialect, side, port);
        _turns = new TurnTracker(session.Options.TurnOrder, dialect.FirstSpeaker == side && !_decoder.AwaitsGreeting);
        Peer = new ChatPeer(transport.RemoteEndPoint, dialect.Name, DateTime.Now);
        Security = transport.Security;
        Resume = new ResumeStatus(session, transport);
        if (dialect.GreetsFirst == side || !_decoder.AwaitsGreeting)
            _sender.SendGreeting();
    }

    public ChatPeer Peer { get; }

    public ChatSecurity? Security { get; }

    public ConnectionLifecycle Lifecycle => _connection.Lifecycle;

    public ResumeStatus Resume { get; }

    public ChatTurn Turn => _turns.Turn;

    public long MessagesSent => _turns.MessagesSent;

    public long MessagesReceived => _turns.MessagesReceived;

    /// <summary>Gets the socket that is readable when there is something to receive; null where a pause shows that, or no socket does.</summary>
    public Socket? Socket => _decoder.NeedsIdle ? null : _connection.Socket;

    /// <summary>Gets whether this client has sent a message and received nothing.</summary>
    public bool IsUnanswered => _side == ChatSide.Client && MessagesSent > 0 && !_hasReceived;

    /// <summary>Gets whether a server of an unknown dialect can still send a greeting.</summary>
    public bool CanReceiveGreeting => _side == ChatSide.Client && _decoder.IsUndetected && !_decoder.HasSent;

    string IConnectionHandler.PeerName => Peer.ToString();

    bool IConnectionHandler.IsEmpty => _decoder.IsEmpty;

    bool IConnectionHandler.IsFull => _decoder.Buffered >= FrameDecoder.MaxFrameBytes;

    /// <summary>Sends a message.</summary>
    /// <exception cref="ChatException">NotYourTurn, MessageTooLong, MessageInvalid, SendTimedOut, PeerQuit, PeerDisconnected or SessionClosed.</exception>
    /// <exception cref="OperationCanceledException">The send was canceled. If a part of the message was sent, the connection is closed.</exception>
    public ChatMessage Send(string text, CancellationToken cancellationToken)
    {
        if (_decoder.IsUndetected && !_decoder.HasSent || _decoder.AwaitsGreeting || _decoder.NeedsIdle)
            DrainBeforeSend(cancellationToken);
        _connection.EnterWrite(cancellationToken);
        try
        {
            if (Turn == ChatTurn.Theirs)
                throw new ChatException(ChatErrorReason.NotYourTurn, $"It is {Peer}'s turn to send.");
            _connection.ThrowIfNotOpen();
            var frame = _sender.Encode(text);
            _connection.WaitForSendBuffer(frame.Count, cancellationToken);
            _sender.WaitForSendGap(cancellationToken);
            // Recorded before the bytes are sent: another thread may receive the response before this one returns from the send.
            lock (_turns)
                _turns.OnSent();
            _decoder.HasSent = true;
            var message = _session.AddMessage(_session.Handle, text, isMine: true);
            Resume.OnSending(text, frame.Count);
            _sender.Send(frame, cancellationToken);
            return message;
        }
        finally
        {
            _connection.ExitWrite();
        }
    }

    /// <summary>Waits for the next message.</summary>
    /// <exception cref="OperationCanceledException">The wait was canceled.</exception>
    public ReceiveResult TryReceive(Deadline deadline, bool waitOnOwnTurn, CancellationToken cancellationToken)
    {
        if (!_connection.TryEnterRead(deadline, cancellationToken))
            return ReceiveResult.WithoutMessage(Lifecycle);
        try
        {
            while (!_connection.TryPeekMessage())
            {
                var isYourTurn = !waitOnOwnTurn && _decoder.IsEmpty && Turn == ChatTurn.Mine;
                if (Lifecycle.IsClosed || !isYourTurn && !_connection.Receive(deadline, cancellationToken))
                    return ReceiveResult.WithoutMessage(Lifecycle, IsUnanswered);
                if (isYourTurn && !_connection.Receive(Deadline.Passed, cancellationToken) && !WaitForServerGreeting(deadline, cancellationToken))
                    return new ReceiveResult(ReceiveOutcome.YourTurn);
            }
            _decoder.TryRead(out var item);
            return new ReceiveResult(ReceiveOutcome.Message, OnMessage(item.Text));
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
            return _decoder.CountMessages();
        }
        finally
        {
            _connection.ExitRead();
        }
    }

    /// <summary>Receives what is there, without waiting, to detect a close of the peer.</summary>
    public void Poll() => _connection.Poll();

    /// <summary>Sends <c>\quit</c>, or that this server restarts, if the conversation has not ended yet, and closes the connection. Waits for no receiver.</summary>
    public void Close(ChatCloseReason reason, bool isRestarting = false) => _connection.Close(reason, sendQuit: !isRestarting || !Resume.TryAnnounceRestart());

    ArraySegment<byte> IConnectionHandler.GetBuffer() => _decoder.GetBuffer();

    Deadline IConnectionHandler.GetIdleDeadline()
    {
        if (!_decoder.NeedsIdle)
            return Deadline.Never;
        if (_idleDeadline.IsNever)
            _idleDeadline = Deadline.After(_session.Options.IdleTimeout);
        return _idleDeadline;
    }

    void IConnectionHandler.OnReceived(ArraySegment<byte> bytes)
    {
        _idleDeadline = Deadline.Never;
        _session.TraceFrame("<-", bytes);
        _decoder.Advance(bytes.Count);
        if (!_hasReceived)
            CloseOnMismatch(bytes);
        _hasReceived = true;
    }

    void IConnectionHandler.OnIdle()
    {
        _idleDeadline = Deadline.Never;
        _decoder.OnIdle();
    }

    void IConnectionHandler.OnEndOfStream() => _decoder.Complete();

    bool IConnectionHandler.TryPeekMessage()
    {
        while (_decoder.TryPeek(out var item))
        {
            if (item.Kind is DialectItemKind.Message or DialectItemKind.GreetingReceived && FindRoomName(item.Text) is { } room)
            {
                _connection.SetClosed(ChatCloseReason.ProtocolError, RoomMismatch.CreateException(_session, room));
                return false;
            }
            switch (item.Kind)
            {
                case DialectItemKind.Message:
                    return true;
                case DialectItemKind.Quit:
                    _connection.SetClosed(ChatCloseReason.PeerQuit, null);
                    return false;
                case DialectItemKind.TooLong:
                    _connection.SetClosed(ChatCloseReason.ProtocolError, new ChatException(ChatErrorReason.LineTooLong,
                        $"{Peer} sent more than {FrameDecoder.MaxFrameBytes / 1024} KiB without an end of message. The connection is closed."));
                    return false;
                default:
                    OnHandshake(item);
                    _decoder.TryRead(out _);
                    break;
            }
        }
        return false;
    }

    void IConnectionHandler.SendQuit() => _sender.SendQuit();

    private string? FindRoomName(string text) =>
        _side == ChatSide.Client && _turns.MessagesReceived == 0 ? TextProtocol.FindRoomName(text) : null;

    private void CloseOnMismatch(ArraySegment<byte> firstBytes)
    {
        var error = _side == ChatSide.Client
            ? TlsMismatch.FindServerError(firstBytes, Security is not null, $"{_session.HostName}:{_session.Port}")
            : TlsMismatch.FindClientError(firstBytes, Security is not null, Peer);
        if (error is null)
            return;
        if (_side == ChatSide.Server)
            _connection.TrySend(TlsMismatch.EncodeLine(TlsMismatch.NoTls));
        _connection.SetClosed(ChatCloseReason.ProtocolError, error);
    }

    private ChatMessage OnMessage(string text)
    {
        lock (_turns)
            _turns.OnReceived();
        _sender.ClearSendGap();
        Peer.Handle = _decoder.Handle;
        return _session.AddMessage(Peer.DisplayName, text, isMine: false);
    }

    private void OnHandshake(DialectItem item)
    {
        var dialect = _decoder.Dialect;
        _sender.SetDialect(dialect);
        Peer.Handle = _decoder.Handle;
        Peer.Dialect = dialect.Name;
        if (item.Kind == DialectItemKind.Detected)
        {
            _session.AddNotice(ChatNoticeKind.Lifecycle, $"{Peer} speaks the dialect {dialect.Name}: {item.Text}.");
            return;
        }
        if (dialect.GreetsFirst == _side)
            _sender.ClearSendGap();
        else
            RespondToGreeting();
        lock (_turns)
            _turns.SetFirstTurn(dialect.FirstSpeaker == _side);
        _session.AddNotice(ChatNoticeKind.Lifecycle, $"{Peer} sent the greeting '{DisplayText.Sanitize(item.Text)}'.");
    }

    private void RespondToGreeting()
    {
        _connection.EnterWrite(CancellationToken.None);
        try
        {
            _sender.SendGreeting();
        }
        finally
        {
            _connection.ExitWrite();
        }
    }

    // What the peer has sent so far may show how to send. Waits only for a greeting that is due, and for the pause that ends what was received.
    private void DrainBeforeSend(CancellationToken cancellationToken)
    {
        var greetingDeadline = _decoder.AwaitsGreeting ? Deadline.After(GreetingTimeout) : Deadline.Passed;
        if (!_connection.TryEnterRead(greetingDeadline, cancellationToken))
            return;
        try
        {
            while (!_connection.TryPeekMessage() && Lifecycle.State == ConnectionState.Open)
            {
                var deadline = _decoder.NeedsIdle ? Deadline.Never : _decoder.AwaitsGreeting ? greetingDeadline : Deadline.Passed;
                if (!_connection.Receive(deadline, cancellationToken))
                    return;
            }
        }
        finally
        {
            _connection.ExitRead();
        }
    }

    // On the first turn of a client: a server that greets does so within a moment, or within the time limit of the caller.
    private bool WaitForServerGreeting(Deadline deadline, CancellationToken cancellationToken)
    {
        if (!CanReceiveGreeting || _hasWaitedForGreeting && deadline.IsNever)
            return false;
        var idleTimeout = _session.Options.IdleTimeout;
        if (!_hasWaitedForGreeting && (deadline.IsNever || deadline.Remaining < idleTimeout))
            deadline = Deadline.After(idleTimeout);
        _hasWaitedForGreeting = true;
        return _connection.Receive(deadline, cancellationToken);
    }
}
