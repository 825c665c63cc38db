using System;
using System.Net;
using System.Threading;
using PSPairChat.Conversation;
using PSPairChat.Dialects;
using PSPairChat.Transport;

namespace PSPairChat;

/// <summary>
/// One conversation of a pair over one stream, from the first byte to the last: the one road that a message travels. Whoever asks for a message reads the
/// stream itself. Reading and writing have gates of their own; closing waits for neither: it signals, and the last one out disposes of the stream.
/// </summary>
internal sealed class PairLink
{
    private static readonly TimeSpan QuitPatience = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan OpeningPatience = TimeSpan.FromSeconds(2);

    private readonly ChatSession _session;
    private readonly ByteStream _stream;
    private readonly ChatEnd _end;
    private readonly int _port;
    private readonly DialectReader _reader;
    private volatile DialectWriter _writer;
    private Deadline _quiet;                    // when the line has been quiet, while that is timed; guarded by the read gate
    private Deadline _spacing;                  // when what we said last cannot run into what we say next; guarded by the state
    private bool _listened;
    private BrokenStreamException? _break;
    private volatile BrokenStreamException? _sendBreak;
    private bool _streamEnded;
    private readonly PairTalk _talk;
    private readonly object _readGate = new();
    private readonly object _writeGate = new();
    private readonly object _state = new();     // guards the talk, the end and what follows; never held while waiting
    private int _users;
    private bool _disposed;

    public PairLink(ChatSession session, ByteStream stream, ChatEnd end)
    {
        _session = session;
        _stream = stream;
        _end = end;
        var dialect = session.Options.Dialect;
        _port = ((end == ChatEnd.Client ? stream.RemoteEndPoint : stream.LocalEndPoint) as IPEndPoint)?.Port ?? 0;
        _reader = new DialectReader(dialect, end == ChatEnd.Client ? ChatEnd.Server : ChatEnd.Client, session.Handle, _port);
        _writer = new DialectWriter(dialect, end, session.Handle, _port);
        _talk = new PairTalk(session.Options.TurnOrder, dialect.FirstSpeaker == end && !_reader.AwaitsOpening);
        Peer = new ChatPeer(stream.RemoteEndPoint, dialect.Name, DateTime.Now);
        if (dialect.Opener == end || !_reader.AwaitsOpening)
            SayOpening();
    }

    public ChatPeer Peer { get; }

    /// <summary>Why the conversation ended; null while it goes on.</summary>
    public CloseReason? End { get; private set; }

    /// <summary>What ended it, when that was a fault.</summary>
    public ChatException? Fault { get; private set; }

    public ChatTurn Turn => _talk.Turn;

    public long Sent => _talk.Sent;

    public long Received => _talk.Received;

    /// <summary>Says a message.</summary>
    /// <exception cref="ChatException">NotYourTurn, PeerQuit, PeerDisconnected or SessionClosed.</exception>
    public ChatMessage Send(string text, CancellationToken cancellationToken)
    {
        if (!Enter())
            throw Gone();
        try
        {
            if (_reader.IsUnknown && !_reader.WeHaveSpoken || _reader.AwaitsOpening || _reader.AwaitsQuiet)
                Listen(cancellationToken);
            Deadline.Never.TryEnter(_writeGate, cancellationToken);
            try
            {
                if (Turn == ChatTurn.Theirs)
                    throw new ChatException(ChatErrorReason.NotYourTurn, $"It is {Peer}'s turn to speak.");
                if (SeesEnd() || _streamEnded || _break is not null)
                    throw Gone();
                WaitForRoom(cancellationToken);
                var frame = Compose(text);
                WaitForSpacing(cancellationToken);
                // Taken down before the bytes go: the answer may be read by another thread before this one comes back.
                lock (_state)
                    _talk.Say();
                _reader.WeHaveSpoken = true;
                var message = _session.Record(_session.Handle, text, isMine: true);
                Put(frame);
                return message;
            }
            finally
            {
                Monitor.Exit(_writeGate);
            }
        }
        catch (BrokenStreamException e)
        {
            // What was received whole before is delivered before the end is.
            _sendBreak = e;
            throw SeesEnd() ? Gone() : Broken(e);
        }
        finally
        {
            Leave();
        }
    }

    /// <summary>Waits for the next message.</summary>
    public ReceiveResult TryReceive(Deadline deadline, bool waitOnOwnTurn, CancellationToken cancellationToken)
    {
        if (!Enter())
            return Over();
        try
        {
            if (!deadline.TryEnter(_readGate, cancellationToken))
                return new ReceiveResult(ReceiveOutcome.TimedOut);
            try
            {
                while (End is null)
                {
                    if (_reader.TryRead(out var item))
                    {
                        if (TakeIn(item))
                            continue;
                        if (item.Kind == DialectItemKind.Message)
                            return new ReceiveResult(ReceiveOutcome.Message, Hear(item.Text));
                        Finish(item);
                        break;
                    }
                    if (_streamEnded || _break is not null)
                    {
                        Finish(_break);
                        break;
                    }
                    var inVain = !waitOnOwnTurn && _reader.IsEmpty && Turn == ChatTurn.Mine;
                    if (inVain ? Pull(0) || ServerBegins(cancellationToken) : Pull(deadline.NextSlice))
                        continue;
                    if (inVain)
                        return new ReceiveResult(ReceiveOutcome.YourTurn);
                    cancellationToken.ThrowIfCancellationRequested();
                    if (deadline.HasPassed)
                        return new ReceiveResult(ReceiveOutcome.TimedOut);
                }
                return Over();
            }
            finally
            {
                Monitor.Exit(_readGate);
            }
        }
        finally
        {
            Leave();
        }
    }

    /// <summary>Whether the conversation has ended, or its end has come with nothing unread before it.</summary>
    public bool SeesEnd()
    {
        if (End is not null)
            return true;
        // Whoever holds the gate reads the end himself.
        if (_reader.IsEmpty && !_stream.IsReadable || !Enter())
            return End is not null;
        try
        {
            if (!Monitor.TryEnter(_readGate))
                return false;
            try
            {
                // The end may stand behind messages that are still unread; a peer that floods us is not read to its end for it.
                while (_reader.Buffered < FrameReader.MaxFrameBytes && !_streamEnded && _break is null && Pull(0))
                    TryPeek(out _);
                if (TryPeek(out var item))
                {
                    if (item.Kind != DialectItemKind.Message)
                        Finish(item);
                }
                else if (_streamEnded || _break is not null)
                {
                    Finish(_break);
                }
                return End is not null;
            }
            finally
            {
                Monitor.Exit(_readGate);
            }
        }
        finally
        {
            Leave();
        }
    }

    /// <summary>Says <c>\quit</c>, if nobody did, and hangs up. Waits for nobody.</summary>
    public void Close(CloseReason reason)
    {
        if (!Enter())
            return;
        bool isFirst;
        lock (_state)
        {
            isFirst = End is null;
            End ??= reason;
        }
        if (isFirst)
            SayQuit();
        _stream.EndSending();
        Leave();
    }

    private void SayQuit()
    {
        if (!Monitor.TryEnter(_writeGate, QuitPatience))
            return;
        try
        {
            if (!_stream.WaitWritable(0))
                return;
            var quit = _writer.Quit();
            if (quit.Count == 0)
                return;
            WaitForSpacing(CancellationToken.None);
            Put(quit);
        }
        catch (BrokenStreamException)
        {
            // The peer is gone already.
        }
        finally
        {
            Monitor.Exit(_writeGate);
        }
    }

    private ChatMessage Hear(string text)
    {
        lock (_state)
        {
            _talk.Hear();
            _spacing = Deadline.Never;
            Peer.Handle = _reader.Handle;
        }
        return _session.Record(Peer.DisplayName, text, isMine: false);
    }

    // The next thing that the peer said to us, once all that only shows how it talks has been taken in.
    private bool TryPeek(out DialectItem item)
    {
        while (_reader.TryPeek(out item))
        {
            if (!TakeIn(item))
                return true;
            _reader.TryRead(out _);
        }
        return false;
    }

    // Whether it was about how the peer talks, and nothing said.
    private bool TakeIn(DialectItem item)
    {
        if (item.Kind is not (DialectItemKind.Found or DialectItemKind.Opened))
            return false;
        var dialect = _reader.Dialect;
        _writer = new DialectWriter(dialect, _end, _session.Handle, _port);
        if (item.Kind == DialectItemKind.Opened && dialect.Opener != _end)
        {
            lock (_writeGate)
                SayOpening();
        }
        lock (_state)
        {
            Peer.Handle = _reader.Handle;
            Peer.Dialect = dialect.Name;
            if (item.Kind == DialectItemKind.Opened)
            {
                _talk.Begin(dialect.FirstSpeaker == _end);
                if (dialect.Opener == _end)
                    _spacing = Deadline.Never;
            }
        }
        _session.Tell(ChatNoticeKind.Lifecycle, item.Kind == DialectItemKind.Found
            ? $"{Peer} speaks the dialect {dialect.Name}: {item.Text}."
            : $"{Peer} opened with '{DisplayText.Safe(item.Text)}'.");
        return true;
    }

    // Before we speak: what the peer has said so far may show how to. Waits only for an opening that is due, and for the end of what is there.
    private void Listen(CancellationToken cancellationToken)
    {
        var patience = Deadline.After(_reader.AwaitsOpening ? OpeningPatience : TimeSpan.Zero);
        while (End is null && patience.TryEnter(_readGate, cancellationToken))
        {
            try
            {
                if (_streamEnded || _break is not null || TryPeek(out _))
                    return;
                var wait = _reader.AwaitsQuiet ? ByteStream.Slice : _reader.AwaitsOpening ? patience.NextSlice : 0;
                if (!Pull(wait) && wait == 0)
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
    private bool ServerBegins(CancellationToken cancellationToken)
    {
        if (_listened || _end == ChatEnd.Server || !_reader.IsUnknown || _reader.WeHaveSpoken)
            return false;
        _listened = true;
        for (var moment = Deadline.After(_session.Options.QuietGap); !moment.HasPassed;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (Pull(moment.NextSlice))
                return true;
        }
        return false;
    }

    private ArraySegment<byte> Compose(string text)
    {
        var writer = _writer;
        if (writer.MaxCharacters > 0)
            MessageRule.Check(text, writer.MaxCharacters);
        return writer.Message(text);
    }

    private void SayOpening()
    {
        var opening = new ArraySegment<byte>(_writer.Opening());
        if (opening.Count == 0)
            return;
        try
        {
            Put(opening, isUnmarked: opening.Array![opening.Count - 1] != '\n');
        }
        catch (BrokenStreamException e)
        {
            _break ??= e;
        }
    }

    private void Put(ArraySegment<byte> bytes, bool? isUnmarked = null)
    {
        Trace("->", bytes);
        _stream.Send(bytes.Array!, bytes.Offset, bytes.Count);
        if (isUnmarked ?? _writer.IsUnmarked)
        {
            lock (_state)
                _spacing = Deadline.After(_session.Options.QuietGap);
        }
    }

    // Where nothing marks the end of a message but that nothing follows, something has to be left between two; unless the peer has answered the first.
    private void WaitForSpacing(CancellationToken cancellationToken)
    {
        while (true)
        {
            Deadline spacing;
            lock (_state)
                spacing = _spacing;
            if (spacing.IsNever || spacing.HasPassed)
                return;
            cancellationToken.ThrowIfCancellationRequested();
            Thread.Sleep(spacing.NextSlice);
        }
    }

    // Whether anything came: bytes, an end, a break, or a pause that shows where the bytes before it end.
    private bool Pull(int milliseconds)
    {
        if (_reader.AwaitsQuiet)
        {
            if (_quiet.IsNever)
                _quiet = Deadline.After(_session.Options.QuietGap);
            milliseconds = _quiet.Milliseconds(milliseconds);
        }
        if (Take(milliseconds))
        {
            _quiet = Deadline.Never;
            return true;
        }
        if (_quiet.IsNever || !_quiet.HasPassed)
            return false;
        _quiet = Deadline.Never;
        _reader.Quiet();
        return true;
    }

    private bool Take(int milliseconds)
    {
        var room = _reader.Room();
        try
        {
            var count = _stream.Receive(room.Array!, room.Offset, room.Count, milliseconds);
            if (count == ByteStream.Nothing)
                return false;
            if (count == 0)
            {
                _streamEnded = true;
                _reader.EndStream();
            }
            else
            {
                Trace("<-", new ArraySegment<byte>(room.Array!, room.Offset, count));
                _reader.Received(count);
            }
        }
        catch (BrokenStreamException e)
        {
            _break = e;
        }
        return true;
    }

    private void WaitForRoom(CancellationToken cancellationToken)
    {
        // In turn there is at most one message on its way, and always room for it.
        if (Turn != ChatTurn.Free)
            return;
        while (!_stream.WaitWritable(ByteStream.Slice))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (End is not null)
                throw Gone();
        }
    }

    private void Finish(DialectItem item)
    {
        if (item.Kind == DialectItemKind.Quit)
        {
            Finish(CloseReason.PeerQuit, null);
            return;
        }
        Finish(CloseReason.ProtocolError, new ChatException(ChatErrorReason.LineTooLong,
            $"{Peer} sent more than {FrameReader.MaxFrameBytes / 1024} KiB without an end of message; the conversation is closed."));
    }

    private void Finish(BrokenStreamException? cause)
    {
        if ((_sendBreak ?? cause) is { } broken)
            Finish(broken.IsTimeout ? CloseReason.TimedOut : CloseReason.PeerDisconnected, Broken(broken));
        else
            Finish(CloseReason.PeerQuit, null);
    }

    private ChatException Broken(BrokenStreamException cause) =>
        new(ChatErrorReason.PeerDisconnected, $"The connection with {Peer} broke: {cause.Message}", cause);

    private void Finish(CloseReason reason, ChatException? fault)
    {
        lock (_state)
        {
            if (End is not null)
                return;
            End = reason;
            Fault = fault;
        }
        _stream.EndSending();
    }

    private ReceiveResult Over() => new(ReceiveOutcome.Ended, fault: Fault);

    private ChatException Gone() => End switch
    {
        CloseReason.LocalQuit or CloseReason.Stopped => new ChatException(ChatErrorReason.SessionClosed, "The conversation is closed."),
        CloseReason.PeerQuit => new ChatException(ChatErrorReason.PeerQuit, $"{Peer} has left."),
        null when _break is null => new ChatException(ChatErrorReason.PeerQuit, $"{Peer} has left; what it said before is still unread."),
        _ => Fault ?? new ChatException(ChatErrorReason.PeerDisconnected, $"The connection with {Peer} broke.", _break),
    };

    private bool Enter()
    {
        lock (_state)
        {
            if (_disposed)
                return false;
            _users++;
            return true;
        }
    }

    private void Leave()
    {
        lock (_state)
        {
            if (--_users > 0 || End is null || _disposed)
                return;
            _disposed = true;
        }
        _stream.HangUp();
    }

    private void Trace(string arrow, ArraySegment<byte> bytes)
    {
        if (!_session.TraceFrames)
            return;
        _session.Tell(ChatNoticeKind.Frame, $"{arrow} {bytes.Count} bytes: {DialectExample.Show(bytes)}");
    }
}
