using System;
using System.Text;
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
    private const int MostDrained = 1024 * 1024;
    private static readonly TimeSpan QuitPatience = TimeSpan.FromMilliseconds(100);

    private readonly ChatSession _session;
    private readonly ByteStream _stream;
    private readonly DialectReader _reader = new();
    private readonly DialectWriter _writer;
    private readonly PairTalk _talk;
    private readonly object _readGate = new();
    private readonly object _writeGate = new();
    private readonly object _state = new();     // guards the talk and everything below; never held while waiting
    private BrokenStreamException? _break;
    private bool _streamEnded;
    private int _users;
    private bool _disposed;

    public PairLink(ChatSession session, ByteStream stream, bool weSpeakFirst)
    {
        _session = session;
        _stream = stream;
        _writer = new DialectWriter(session.Handle);
        _talk = new PairTalk(session.Options.TurnOrder, weSpeakFirst);
        Peer = new ChatPeer(stream.RemoteEndPoint, "Line", DateTime.Now);
    }

    public ChatPeer Peer { get; }

    /// <summary>Why the conversation ended; null while it goes on.</summary>
    public CloseReason? End { get; private set; }

    /// <summary>What ended it, when that was a fault.</summary>
    public ChatException? Fault { get; private set; }

    public ChatTurn Turn
    {
        get
        {
            lock (_state)
                return _talk.Turn;
        }
    }

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
            Deadline.Never.TryEnter(_writeGate, cancellationToken);
            try
            {
                if (Turn == ChatTurn.Theirs)
                    throw new ChatException(ChatErrorReason.NotYourTurn, $"It is {Peer}'s turn to speak.");
                if (SeesEnd() || _streamEnded || _break is not null)
                    throw Gone();
                WaitForRoom(cancellationToken);
                // Taken down before the bytes go: the answer may be read by another thread before this one comes back.
                lock (_state)
                    _talk.Say();
                var message = _session.Record(_session.Handle, text, isMine: true);
                var frame = _writer.Message(text);
                Trace("->", frame);
                _stream.Send(frame.Array!, frame.Offset, frame.Count);
                return message;
            }
            finally
            {
                Monitor.Exit(_writeGate);
            }
        }
        catch (BrokenStreamException e)
        {
            Finish(e);
            throw Gone();
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
                    if (Pull(inVain ? 0 : deadline.NextSlice))
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
                while (!_streamEnded && _break is null && !_reader.TryPeek(out _) && Pull(0))
                {
                    // Until there is something to look at, or nothing more to pull.
                }
                if (_reader.TryPeek(out var item))
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
            var quit = DialectWriter.Quit();
            Trace("->", new ArraySegment<byte>(quit));
            _stream.Send(quit, 0, quit.Length);
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
            Peer.Handle = _reader.Handle;
        }
        return _session.Record(Peer.DisplayName, text, isMine: false);
    }

    // Whether anything came: bytes, an end or a break.
    private bool Pull(int milliseconds)
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
            $"{Peer} sent more than {DialectReader.MaxLineBytes / 1024} KiB without an end of line; the conversation is closed."));
    }

    private void Finish(BrokenStreamException? cause)
    {
        if (cause is null)
        {
            Finish(CloseReason.PeerQuit, null);
            return;
        }
        Finish(cause.IsTimeout ? CloseReason.TimedOut : CloseReason.PeerDisconnected,
            new ChatException(ChatErrorReason.PeerDisconnected, $"The connection with {Peer} broke: {cause.Message}", cause));
    }

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
        Drain();
        _stream.Dispose();
    }

    // Closing a socket with unread data sends a reset, and the peer may lose what we said last.
    private void Drain()
    {
        var scratch = new byte[4096];
        var drained = 0;
        try
        {
            int count;
            while (drained < MostDrained && (count = _stream.Receive(scratch, 0, scratch.Length, 0)) > 0)
                drained += count;
        }
        catch (BrokenStreamException)
        {
            // There is nobody left to be spared.
        }
    }

    private void Trace(string arrow, ArraySegment<byte> bytes)
    {
        if (!_session.TraceFrames)
            return;
        var shown = new StringBuilder(arrow).Append(' ').Append(bytes.Count).Append(" bytes: ");
        foreach (var b in bytes)
            shown.Append(b is >= 0x20 and < 0x7F ? ((char)b).ToString() : b == '\n' ? "\\n" : $"\\x{b:x2}");
        _session.Tell(ChatNoticeKind.Frame, shown.ToString());
    }
}
