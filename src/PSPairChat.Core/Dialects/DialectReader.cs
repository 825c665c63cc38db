using System;
using System.Text;

namespace PSPairChat.Dialects;

/// <summary>
/// Turns the bytes of a peer into what it said, by a dialect. Incremental: the bytes may come in any pieces, and pauses and the end are told. In the dialect
/// <see cref="ChatDialect.Auto"/> it finds out how the peer talks, and corrects itself where the next line disproves it.
/// </summary>
internal sealed class DialectReader
{
    private readonly FrameReader _frames = new();
    private readonly ChatEnd _peer;
    private readonly string _ourHandle;
    private readonly int _port;
    private readonly Encoding _encoding;
    private DialectItem? _next;
    private DialectItem? _afterNext;
    private string? _bareHandle;        // as the opening told it: a message may begin with it all the same
    private byte[]? _prefix;            // what messages begin with, and is not text
    private bool _isDoubtful;           // whether the next message has to confirm the prefix
    private bool _seeksPrefix;
    private int _messages;              // read by the rule that holds now

    /// <summary>Makes a reader.</summary>
    /// <param name="dialect">How the peer talks, or <see cref="ChatDialect.Auto"/>.</param>
    /// <param name="peer">Which end it is.</param>
    /// <param name="ourHandle">Our own handle: a server may answer with it.</param>
    /// <param name="port">The server's port.</param>
    public DialectReader(ChatDialect dialect, ChatEnd peer, string ourHandle = "", int port = 0)
    {
        Dialect = dialect;
        _peer = peer;
        _ourHandle = ourHandle;
        _port = port;
        _encoding = DialectText.Encoding(dialect.Encoding);
        if (dialect.IsAuto)
            return;
        AwaitsOpening = dialect.Side(peer).Opening.Length > 0;
        _seeksPrefix = dialect.Side(peer).Separator.Length > 0;
        _frames.Rule = new FrameRule(dialect.Side(peer), dialect.Encoding, isGuess: false);
    }

    /// <summary>How to talk with the peer, as far as it is known.</summary>
    public ChatDialect Dialect { get; private set; }

    /// <summary>What the peer calls itself; null while it has not said so.</summary>
    public string? Handle { get; private set; }

    /// <summary>Whether the peer has an opening to give, and has not given it yet.</summary>
    public bool AwaitsOpening { get; private set; }

    /// <summary>Whether nothing is known yet of how the peer talks.</summary>
    public bool IsUnknown => Dialect.IsAuto;

    /// <summary>Whether there is something whose end only a quiet line would show: time it, and tell by <see cref="Quiet"/>.</summary>
    public bool AwaitsQuiet => _frames.AwaitsQuiet;

    /// <summary>Whether everything received has been read.</summary>
    public bool IsEmpty => _frames.Count == 0 && _next is null;

    /// <summary>How many bytes have been received and not been read.</summary>
    public int Buffered => _frames.Count;

    /// <summary>Whether we have said something before the peer did; then what it says is an answer.</summary>
    public bool WeHaveSpoken { get; set; }

    /// <summary>Gives room for the bytes to come; <see cref="Received"/> says how many came.</summary>
    public ArraySegment<byte> Room() => _frames.Room();

    /// <summary>Takes over the bytes that were put into <see cref="Room"/>.</summary>
    public void Received(int count) => _frames.Received(count);

    /// <summary>Takes down that no more bytes come; what is left is a message too.</summary>
    public void EndStream() => _frames.EndStream();

    /// <summary>Takes down that the line has been quiet since the last bytes.</summary>
    public void Quiet() => _frames.Quiet();

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
        if (_frames.Rule is null || AwaitsOpening)
            return ReadFirst();
        if (_frames.Rule.IsGuess && _messages == 1 && !ConfirmsLine())
            return _next;
        if (_frames.TryTake(out var text))
        {
            _messages++;
            return ReadText(text);
        }
        return _frames.IsTooLong ? new DialectItem(DialectItemKind.TooLong, "") : null;
    }

    private DialectItem? ReadFirst()
    {
        _frames.AwaitsQuiet = false;
        if (_frames.Count == 0)
            return null;
        if (_frames.Count > FrameReader.MaxFrameBytes)
            return new DialectItem(DialectItemKind.TooLong, "");
        var unread = _frames.Unread;
        var framing = DialectDetector.Framing(
            unread.Array!, unread.Offset, unread.Offset + unread.Count, _frames.IsQuiet || _frames.IsEnded);
        if (framing is null)
        {
            _frames.AwaitsQuiet = true;
            return null;
        }
        var named = _frames.Rule;
        _frames.Rule = new FrameRule(framing, Dialect.Encoding, isGuess: true);
        if (!_frames.TryTake(out var text))
        {
            // Nothing but padding, or something that does not end after all.
            _frames.Rule = named;
            return _frames.IsTooLong ? new DialectItem(DialectItemKind.TooLong, "") : null;
        }
        return AwaitsOpening ? Open(text, named!) : Find(text, framing);
    }

    // The dialect is named, and this is the opening in it.
    private DialectItem Open(ArraySegment<byte> bytes, FrameRule rule)
    {
        var text = Decode(bytes);
        AwaitsOpening = false;
        _frames.Rule = rule;
        var word = text.Trim();
        if (HandlePrefix.Find(text) is { } prefix)
            _bareHandle = Handle = prefix.Handle;
        else if (Dialect.Side(_peer).Opening.Contains("{handle}") && HandlePrefix.IsHandle(word))
            _bareHandle = Handle = word;
        _seeksPrefix |= Handle is not null;
        // A server that repeats our handle has not told its own.
        if (Handle == _ourHandle && _peer == ChatEnd.Server)
            Handle = null;
        return QuitWords.Contain(text, prefixed: false, usuallyPrefixed: false)
            ? new DialectItem(DialectItemKind.Quit, "")
            : new DialectItem(DialectItemKind.Opened, text);
    }

    private DialectItem Find(ArraySegment<byte> bytes, ChatDialectSide framing)
    {
        var text = Decode(bytes);
        DialectFinding finding;
        if (!Dialect.IsAuto)
        {
            var prefix = _bareHandle is null ? HandlePrefix.Find(text) : HandlePrefix.FindAfter(_bareHandle, text);
            finding = DialectDetector.AfterOpening(Dialect, _peer, framing, prefix?.SeparatorFound ?? "");
        }
        else if (_peer == ChatEnd.Client)
        {
            finding = DialectDetector.OfClient(text, framing, _port, _frames.IsEnded);
        }
        else
        {
            finding = WeHaveSpoken ? DialectDetector.OfServerThatAnswers(text, framing) : DialectDetector.OfServerThatBegins(text, framing);
        }
        Dialect = finding.Dialect;
        if (finding.IsOpening)
        {
            _bareHandle = Handle = finding.Handle;
            _frames.Rule = null;
            _afterNext = new DialectItem(DialectItemKind.Opened, text);
        }
        else
        {
            _messages = 1;
            _seeksPrefix = true;
            _afterNext = ReadText(bytes);
        }
        return new DialectItem(DialectItemKind.Found, finding.Why);
    }

    // A line feed at the end of the first piece may have been only the beginning of what marks the end. False: that has to be waited for, or was found.
    private bool ConfirmsLine()
    {
        if (_frames.Rule!.Kind != FrameKind.Line || _frames.Count == 0)
            return true;
        var unread = _frames.Unread;
        var isStill = _frames.IsQuiet || _frames.IsEnded;
        _frames.AwaitsQuiet = false;
        string? mark;
        if (unread.Array![unread.Offset] == 0)
        {
            if (!isStill)
            {
                _frames.AwaitsQuiet = true;
                return false;
            }
            // One NUL ended the line with the line feed; more were padding, with whatever stands in it.
            mark = unread.Count == 1 ? "\0" : null;
            _frames.Drop(unread.Count);
        }
        else
        {
            mark = DialectDetector.MarkAfterLine(unread.Array!, unread.Offset, unread.Offset + unread.Count, isStill);
            if (mark is null)
            {
                _frames.AwaitsQuiet = true;
                return false;
            }
            if (mark.Length == 0)
                return true;
            _frames.Drop(mark.Length);
        }
        var framing = new ChatDialectSide { Ending = mark is null ? "" : "\n" + mark };
        _frames.Rule = new FrameRule(framing, Dialect.Encoding, isGuess: true);
        var finding = DialectDetector.Corrected(Dialect, _peer, framing, Dialect.Side(_peer).Separator);
        Dialect = finding.Dialect;
        _next = new DialectItem(DialectItemKind.Found, finding.Why);
        return false;
    }

    private DialectItem ReadText(ArraySegment<byte> bytes)
    {
        var (start, count) = (bytes.Offset, bytes.Count);
        if (_seeksPrefix)
        {
            LearnPrefix(Decode(bytes));
            // Only a handle that the opening told may show later.
            _seeksPrefix = _prefix is null && _bareHandle is not null;
        }
        var prefixed = _prefix is not null && ByteSearch.StartsWith(bytes.Array!, _prefix, start, count);
        if (prefixed)
        {
            start += _prefix!.Length;
            count -= _prefix.Length;
        }
        else if (_isDoubtful)
        {
            // 'Note: buy milk' was a message after all.
            _prefix = null;
            Handle = null;
        }
        _isDoubtful &= _messages == 1;
        var text = _encoding.GetString(bytes.Array!, start, count);
        return QuitWords.Contain(text, prefixed, _prefix is not null)
            ? new DialectItem(DialectItemKind.Quit, "")
            : new DialectItem(DialectItemKind.Message, text);
    }

    private void LearnPrefix(string line)
    {
        var separator = Dialect.Side(_peer).Separator;
        var found = _bareHandle is not null ? HandlePrefix.FindAfter(_bareHandle, line) : null;
        if (found is null && (_bareHandle is null || separator.Length > 0))
            found = separator.Length > 0 ? HandlePrefix.Find(line, separator) : HandlePrefix.Find(line);
        if (found is not { } prefix)
            return;
        Handle = prefix.Handle;
        _prefix = _encoding.GetBytes(line.Substring(0, prefix.Length));
        _isDoubtful = prefix.SeparatorFound == HandlePrefix.Colon && _frames.Rule is { IsGuess: true, Kind: FrameKind.Line };
    }

    private string Decode(ArraySegment<byte> bytes) => _encoding.GetString(bytes.Array!, bytes.Offset, bytes.Count);
}
