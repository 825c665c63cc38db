using System;
using System.Text;

namespace PSPairChat.Dialects;

/// <summary>
/// Turns the bytes of a peer into what it said, by a dialect. Incremental: the bytes may come in any pieces, and pauses and the end are told. In the dialect
/// <see cref="ChatDialect.Auto"/> it finds out how the peer talks, and corrects itself where the next line disproves it.
/// </summary>
internal sealed class DialectDecoder
{
    private readonly FrameDecoder _frames = new();
    private readonly ChatSide _peer;
    private readonly string _localHandle;
    private readonly int _port;
    private readonly Encoding _encoding;
    private DialectItem? _next;
    private DialectItem? _afterNext;
    private string? _greetingHandle;        // as the opening told it: a message may begin with it all the same
    private byte[]? _prefix;            // what messages begin with, and is not text
    private bool _isPrefixTentative;           // whether the next message has to confirm the prefix
    private bool _detectsPrefix;
    private int _messageCount;              // read by the rule that holds now

    /// <summary>Makes a reader.</summary>
    /// <param name="dialect">How the peer talks, or <see cref="ChatDialect.Auto"/>.</param>
    /// <param name="peer">Which end it is.</param>
    /// <param name="ourHandle">Our own handle: a server may answer with it.</param>
    /// <param name="port">The server's port.</param>
    public DialectDecoder(ChatDialect dialect, ChatSide peer, string ourHandle = "", int port = 0)
    {
        Dialect = dialect;
        _peer = peer;
        _localHandle = ourHandle;
        _port = port;
        _encoding = DialectText.GetEncoding(dialect.Encoding);
        if (dialect.IsAuto)
            return;
        AwaitsGreeting = dialect.GetSide(peer).Greeting.Length > 0;
        _detectsPrefix = dialect.GetSide(peer).Separator.Length > 0;
        _frames.Framing = new Framing(dialect.GetSide(peer), dialect.Encoding, isGuess: false);
    }

    /// <summary>How to talk with the peer, as far as it is known.</summary>
    public ChatDialect Dialect { get; private set; }

    /// <summary>What the peer calls itself; null while it has not said so.</summary>
    public string? Handle { get; private set; }

    /// <summary>Whether the peer has an opening to give, and has not given it yet.</summary>
    public bool AwaitsGreeting { get; private set; }

    /// <summary>Whether nothing is known yet of how the peer talks.</summary>
    public bool IsUndetected => Dialect.IsAuto;

    /// <summary>Whether there is something whose end only a quiet line would show: time it, and tell by <see cref="OnIdle"/>.</summary>
    public bool NeedsIdle => _frames.NeedsIdle;

    /// <summary>Whether everything received has been read.</summary>
    public bool IsEmpty => _frames.Count == 0 && _next is null;

    /// <summary>How many bytes have been received and not been read.</summary>
    public int Buffered => _frames.Count;

    /// <summary>Whether we have said something before the peer did; then what it says is an answer.</summary>
    public bool HasSent { get; set; }

    /// <summary>Gives room for the bytes to come; <see cref="Advance"/> says how many came.</summary>
    public ArraySegment<byte> GetBuffer() => _frames.GetBuffer();

    /// <summary>Takes over the bytes that were put into <see cref="GetBuffer"/>.</summary>
    public void Advance(int count) => _frames.Advance(count);

    /// <summary>Takes down that no more bytes come; what is left is a message too.</summary>
    public void Complete() => _frames.Complete();

    /// <summary>Takes down that the line has been quiet since the last bytes.</summary>
    public void OnIdle() => _frames.OnIdle();

    /// <summary>Looks at the next thing that the peer said, and leaves it there.</summary>
    public bool TryPeek(out DialectItem item)
    {
        _next ??= ReadNext();
        item = _next.GetValueOrDefault();
        return _next is not null;
    }

    /// <summary>Takes the next thing that the peer said.</summary>
    public bool TryRead(out DialectItem item)
    {
        var found = TryPeek(out item);
        _next = _afterNext;
        _afterNext = null;
        return found;
    }

    private DialectItem? ReadNext()
    {
        if (_frames.Framing is null || AwaitsGreeting)
            return ReadFirst();
        if (_frames.Framing.IsTentative && _messageCount == 1 && !TryConfirmLineFraming())
            return _next;
        if (_frames.TryReadFrame(out var text))
        {
            _messageCount++;
            return ReadText(text);
        }
        return _frames.IsTooLong ? new DialectItem(DialectItemKind.TooLong, "") : null;
    }

    private DialectItem? ReadFirst()
    {
        _frames.NeedsIdle = false;
        if (_frames.Count == 0)
            return null;
        if (_frames.Count > FrameDecoder.MaxFrameBytes)
            return new DialectItem(DialectItemKind.TooLong, "");
        var unread = _frames.Unread;
        var framing = DialectDetector.DetectFraming(
            unread.Array!, unread.Offset, unread.Offset + unread.Count, _frames.IsIdle || _frames.IsCompleted);
        if (framing is null)
        {
            _frames.NeedsIdle = true;
            return null;
        }
        var named = _frames.Framing;
        _frames.Framing = new Framing(framing, Dialect.Encoding, isGuess: true);
        if (!_frames.TryReadFrame(out var text))
        {
            // Nothing but padding, or something that does not end after all.
            _frames.Framing = named;
            return _frames.IsTooLong ? new DialectItem(DialectItemKind.TooLong, "") : null;
        }
        return AwaitsGreeting ? ReadGreeting(text, named!) : DetectDialect(text, framing);
    }

    // The dialect is named, and this is the opening in it.
    private DialectItem ReadGreeting(ArraySegment<byte> bytes, Framing rule)
    {
        var text = Decode(bytes);
        AwaitsGreeting = false;
        _frames.Framing = rule;
        var word = text.Trim();
        if (HandlePrefix.Find(text) is { } prefix)
            _greetingHandle = Handle = prefix.Handle;
        else if (Dialect.GetSide(_peer).Greeting.Contains("{handle}") && HandlePrefix.IsHandle(word))
            _greetingHandle = Handle = word;
        _detectsPrefix |= Handle is not null;
        // A server that repeats our handle has not told its own.
        if (Handle == _localHandle && _peer == ChatSide.Server)
            Handle = null;
        return QuitCommands.IsQuit(text, prefixed: false, usuallyPrefixed: false)
            ? new DialectItem(DialectItemKind.Quit, "")
            : new DialectItem(DialectItemKind.GreetingReceived, text);
    }

    private DialectItem DetectDialect(ArraySegment<byte> bytes, ChatDialectSide framing)
    {
        var text = Decode(bytes);
        DetectionResult finding;
        if (!Dialect.IsAuto)
        {
            var prefix = _greetingHandle is null ? HandlePrefix.Find(text) : HandlePrefix.FindAfter(_greetingHandle, text);
            finding = DialectDetector.RefineAfterGreeting(Dialect, _peer, framing, prefix?.MatchedSeparator ?? "");
        }
        else if (_peer == ChatSide.Client)
        {
            finding = DialectDetector.DetectClient(text, framing, _port, _frames.IsCompleted);
        }
        else
        {
            finding = HasSent ? DialectDetector.DetectRespondingServer(text, framing) : DialectDetector.DetectGreetingServer(text, framing);
        }
        Dialect = finding.Dialect;
        if (finding.IsGreeting)
        {
            _greetingHandle = Handle = finding.Handle;
            _frames.Framing = null;
            _afterNext = new DialectItem(DialectItemKind.GreetingReceived, text);
        }
        else
        {
            _messageCount = 1;
            _detectsPrefix = true;
            _afterNext = ReadText(bytes);
        }
        return new DialectItem(DialectItemKind.Detected, finding.Reason);
    }

    // A line feed at the end of the first piece may have been only the beginning of what marks the end. False: that has to be waited for, or was found.
    private bool TryConfirmLineFraming()
    {
        if (_frames.Framing!.Kind != FramingKind.Line || _frames.Count == 0)
            return true;
        var unread = _frames.Unread;
        var isStill = _frames.IsIdle || _frames.IsCompleted;
        _frames.NeedsIdle = false;
        string? mark;
        if (unread.Array![unread.Offset] == 0)
        {
            if (!isStill)
            {
                _frames.NeedsIdle = true;
                return false;
            }
            // One NUL ended the line with the line feed; more were padding, with whatever stands in it.
            mark = unread.Count == 1 ? "\0" : null;
            _frames.Skip(unread.Count);
        }
        else
        {
            mark = DialectDetector.DetectDelimiterAfterLine(unread.Array!, unread.Offset, unread.Offset + unread.Count, isStill);
            if (mark is null)
            {
                _frames.NeedsIdle = true;
                return false;
            }
            if (mark.Length == 0)
                return true;
            _frames.Skip(mark.Length);
        }
        var framing = new ChatDialectSide { Terminator = mark is null ? "" : "\n" + mark };
        _frames.Framing = new Framing(framing, Dialect.Encoding, isGuess: true);
        var finding = DialectDetector.CorrectFraming(Dialect, _peer, framing, Dialect.GetSide(_peer).Separator);
        Dialect = finding.Dialect;
        _next = new DialectItem(DialectItemKind.Detected, finding.Reason);
        return false;
    }

    private DialectItem ReadText(ArraySegment<byte> bytes)
    {
        var (start, count) = (bytes.Offset, bytes.Count);
        if (_detectsPrefix)
        {
            LearnPrefix(Decode(bytes));
            // Only a handle that the opening told may show later.
            _detectsPrefix = _prefix is null && _greetingHandle is not null;
        }
        var prefixed = _prefix is not null && ByteSearch.StartsWith(bytes.Array!, _prefix, start, count);
        if (prefixed)
        {
            start += _prefix!.Length;
            count -= _prefix.Length;
        }
        else if (_isPrefixTentative)
        {
            // 'Note: buy milk' was a message after all.
            _prefix = null;
            Handle = null;
        }
        _isPrefixTentative &= _messageCount == 1;
        var text = _encoding.GetString(bytes.Array!, start, count);
        return QuitCommands.IsQuit(text, prefixed, _prefix is not null)
            ? new DialectItem(DialectItemKind.Quit, "")
            : new DialectItem(DialectItemKind.Message, text);
    }

    private void LearnPrefix(string line)
    {
        var separator = Dialect.GetSide(_peer).Separator;
        var found = _greetingHandle is not null ? HandlePrefix.FindAfter(_greetingHandle, line) : null;
        if (found is null && (_greetingHandle is null || separator.Length > 0))
            found = separator.Length > 0 ? HandlePrefix.Find(line, separator) : HandlePrefix.Find(line);
        if (found is not { } prefix)
            return;
        Handle = prefix.Handle;
        _prefix = _encoding.GetBytes(line.Substring(0, prefix.Length));
        _isPrefixTentative = prefix.MatchedSeparator == HandlePrefix.Colon && _frames.Framing is { IsTentative: true, Kind: FramingKind.Line };
    }

    private string Decode(ArraySegment<byte> bytes) => _encoding.GetString(bytes.Array!, bytes.Offset, bytes.Count);
}
