using System;
using System.Text;

namespace PSPairChat.Dialects;

/// <summary>
/// Decodes the bytes of a peer into messages, greetings and quit commands. The bytes may arrive in pieces of any size. With <see cref="ChatDialect.Auto"/> it
/// detects the dialect from the first message and corrects it if the next one contradicts it.
/// </summary>
internal sealed class DialectDecoder
{
    private ReceiveBuffer _buffer = new();
    private readonly ChatSide _peer;
    private readonly string _localHandle;
    private readonly int _port;
    private readonly Encoding _encoding;
    private FrameDecoder? _frames;          // null until the framing is known
    private bool _isFramingTentative;       // the framing was detected from one message
    private DialectItem? _next;
    private DialectItem? _afterNext;
    private string? _greetingHandle;        // the handle in the greeting; messages may begin with it nevertheless
    private byte[]? _prefix;                // the bytes before the text of each message
    private bool _isPrefixTentative;        // the next message must confirm the prefix
    private bool _detectsPrefix;
    private int _messageCount;              // frames read with the current framing
    private int _firstFrameBytes;           // the length of the frame from which the framing was detected

    /// <summary>Initializes a decoder.</summary>
    /// <param name="dialect">The peer's dialect, or <see cref="ChatDialect.Auto"/>.</param>
    /// <param name="peer">The peer's side.</param>
    /// <param name="localHandle">The handle of the local side; some servers answer with it.</param>
    /// <param name="port">The server's port.</param>
    public DialectDecoder(ChatDialect dialect, ChatSide peer, string localHandle = "", int port = 0)
    {
        Dialect = dialect;
        _peer = peer;
        _localHandle = localHandle;
        _port = port;
        _encoding = DialectText.GetEncoding(dialect.Encoding);
        if (dialect.IsAuto)
            return;
        var side = dialect.GetSide(peer);
        AwaitsGreeting = side.Greeting.Length > 0;
        _detectsPrefix = side.Separator.Length > 0;
        SetFraming(side, isTentative: false);
    }

    /// <summary>Gets the peer's dialect, as far as it is known.</summary>
    public ChatDialect Dialect { get; private set; }

    /// <summary>Gets the peer's handle; null until the peer sends it.</summary>
    public string? Handle { get; private set; }

    /// <summary>Gets whether a greeting of the peer is expected.</summary>
    public bool AwaitsGreeting { get; private set; }

    /// <summary>Gets whether the dialect has not been detected yet.</summary>
    public bool IsUndetected => Dialect.IsAuto;

    /// <summary>Gets whether only an idle connection shows where the received bytes end; if so, call <see cref="OnIdle"/> after the idle timeout.</summary>
    public bool NeedsIdle { get; private set; }

    /// <summary>Gets whether everything that was received has been read.</summary>
    public bool IsEmpty => _buffer.Count == 0 && _next is null;

    /// <summary>Gets the number of bytes that were received and not decoded yet.</summary>
    public int Buffered => _buffer.Count;

    /// <summary>Gets or sets whether the local side sent a message before the peer did; if so, the peer's first message is a response.</summary>
    public bool HasSent { get; set; }

    /// <summary>Gets free space for the next bytes; call <see cref="Advance"/> with the number of bytes written to it.</summary>
    public ArraySegment<byte> GetBuffer() => _buffer.GetBuffer();

    /// <summary>Adds the bytes that were written to the space from <see cref="GetBuffer"/>.</summary>
    public void Advance(int count) => _buffer.Advance(count);

    /// <summary>Indicates that no more bytes will be received; the remaining bytes are a message.</summary>
    public void Complete() => _buffer.Complete();

    /// <summary>Indicates that the connection has been idle since the last bytes.</summary>
    public void OnIdle() => _buffer.OnIdle();

    /// <summary>Gets the next item and does not remove it.</summary>
    public bool TryPeek(out DialectItem item)
    {
        _next ??= ReadNext();
        item = _next.GetValueOrDefault();
        return _next is not null;
    }

    /// <summary>Counts the messages that were received completely, and does not read them.</summary>
    public int CountMessages()
    {
        var copy = (DialectDecoder)MemberwiseClone();
        copy._buffer = _buffer.Clone();
        copy._frames = _frames?.Clone(copy._buffer);
        var count = 0;
        while (copy.TryRead(out var item) && item.Kind is not (DialectItemKind.Quit or DialectItemKind.TooLong))
            count += item.Kind == DialectItemKind.Message ? 1 : 0;
        return count;
    }

    /// <summary>Reads the next item.</summary>
    public bool TryRead(out DialectItem item)
    {
        var hasItem = TryPeek(out item);
        _next = _afterNext;
        _afterNext = null;
        return hasItem;
    }

    private DialectItem? ReadNext()
    {
        NeedsIdle = false;
        if (_frames is null || AwaitsGreeting)
            return ReadFirst();
        if (_isFramingTentative && _messageCount == 1 && !TryConfirmLineFraming(out var correction))
            return correction ?? FindTooLong();
        if (!TryReadFrame(out var text, out var tooLong))
            return tooLong;
        _messageCount++;
        return ReadMessage(text);
    }

    // The item is 'too long', or null if more bytes are needed.
    private bool TryReadFrame(out ArraySegment<byte> text, out DialectItem? item)
    {
        var status = _frames!.TryRead(out text);
        NeedsIdle = status == FrameStatus.NeedsIdle;
        item = status == FrameStatus.TooLong ? new DialectItem(DialectItemKind.TooLong, "") : null;
        return status == FrameStatus.Complete;
    }

    // For bytes whose framing is not known yet.
    private DialectItem? FindTooLong() => _buffer.Count > FrameDecoder.MaxFrameBytes ? new DialectItem(DialectItemKind.TooLong, "") : null;

    private DialectItem? ReadFirst()
    {
        if (_buffer.Count == 0)
            return null;
        var framing = FramingDetector.Detect(_buffer, isGreeting: AwaitsGreeting);
        if (framing is null)
        {
            NeedsIdle = true;
            return FindTooLong();
        }
        var (frames, isTentative, received) = (_frames, _isFramingTentative, _buffer.Count);
        SetFraming(framing, isTentative: true);
        if (TryReadFrame(out var text, out var item))
        {
            _firstFrameBytes = received - _buffer.Count;
            if (!AwaitsGreeting)
                return DetectDialect(text, framing);
            item = ReadGreeting(text);
        }
        // Restored after a greeting, and if there was only padding, or no frame in the detected framing.
        (_frames, _isFramingTentative) = (frames, isTentative);
        return item;
    }

    private DialectItem ReadGreeting(ArraySegment<byte> bytes)
    {
        var text = Decode(bytes);
        AwaitsGreeting = false;
        var word = text.Trim();
        if (HandlePrefix.Find(text) is { } prefix)
            _greetingHandle = Handle = prefix.Handle;
        else if (Dialect.GetSide(_peer).Greeting.Contains(BuiltInDialects.HandlePlaceholder) && HandlePrefix.IsHandle(word))
            _greetingHandle = Handle = word;
        _detectsPrefix |= Handle is not null;
        // The server repeats the client's handle and does not send its own.
        if (Handle == _localHandle && _peer == ChatSide.Server)
            Handle = null;
        return QuitCommands.IsQuit(text) ? new DialectItem(DialectItemKind.Quit, "") : new DialectItem(DialectItemKind.GreetingReceived, text);
    }

    private DialectItem DetectDialect(ArraySegment<byte> bytes, ChatDialectSide framing)
    {
        var text = Decode(bytes);
        DetectionResult result;
        if (!Dialect.IsAuto)
        {
            var prefix = _greetingHandle is null ? HandlePrefix.Find(text) : HandlePrefix.FindAfter(_greetingHandle, text);
            result = DialectDetector.RefineAfterGreeting(Dialect, _peer, framing, prefix?.MatchedSeparator ?? "");
        }
        else if (_peer == ChatSide.Client)
        {
            result = DialectDetector.DetectClient(text, framing, _port, _buffer.IsCompleted);
        }
        else
        {
            result = HasSent ? DialectDetector.DetectRespondingServer(text, framing) : DialectDetector.DetectGreetingServer(text, framing);
        }
        Dialect = result.Dialect;
        if (result.IsGreeting)
        {
            _greetingHandle = Handle = result.Handle;
            _frames = null;
            _afterNext = new DialectItem(DialectItemKind.GreetingReceived, text);
        }
        else
        {
            _messageCount = 1;
            _detectsPrefix = true;
            _afterNext = ReadMessage(bytes);
        }
        return new DialectItem(DialectItemKind.Detected, result.Reason);
    }

    // The line feed at the end of the first message may be only the beginning of the terminator.
    private bool TryConfirmLineFraming(out DialectItem? item)
    {
        item = null;
        if (_frames is not LineBasedFrameDecoder || _buffer.Count == 0)
            return true;
        ChatDialectSide framing;
        if (_buffer[0] == 0)
        {
            if (!_buffer.IsIdle)
            {
                NeedsIdle = true;
                return false;
            }
            framing = FramingDetector.DetectPaddingAfterLine(_firstFrameBytes, _buffer.Count);
            _buffer.Consume(_buffer.Count);
        }
        else if (FramingDetector.DetectDelimiterAfterLine(_buffer) is { } delimiter)
        {
            if (delimiter.Length == 0)
                return true;
            framing = new ChatDialectSide { Terminator = "\n" + delimiter };
            _buffer.Consume(delimiter.Length);
        }
        else
        {
            NeedsIdle = true;
            return false;
        }
        SetFraming(framing, isTentative: true);
        var result = DialectDetector.CorrectFraming(Dialect, _peer, framing);
        Dialect = result.Dialect;
        item = new DialectItem(DialectItemKind.Detected, result.Reason);
        return false;
    }

    private DialectItem ReadMessage(ArraySegment<byte> bytes)
    {
        var (start, count) = (bytes.Offset, bytes.Count);
        if (_detectsPrefix)
        {
            DetectPrefix(Decode(bytes));
            // After the first message, only the handle in the greeting can still be found.
            _detectsPrefix = _prefix is null && _greetingHandle is not null;
        }
        var hasPrefix = _prefix is not null && ByteSearch.StartsWith(bytes.Array!, _prefix, start, count);
        if (hasPrefix)
        {
            start += _prefix!.Length;
            count -= _prefix.Length;
        }
        else if (_isPrefixTentative)
        {
            // 'Note: ' is part of a text and not a handle.
            _prefix = null;
            Handle = null;
        }
        _isPrefixTentative &= _messageCount == 1;
        var text = _encoding.GetString(bytes.Array!, start, count);
        return !Dialect.IsLineService && QuitCommands.IsQuit(text, hasPrefix, expectsPrefix: _prefix is not null)
            ? new DialectItem(DialectItemKind.Quit, "")
            : new DialectItem(DialectItemKind.Message, text);
    }

    private void DetectPrefix(string text)
    {
        var separator = Dialect.GetSide(_peer).Separator;
        var found = _greetingHandle is not null ? HandlePrefix.FindAfter(_greetingHandle, text) : null;
        if (found is null && (_greetingHandle is null || separator.Length > 0))
            found = separator.Length > 0 ? HandlePrefix.Find(text, separator) : HandlePrefix.Find(text);
        if (found is not { } prefix)
            return;
        Handle = prefix.Handle;
        _prefix = _encoding.GetBytes(text.Substring(0, prefix.Length));
        _isPrefixTentative = prefix.MatchedSeparator == HandlePrefix.Colon && _isFramingTentative && _frames is LineBasedFrameDecoder;
    }

    private void SetFraming(ChatDialectSide framing, bool isTentative)
    {
        _frames = FrameDecoder.Create(_buffer, framing, Dialect.Encoding, isTentative);
        _isFramingTentative = isTentative;
    }

    private string Decode(ArraySegment<byte> bytes) => _encoding.GetString(bytes.Array!, bytes.Offset, bytes.Count);
}
