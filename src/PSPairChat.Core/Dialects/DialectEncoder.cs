using System;
using System.Text;

namespace PSPairChat.Dialects;

/// <summary>Turns what one end says into the bytes that its dialect makes of it.</summary>
internal sealed class DialectEncoder
{
    private readonly ChatDialect _dialect;
    private readonly ChatDialectSide _side;
    private readonly Encoding _encoding;
    private readonly string _handle;
    private readonly int _port;
    private readonly int _bodyOffset;       // behind the length
    private readonly int _textOffset;       // behind the handle and its separator
    private readonly int _maxBytes;
    private readonly byte[] _terminator;
    private readonly byte[] _delimiter;      // what may not be in a message, because it would end it
    private byte[] _bytes = new byte[256];

    /// <summary>Makes a writer.</summary>
    /// <param name="dialect">How to talk.</param>
    /// <param name="end">Which end we are.</param>
    /// <param name="handle">Our handle.</param>
    /// <param name="port">The server's port.</param>
    /// <exception cref="ChatException">HandleInvalid: the dialect has no bytes for the handle.</exception>
    public DialectEncoder(ChatDialect dialect, ChatSide end, string handle, int port)
    {
        _dialect = dialect;
        _side = dialect.GetSide(end);
        _encoding = DialectText.GetEncoding(dialect.Encoding);
        _handle = handle;
        _port = port;
        _terminator = _encoding.GetBytes(_side.Terminator);
        _delimiter = _encoding.GetBytes(_side.Terminator.Trim('\r', '\n', '\0'));
        _bodyOffset = LengthFieldCodec.GetSize(_side.LengthPrefix);
        _maxBytes = _side.MaxBytes == 0 ? int.MaxValue : _side.MaxBytes;
        if (_side.FixedLength > 0)
            _maxBytes = Math.Min(_maxBytes, _side.FixedLength - 1);
        var prefix = _side.Separator.Length == 0 ? [] : EncodeHandle(handle + _side.Separator);
        _textOffset = _bodyOffset + prefix.Length;
        EnsureCapacity(_textOffset);
        prefix.CopyTo(_bytes, _bodyOffset);
    }

    /// <summary>Whether nothing marks the end of a message but that nothing follows it.</summary>
    public bool IsUnterminated => _side.IsUnterminated;

    /// <summary>The most characters of a message; 0 for no limit of the dialect's own.</summary>
    public int MaxCharacters => _side.MaxCharacters;

    /// <summary>The bytes of a message; they are valid until the next call.</summary>
    /// <exception cref="ChatException">MessageInvalid or MessageTooLong: the dialect cannot carry it.</exception>
    public ArraySegment<byte> EncodeMessage(string text)
    {
        if (_textOffset == _bodyOffset && text == _side.QuitCommand)
            throw new ChatException(ChatErrorReason.MessageInvalid, $"In the dialect {_dialect.Name} '{text}' means to leave.");
        return Complete(Encode(text, _textOffset));
    }

    /// <summary>The bytes that say that we leave; none where the dialect just closes.</summary>
    public ArraySegment<byte> EncodeQuit() =>
        _side.QuitCommand.Length == 0 ? new ArraySegment<byte>([]) : Complete(Encode(DialectText.ExpandTemplate(_side.QuitCommand, _handle, _port), _bodyOffset));

    /// <summary>The bytes before any message; none where the dialect has no opening.</summary>
    /// <exception cref="ChatException">HandleInvalid: the dialect has no bytes for the handle.</exception>
    public byte[] EncodeGreeting() => EncodeHandle(DialectText.ExpandTemplate(_side.Greeting, _handle, _port));

    private byte[] EncodeHandle(string text)
    {
        try
        {
            return _encoding.GetBytes(text);
        }
        catch (EncoderFallbackException e)
        {
            throw new ChatException(ChatErrorReason.HandleInvalid, $"The handle '{_handle}' cannot be said in {_dialect.Encoding}.", e);
        }
    }

    private int Encode(string text, int at)
    {
        EnsureCapacity(at + _encoding.GetMaxByteCount(text.Length));
        try
        {
            return at + _encoding.GetBytes(text, 0, text.Length, _bytes, at);
        }
        catch (EncoderFallbackException e)
        {
            throw new ChatException(ChatErrorReason.MessageInvalid,
                $"The message has a character at {e.Index + 1} that cannot be said in {_dialect.Encoding}, which the dialect {_dialect.Name} speaks.", e);
        }
    }

    private ArraySegment<byte> Complete(int end)
    {
        EnsureCapacity(Math.Max(end + _terminator.Length, _side.FixedLength));
        for (var i = 0; i < _terminator.Length; i++)
            _bytes[end + i] = _terminator[i];
        ThrowIfContainsDelimiter(end);
        end += _terminator.Length;
        if (end > _maxBytes)
            throw CreateTooLongException(end, _maxBytes);
        if (_bodyOffset > 0 && !LengthFieldCodec.TryWrite(_side.LengthPrefix, _dialect.Encoding, _bytes, _bodyOffset, end))
            throw CreateTooLongException(end - _bodyOffset, LengthFieldCodec.GetMaxLength(_side.LengthPrefix));
        if (_side.FixedLength > 0)
        {
            Array.Clear(_bytes, end, _side.FixedLength - end);
            end = _side.FixedLength;
        }
        return new ArraySegment<byte>(_bytes, 0, end);
    }

    // A mark inside the text, or one that the text and the mark make together, would end the message early.
    private void ThrowIfContainsDelimiter(int textEnd)
    {
        if (_delimiter.Length == 0 || _bodyOffset > 0)
            return;
        var at = ByteSearch.IndexOf(_bytes, _delimiter, _bodyOffset, textEnd + _terminator.Length);
        if (at < textEnd)
        {
            throw new ChatException(ChatErrorReason.MessageInvalid,
                $"The message and its end make an earlier '{_side.Terminator.Trim()}', which ends a message in the dialect {_dialect.Name}.");
        }
    }

    private ChatException CreateTooLongException(int bytes, int most) => new(ChatErrorReason.MessageTooLong,
        $"The message takes {bytes} bytes with what the dialect {_dialect.Name} puts around it; {most} are allowed.");

    private void EnsureCapacity(int count)
    {
        if (_bytes.Length < count)
            Array.Resize(ref _bytes, Math.Max(count, _bytes.Length * 2));
    }
}
