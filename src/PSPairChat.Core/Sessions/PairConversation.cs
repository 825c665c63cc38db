using System;
using System.Net;
using System.Threading;
using PSPairChat.Connections;
using PSPairChat.Dialects;
using PSPairChat.Messages;

namespace PSPairChat.Sessions;

/// <summary>
/// One conversation of a pair over one stream, from the first byte to the last: the one road that a message travels. Whoever asks for a message reads the
/// stream itself. Reading and writing have gates of their own; closing waits for neither: it signals, and the last one out disposes of the stream.
/// </summary>
internal sealed class PairConversation
{
    private static readonly TimeSpan QuitTimeout = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan GreetingTimeout = TimeSpan.FromSeconds(2);

    private readonly ChatSession _session;
    private readonly TransportConnection _transport;
    private readonly ChatSide _side;
    private readonly int _port;
    private readonly DialectDecoder _decoder;
    private volatile DialectEncoder _encoder;
    private Deadline _idleDeadline;                    // when the line has been quiet, while that is timed; guarded by the read gate
    private Deadline _sendGap;                  // when what we said last cannot run into what we say next; guarded by the state
    private bool _waitedForGreeting;
    private ConnectionLostException? _receiveError;
    private volatile ConnectionLostException? _sendError;
    private bool _endOfStream;
    private readonly TurnTracker _turns;
    private readonly object _readGate = new();
    private readonly object _writeGate = new();
    private readonly object _state = new();     // guards the talk, the end and what follows; never held while waiting
    private int _references;
    private bool _disposed;

    public PairConversation(ChatSession session, TransportConnection stream, ChatSide end)
    {
        _session = session;
        _transport = stream;
        _side = end;
        var dialect = session.Options.Dialect;
        _port = ((end == ChatSide.Client ? stream.RemoteEndPoint : stream.LocalEndPoint) as IPEndPoint)?.Port ?? 0;
        _decoder = new DialectDecoder(dialect, end == ChatSide.Client ? ChatSide.Server : ChatSide.Client, session.Handle, _port);
        _encoder = new DialectEncoder(dialect, end, session.Handle, _port);
        _turns = new TurnTracker(session.Options.TurnOrder, dialect.FirstSpeaker == end && !_decoder.AwaitsGreeting);
        Peer = new ChatPeer(stream.RemoteEndPoint, dialect.Name, DateTime.Now);
        if (dialect.GreetsFirst == end || !_decoder.AwaitsGreeting)
            SendGreeting();
    }

    public ChatPeer Peer { get; }

    /// <summary>Why the conversation ended; null while it goes on.</summary>
    public ChatCloseReason? CloseReason { get; private set; }

    /// <summary>What ended it, when that was a fault.</summary>
    public ChatException? CloseError { get; private set; }

    public ChatTurn Turn => _turns.Turn;

    public long MessagesSent => _turns.MessagesSent;

    public long MessagesReceived => _turns.MessagesReceived;

    /// <summary>Says a message.</summary>
    /// <exception cref="ChatException">NotYourTurn, PeerQuit, PeerDisconnected or SessionClosed.</exception>
    public ChatMessage Send(string text, CancellationToken cancellationToken)
    {
        if (!AddReference())
            throw CreateClosedException();
        try
        {
            if (_decoder.IsUndetected && !_decoder.HasSent || _decoder.AwaitsGreeting || _decoder.NeedsIdle)
                DrainBeforeSend(cancellationToken);
            Deadline.Never.TryEnter(_writeGate, cancellationToken);
            try
            {
                if (Turn == ChatTurn.Theirs)
                    throw new ChatException(ChatErrorReason.NotYourTurn, $"It is {Peer}'s turn to speak.");
                if (PollForClose() || _endOfStream || _receiveError is not null)
                    throw CreateClosedException();
                WaitForSendBuffer(cancellationToken);
                var frame = Encode(text);
                WaitForSendGap(cancellationToken);
                // Taken down before the bytes go: the answer may be read by another thread before this one comes back.
                lock (_state)
                    _turns.OnSent();
                _decoder.HasSent = true;
                var message = _session.AddMessage(_session.Handle, text, isMine: true);
                SendFrame(frame);
                return message;
            }
            finally
            {
                Monitor.Exit(_writeGate);
            }
        }
        catch (ConnectionLostException e)
        {
            // What was received whole before is delivered before the end is.
            _sendError = e;
            throw PollForClose() ? CreateClosedException() : CreateConnectionLostException(e);
        }
        finally
        {
            ReleaseReference();
        }
    }

    /// <summary>Waits for the next message.</summary>
    public ReceiveResult TryReceive(Deadline deadline, bool waitOnOwnTurn, CancellationToken cancellationToken)
    {
        if (!AddReference())
            return CreateEndedResult();
        try
        {
            if (!deadline.TryEnter(_readGate, cancellationToken))
                return new ReceiveResult(ReceiveOutcome.TimedOut);
            try
            {
                while (CloseReason is null)
                {
                    if (_decoder.TryRead(out var item))
                    {
                        if (TryHandleHandshake(item))
                            continue;
                        if (item.Kind == DialectItemKind.Message)
                            return new ReceiveResult(ReceiveOutcome.Message, OnMessage(item.Text));
                        SetClosed(item);
                        break;
                    }
                    if (_endOfStream || _receiveError is not null)
                    {
                        SetClosed(_receiveError);
                        break;
                    }
                    var inVain = !waitOnOwnTurn && _decoder.IsEmpty && Turn == ChatTurn.Mine;
                    if (inVain ? PollRead(0) || WaitForServerGreeting(cancellationToken) : PollRead(deadline.NextWait))
                        continue;
                    if (inVain)
                        return new ReceiveResult(ReceiveOutcome.YourTurn);
                    cancellationToken.ThrowIfCancellationRequested();
                    if (deadline.HasPassed)
                        return new ReceiveResult(ReceiveOutcome.TimedOut);
                }
                return CreateEndedResult();
            }
            finally
            {
                Monitor.Exit(_readGate);
            }
        }
        finally
        {
            ReleaseReference();
        }
    }

    /// <summary>Whether the conversation has ended, or its end has come with nothing unread before it.</summary>
    public bool PollForClose()
    {
        if (CloseReason is not null)
            return true;
        // Whoever holds the gate reads the end himself.
        if (_decoder.IsEmpty && !_transport.IsReadable || !AddReference())
            return CloseReason is not null;
        try
        {
            if (!Monitor.TryEnter(_readGate))
                return false;
            try
            {
                // The end may stand behind messages that are still unread; a peer that floods us is not read to its end for it.
                while (_decoder.Buffered < FrameDecoder.MaxFrameBytes && !_endOfStream && _receiveError is null && PollRead(0))
                    TryPeek(out _);
                if (TryPeek(out var item))
                {
                    if (item.Kind != DialectItemKind.Message)
                        SetClosed(item);
                }
                else if (_endOfStream || _receiveError is not null)
                {
                    SetClosed(_receiveError);
                }
                return CloseReason is not null;
            }
            finally
            {
                Monitor.Exit(_readGate);
            }
        }
        finally
        {
            ReleaseReference();
        }
    }

    /// <summary>Says <c>\quit</c>, if nobody did, and hangs up. Waits for nobody.</summary>
    public void Close(ChatCloseReason reason)
    {
        if (!AddReference())
            return;
        bool isFirst;
        lock (_state)
        {
            isFirst = CloseReason is null;
            CloseReason ??= reason;
        }
        if (isFirst)
            SendQuit();
        _transport.ShutdownSend();
        ReleaseReference();
    }

    private void SendQuit()
    {
        if (!Monitor.TryEnter(_writeGate, QuitTimeout))
            return;
        try
        {
            if (!_transport.PollWrite(0))
                return;
            var quit = _encoder.EncodeQuit();
            if (quit.Count == 0)
                return;
            WaitForSendGap(CancellationToken.None);
            SendFrame(quit);
        }
        catch (ConnectionLostException)
        {
            // The peer is gone already.
        }
        finally
        {
            Monitor.Exit(_writeGate);
        }
    }

    private ChatMessage OnMessage(string text)
    {
        lock (_state)
        {
            _turns.OnReceived();
            _sendGap = Deadline.Never;
            Peer.Handle = _decoder.Handle;
        }
        return _session.AddMessage(Peer.DisplayName, text, isMine: false);
    }

    // The next thing that the peer said to us, once all that only shows how it talks has been taken in.
    private bool TryPeek(out DialectItem item)
    {
        while (_decoder.TryPeek(out item))
        {
            if (!TryHandleHandshake(item))
                return true;
            _decoder.TryRead(out _);
        }
        return false;
    }

    // Whether it was about how the peer talks, and nothing said.
    private bool TryHandleHandshake(DialectItem item)
    {
        if (item.Kind is not (DialectItemKind.Detected or DialectItemKind.GreetingReceived))
            return false;
        var dialect = _decoder.Dialect;
        _encoder = new DialectEncoder(dialect, _side, _session.Handle, _port);
        if (item.Kind == DialectItemKind.GreetingReceived && dialect.GreetsFirst != _side)
        {
            lock (_writeGate)
                SendGreeting();
        }
        lock (_state)
        {
            Peer.Handle = _decoder.Handle;
            Peer.Dialect = dialect.Name;
            if (item.Kind == DialectItemKind.GreetingReceived)
            {
                _turns.SetFirstTurn(dialect.FirstSpeaker == _side);
                if (dialect.GreetsFirst == _side)
                    _sendGap = Deadline.Never;
            }
        }
        _session.AddNotice(ChatNoticeKind.Lifecycle, item.Kind == DialectItemKind.Detected
            ? $"{Peer} speaks the dialect {dialect.Name}: {item.Text}."
            : $"{Peer} opened with '{DisplayText.Sanitize(item.Text)}'.");
        return true;
    }

    // Before we speak: what the peer has said so far may show how to. Waits only for an opening that is due, and for the end of what is there.
    private void DrainBeforeSend(CancellationToken cancellationToken)
    {
        var timeout = Deadline.After(_decoder.AwaitsGreeting ? GreetingTimeout : TimeSpan.Zero);
        while (CloseReason is null && timeout.TryEnter(_readGate, cancellationToken))
        {
            try
            {
                if (_endOfStream || _receiveError is not null || TryPeek(out _))
                    return;
                var wait = _decoder.NeedsIdle ? TransportConnection.PollInterval : _decoder.AwaitsGreeting ? timeout.NextWait : 0;
                if (!PollRead(wait) && wait == 0)
                    return;
                cancellationToken.ThrowIfCancellationRequested();
            }
            finally
            {
                Monitor.Exit(_readGate);
            }
        }
    }

    // On our own first turn, once: a server that speaks first does so within a moment.
    private bool WaitForServerGreeting(CancellationToken cancellationToken)
    {
        if (_waitedForGreeting || _side == ChatSide.Server || !_decoder.IsUndetected || _decoder.HasSent)
            return false;
        _waitedForGreeting = true;
        for (var moment = Deadline.After(_session.Options.IdleTimeout); !moment.HasPassed;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (PollRead(moment.NextWait))
                return true;
        }
        return false;
    }

    private ArraySegment<byte> Encode(string text)
    {
        var writer = _encoder;
        if (writer.MaxCharacters > 0)
            MessageValidator.ThrowIfInvalid(text, writer.MaxCharacters);
        return writer.EncodeMessage(text);
    }

    private void SendGreeting()
    {
        var opening = new ArraySegment<byte>(_encoder.EncodeGreeting());
        if (opening.Count == 0)
            return;
        try
        {
            SendFrame(opening, isUnmarked: opening.Array![opening.Count - 1] != '\n');
        }
        catch (ConnectionLostException e)
        {
            _receiveError ??= e;
        }
    }

    private void SendFrame(ArraySegment<byte> bytes, bool? isUnmarked = null)
    {
        Trace("->", bytes);
        _transport.Send(bytes.Array!, bytes.Offset, bytes.Count);
        if (isUnmarked ?? _encoder.IsUnterminated)
        {
            lock (_state)
                _sendGap = Deadline.After(_session.Options.IdleTimeout);
        }
    }

    // Where nothing marks the end of a message but that nothing follows, something has to be left between two; unless the peer has answered the first.
    private void WaitForSendGap(CancellationToken cancellationToken)
    {
        while (true)
        {
            Deadline spacing;
            lock (_state)
                spacing = _sendGap;
            if (spacing.IsNever || spacing.HasPassed)
                return;
            cancellationToken.ThrowIfCancellationRequested();
            Thread.Sleep(spacing.NextWait);
        }
    }

    // Whether anything came: bytes, an end, a break, or a pause that shows where the bytes before it end.
    private bool PollRead(int milliseconds)
    {
        if (_decoder.NeedsIdle)
        {
            if (_idleDeadline.IsNever)
                _idleDeadline = Deadline.After(_session.Options.IdleTimeout);
            milliseconds = _idleDeadline.RemainingMilliseconds(milliseconds);
        }
        if (ReceiveOnce(milliseconds))
        {
            _idleDeadline = Deadline.Never;
            return true;
        }
        if (_idleDeadline.IsNever || !_idleDeadline.HasPassed)
            return false;
        _idleDeadline = Deadline.Never;
        _decoder.OnIdle();
        return true;
    }

    private bool ReceiveOnce(int milliseconds)
    {
        var room = _decoder.GetBuffer();
        try
        {
            var count = _transport.Receive(room.Array!, room.Offset, room.Count, milliseconds);
            if (count == TransportConnection.WouldBlock)
                return false;
            if (count == 0)
            {
                _endOfStream = true;
                _decoder.Complete();
            }
            else
            {
                Trace("<-", new ArraySegment<byte>(room.Array!, room.Offset, count));
                _decoder.Advance(count);
            }
        }
        catch (ConnectionLostException e)
        {
            _receiveError = e;
        }
        return true;
    }

    private void WaitForSendBuffer(CancellationToken cancellationToken)
    {
        // In turn there is at most one message on its way, and always room for it.
        if (Turn != ChatTurn.Free)
            return;
        while (!_transport.PollWrite(TransportConnection.PollInterval))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (CloseReason is not null)
                throw CreateClosedException();
        }
    }

    private void SetClosed(DialectItem item)
    {
        if (item.Kind == DialectItemKind.Quit)
        {
            SetClosed(ChatCloseReason.PeerQuit, null);
            return;
        }
        SetClosed(ChatCloseReason.ProtocolError, new ChatException(ChatErrorReason.LineTooLong,
            $"{Peer} sent more than {FrameDecoder.MaxFrameBytes / 1024} KiB without an end of message; the conversation is closed."));
    }

    private void SetClosed(ConnectionLostException? cause)
    {
        if ((_sendError ?? cause) is { } broken)
            SetClosed(broken.IsTimeout ? ChatCloseReason.TimedOut : ChatCloseReason.PeerDisconnected, CreateConnectionLostException(broken));
        else
            SetClosed(ChatCloseReason.PeerQuit, null);
    }

    private ChatException CreateConnectionLostException(ConnectionLostException cause) =>
        new(ChatErrorReason.PeerDisconnected, $"The connection with {Peer} broke: {cause.Message}", cause);

    private void SetClosed(ChatCloseReason reason, ChatException? fault)
    {
        lock (_state)
        {
            if (CloseReason is not null)
                return;
            CloseReason = reason;
            CloseError = fault;
        }
        _transport.ShutdownSend();
    }

    private ReceiveResult CreateEndedResult() => new(ReceiveOutcome.Ended, fault: CloseError);

    private ChatException CreateClosedException() => CloseReason switch
    {
        ChatCloseReason.LocalQuit or ChatCloseReason.Stopped => new ChatException(ChatErrorReason.SessionClosed, "The conversation is closed."),
        ChatCloseReason.PeerQuit => new ChatException(ChatErrorReason.PeerQuit, $"{Peer} has left."),
        null when _receiveError is null => new ChatException(ChatErrorReason.PeerQuit, $"{Peer} has left; what it said before is still unread."),
        _ => CloseError ?? new ChatException(ChatErrorReason.PeerDisconnected, $"The connection with {Peer} broke.", _receiveError),
    };

    private bool AddReference()
    {
        lock (_state)
        {
            if (_disposed)
                return false;
            _references++;
            return true;
        }
    }

    private void ReleaseReference()
    {
        lock (_state)
        {
            if (--_references > 0 || CloseReason is null || _disposed)
                return;
            _disposed = true;
        }
        _transport.CloseGracefully();
    }

    private void Trace(string arrow, ArraySegment<byte> bytes)
    {
        if (!_session.TraceFrames)
            return;
        _session.AddNotice(ChatNoticeKind.Frame, $"{arrow} {bytes.Count} bytes: {DialectExample.Format(bytes)}");
    }
}
