using System;
using System.Collections.Generic;
using System.Net;
using System.Threading;
using PSPairChat.Conversation;
using PSPairChat.Rooms;
using PSPairChat.Transport;

namespace PSPairChat;

/// <summary>
/// A session that joined a room as one of its members; it ends with the membership. Like a pair's, it is read by whoever asks for a message.
/// </summary>
public sealed class RoomMemberSession : ChatSession, IRoom
{
    private const int MaxFrameBytes = 128 * 1024;
    private const string TakenEnding = " is taken.";

    private readonly ByteStream _stream;
    private readonly RoomWire _wire;
    private readonly Queue<ChatMessage> _unread = new();
    private readonly Dictionary<string, Known> _known = new(StringComparer.OrdinalIgnoreCase);  // also the gate for what is said of them
    private readonly object _readGate = new();
    private readonly object _writeGate = new();
    private readonly object _state = new();
    private byte[] _bytes = new byte[4096];
    private int _start;
    private int _end;
    private bool _streamEnded;
    private CloseReason? _closeReason;
    private ChatException? _fault;
    private long _sent;
    private long _received;
    private int _over;

    private RoomMemberSession(ByteStream stream, string hostName, int port, string room, ChatOptions options, RoomDialect dialect)
        : base(options)
    {
        _stream = stream;
        _wire = RoomWire.Of(dialect);
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
            SeesEnd();
            lock (_known)
            {
                var members = new List<ChatMember>(_known.Count);
                foreach (var pair in _known)
                    members.Add(new ChatMember(this, pair.Key, null, pair.Value.Since, pair.Value.Messages, 0));
                members.Sort((a, b) => string.Compare(a.Handle, b.Handle, StringComparison.OrdinalIgnoreCase));
                return members;
            }
        }
    }

    /// <inheritdoc/>
    public override ChatRole Role => ChatRole.Client;

    /// <inheritdoc/>
    public override ChatSessionState State => IsOver || SeesEnd() ? ChatSessionState.Closed : ChatSessionState.Connected;

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
    public override CloseReason? CloseReason
    {
        get
        {
            lock (_state)
                return _closeReason;
        }
    }

    internal override bool IsOver => Volatile.Read(ref _over) != 0;

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
        RoomName.Check(room);
        HandleRule.Check(options.Handle, options.MaxHandleLength, lettersOnly: true);
        var time = timeout ?? TcpConnector.DefaultTimeout;
        var deadline = Deadline.After(time);
        var stream = TcpConnector.Connect(hostName, port, time, cancellationToken);
        var session = new RoomMemberSession(stream, hostName, port, room, options, dialect);
        try
        {
            session.Join(deadline, cancellationToken);
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
        if (text != PairTalk.Quit)
            return Say(text, null, cancellationToken);
        if (IsOver)
            throw Closed();
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
        if (_wire is KutztownWire)
            throw new ChatException(ChatErrorReason.NoPeer, "In a Kutztown room everybody hears everything: nothing can be said to one alone.");
        HandleRule.Check(to, int.MaxValue, lettersOnly: true);
        return Say(text, to, cancellationToken);
    }

    private protected override ReceiveResult ReceiveNext(Deadline deadline, bool waitOnOwnTurn, CancellationToken cancellationToken)
    {
        if (IsOver)
            throw Closed();
        if (!deadline.TryEnter(_readGate, cancellationToken))
            return new ReceiveResult(ReceiveOutcome.TimedOut);
        try
        {
            while (true)
            {
                if (CloseReason is PSPairChat.CloseReason.LocalQuit or PSPairChat.CloseReason.Stopped)
                    return Over();
                if (_unread.Count > 0)
                {
                    Interlocked.Increment(ref _received);
                    return new ReceiveResult(ReceiveOutcome.Message, _unread.Dequeue());
                }
                if (CloseReason is not null)
                    return Over();
                if (Pull(deadline.NextSlice))
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
    public override void Disconnect() => Close(PSPairChat.CloseReason.LocalQuit);

    /// <inheritdoc/>
    public override void Dispose() => Close(PSPairChat.CloseReason.Stopped);

    // ---- joining

    private void Join(Deadline deadline, CancellationToken cancellationToken)
    {
        var hello = AwaitAnswer(deadline, cancellationToken);
        if (hello.Kind != RoomNewsKind.Hello)
            throw Refusal(hello);
        if (hello.Handle.Length > 0 && !string.Equals(hello.Handle, Room, StringComparison.OrdinalIgnoreCase))
        {
            throw new ChatException(ChatErrorReason.ConnectFailed,
                $"There is no room '{Room}' at {HostName}:{Port}; the room there is '{DisplayText.Safe(hello.Handle)}'.");
        }
        Write(new RoomRequest(RoomRequestKind.Nick, Handle));
        var ready = AwaitAnswer(deadline, cancellationToken);
        if (ready.Kind != RoomNewsKind.Ready)
            throw Refusal(ready);
        Tell(ChatNoticeKind.Lifecycle, $"Joined {Room} at {HostName}:{Port}.");
    }

    private RoomNews AwaitAnswer(Deadline deadline, CancellationToken cancellationToken)
    {
        try
        {
            RoomNews news;
            while (!TryRead(out news))
            {
                if (_streamEnded)
                    throw new ChatException(ChatErrorReason.ConnectFailed, $"{HostName}:{Port} has hung up.");
                if (Receive(deadline.NextSlice))
                    continue;
                cancellationToken.ThrowIfCancellationRequested();
                if (deadline.HasPassed)
                    throw new ChatException(ChatErrorReason.ConnectTimedOut, $"{HostName}:{Port} has not answered as a room does.");
            }
            return news;
        }
        catch (BrokenStreamException e)
        {
            throw new ChatException(ChatErrorReason.ConnectFailed, $"The connection with {HostName}:{Port} broke: {e.Message}", e);
        }
        catch (FormatException e)
        {
            throw new ChatException(ChatErrorReason.ProtocolViolation, $"At {HostName}:{Port} there is no room: {e.Message}", e);
        }
    }

    private ChatException Refusal(RoomNews news) => news.Kind switch
    {
        RoomNewsKind.Retry when _wire is KutztownWire => new ChatException(ChatErrorReason.HandleTaken, $"The room refuses the handle '{Handle}'."),
        RoomNewsKind.Retry => new ChatException(
            news.Text.EndsWith(TakenEnding, StringComparison.Ordinal) ? ChatErrorReason.HandleTaken : ChatErrorReason.HandleInvalid, DisplayText.Safe(news.Text)),
        RoomNewsKind.Full or RoomNewsKind.Bye => new ChatException(ChatErrorReason.ConnectFailed, DisplayText.Safe(news.Text)),
        _ => new ChatException(ChatErrorReason.ProtocolViolation, $"At {HostName}:{Port} there is no room: it said '{DisplayText.Safe(news.Text)}'."),
    };

    // ---- hearing

    private bool SeesEnd()
    {
        if (CloseReason is not null)
            return _unread.Count == 0;
        // Whoever holds the gate reads the end himself.
        if (_start == _end && !_stream.IsReadable || !Monitor.TryEnter(_readGate))
            return false;
        try
        {
            while (CloseReason is null && _unread.Count == 0 && Pull(0))
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
    private bool Pull(int milliseconds)
    {
        try
        {
            if (_start == _end && !Receive(milliseconds))
                return false;
            while (TryRead(out var news))
                Take(news);
            if (_streamEnded)
                Finish(PSPairChat.CloseReason.PeerQuit, null);
            else if (_start < _end && !Receive(milliseconds))
                return false;
        }
        catch (BrokenStreamException e)
        {
            Finish(e.IsTimeout ? PSPairChat.CloseReason.TimedOut : PSPairChat.CloseReason.PeerDisconnected,
                new ChatException(ChatErrorReason.PeerDisconnected, $"The connection with {Room} broke: {e.Message}", e));
        }
        catch (FormatException e)
        {
            Finish(PSPairChat.CloseReason.ProtocolError, new ChatException(ChatErrorReason.ProtocolViolation, e.Message, e));
        }
        return true;
    }

    private bool Receive(int milliseconds)
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
        var count = _stream.Receive(_bytes, _end, _bytes.Length - _end, milliseconds);
        if (count == ByteStream.Nothing)
            return false;
        _streamEnded = count == 0;
        _end += count;
        return true;
    }

    private bool TryRead(out RoomNews news)
    {
        var found = _wire.TryFrame(_bytes, ref _start, _end, out var frame);
        news = found ? _wire.DecodeNews(frame) : default;
        return found;
    }

    private void Take(RoomNews news)
    {
        switch (news.Kind)
        {
            case RoomNewsKind.Said when _wire.EchoesToSpeaker && news.Handle == Handle:
                break;
            case RoomNewsKind.Said or RoomNewsKind.Whispered or RoomNewsKind.Past:
                if (news.Kind != RoomNewsKind.Past)
                    Know(news.Handle).Messages++;
                _unread.Enqueue(Record(news.Handle, news.Text, isMine: false,
                    news.Kind == RoomNewsKind.Whispered ? Handle : null, news.Kind == RoomNewsKind.Past));
                break;
            case RoomNewsKind.Here:
                foreach (var handle in news.Text.Split([", "], StringSplitOptions.RemoveEmptyEntries))
                    Know(handle);
                Tell(ChatNoticeKind.Presence, $"Here: {DisplayText.Safe(news.Text)}");
                break;
            case RoomNewsKind.Joined:
                Know(news.Handle);
                Tell(ChatNoticeKind.Presence, $"{DisplayText.Safe(news.Handle)} has joined.");
                break;
            case RoomNewsKind.Left:
                lock (_known)
                    _known.Remove(news.Handle);
                Tell(ChatNoticeKind.Presence, news.Text.Length > 0
                    ? $"{DisplayText.Safe(news.Handle)} has left: {DisplayText.Safe(news.Text)}" : $"{DisplayText.Safe(news.Handle)} has left.");
                break;
            default:
                Tell(ChatNoticeKind.Presence, DisplayText.Safe(news.Text));
                break;
        }
    }

    private Known Know(string handle)
    {
        lock (_known)
        {
            if (!_known.TryGetValue(handle, out var known) && handle != Handle)
                _known.Add(handle, known = new Known());
            return known ?? new Known();
        }
    }

    // ---- speaking

    private ChatMessage Say(string text, string? to, CancellationToken cancellationToken)
    {
        MessageRule.Check(text, Options.MaxMessageLength);
        if (IsOver)
            throw Closed();
        Deadline.Never.TryEnter(_writeGate, cancellationToken);
        try
        {
            do
            {
                cancellationToken.ThrowIfCancellationRequested();
                SeesEnd();
                if (CloseReason is not null)
                    throw Gone();
            }
            while (!_stream.WaitWritable(ByteStream.Slice));
            Write(to is null ? new RoomRequest(RoomRequestKind.Say, Handle, text) : new RoomRequest(RoomRequestKind.Whisper, to, text));
        }
        catch (BrokenStreamException e)
        {
            Finish(PSPairChat.CloseReason.PeerDisconnected,
                new ChatException(ChatErrorReason.PeerDisconnected, $"The connection with {Room} broke: {e.Message}", e));
            throw Gone();
        }
        finally
        {
            Monitor.Exit(_writeGate);
        }
        Interlocked.Increment(ref _sent);
        return Record(Handle, text, isMine: true, to);
    }

    private void Write(RoomRequest request)
    {
        var frame = _wire.Encode(request);
        _stream.Send(frame, 0, frame.Length);
    }

    private ChatException Gone()
    {
        if (_unread.Count > 0)
            return new ChatException(ChatErrorReason.PeerQuit, $"{Room} has closed the connection; what was said before is still unread.");
        Interlocked.Exchange(ref _over, 1);
        return CloseReason switch
        {
            PSPairChat.CloseReason.LocalQuit or PSPairChat.CloseReason.Stopped => Closed(),
            PSPairChat.CloseReason.PeerQuit => new ChatException(ChatErrorReason.PeerQuit, $"{Room} has closed the connection."),
            _ => _fault!,
        };
    }

    // ---- ending

    private void Close(CloseReason reason)
    {
        Interlocked.Exchange(ref _over, 1);
        lock (_state)
        {
            if (_closeReason is not null)
                return;
            _closeReason = reason;
        }
        if (Monitor.TryEnter(_writeGate, ByteStream.Slice))
        {
            try
            {
                if (_stream.WaitWritable(0))
                    Write(new RoomRequest(RoomRequestKind.Bye, Handle));
            }
            catch (BrokenStreamException)
            {
                // The room is gone already.
            }
            finally
            {
                Monitor.Exit(_writeGate);
            }
        }
        HangUp();
        Tell(ChatNoticeKind.Presence, "You have left.");
        CloseTranscript();
    }

    private void Finish(CloseReason reason, ChatException? fault)
    {
        lock (_state)
        {
            if (_closeReason is not null)
                return;
            _fault = fault;
            _closeReason = reason;
        }
        HangUp();
        Tell(ChatNoticeKind.Presence, fault?.Message ?? $"{Room} has closed the connection.");
        CloseTranscript();
    }

    private void HangUp()
    {
        _stream.EndSending();
        _stream.HangUp();
    }

    private ReceiveResult Over()
    {
        Interlocked.Exchange(ref _over, 1);
        return new ReceiveResult(ReceiveOutcome.Ended, fault: _fault);
    }

    /// <summary>What is known of another member.</summary>
    private sealed class Known
    {
        public DateTime Since { get; } = DateTime.UtcNow;

        public long Messages { get; set; }
    }
}
