using System;
using System.Text;

namespace PSPairChat.Dialects;

/// <summary>Encodes the messages of one side of a dialect into bytes.</summary>
internal sealed class DialectEncoder
{
    private readonly ChatDialect _dialect;
    private readonly ChatDialectSide _side;
    private readonly Encoding _encoding;
    private readonly string _handle;
    private readonly int _port;
    private readonly int _bodyOffset;       // behind the length field
    private readonly int _textOffset;       // behind the handle and the separator
    private readonly int _maxBytes;
    private readonly byte[] _terminator;
    private readonly byte[] _delimiter;      // not allowed in a message, because it would end it
    private byte[] _bytes = new byte[256];

    /// <summary>Initializes an encoder.</summary>
    /// <param name="dialect">The dialect.</param>
    /// <param name="side">The side that sends.</param>
    /// <param name="handle">The handle of the side.</param>
    /// <param name="port">The server's port.</param>
    /// <exception cref="ChatException">HandleInvalid: the encoding of the dialect cannot represent the handle.</exception>
    public DialectEncoder(ChatDialect dialect, ChatSide side, string handle, int port)
    {
        _dialect = dialect;
        _side = dialect.GetSide(side);
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

    /// <summary>Gets whether only a pause shows where a message ends.</summary>
    public bool IsUnterminated => _side.IsUnterminated;

    /// <summary>Gets the maximum number of characters of a message; 0 for no additional limit.</summary>
    public int MaxCharacters => _side.MaxCharacters;

    /// <summary>Encodes a message. The result is valid until the next call.</summary>
    /// <exception cref="ChatException">MessageInvalid or MessageTooLong: the dialect cannot represent the message.</exception>
    public ArraySegment<byte> EncodeMessage(string text)
    {
        if (_textOffset == _bodyOffset && text.Length > 0 && text == _side.QuitCommand)
            throw new ChatException(ChatErrorReason.MessageInvalid, $"Invalid message '{text}'. It is the quit command of the dialect {_dialect.Name}.") { OptionName = nameof(ChatOptions.Dialect) };
        return Complete(Encode(text, _textOffset));
    }

    /// <summary>Encodes the quit command. The result is empty if the dialect has none.</summary>
    public ArraySegment<byte> EncodeQuit() =>
        _side.QuitCommand.Length == 0 ? new ArraySegment<byte>([]) : Complete(Encode(DialectText.ExpandTemplate(_side.QuitCommand, _handle, _port), _bodyOffset));

    /// <summary>Encodes the greeting. The result is empty if the dialect has none.</summary>
    /// <exception cref="ChatException">HandleInvalid: the encoding of the dialect cannot represent the handle.</exception>
    public byte[] EncodeGreeting() => EncodeHandle(DialectText.ExpandTemplate(_side.Greeting, _handle, _port));

    private byte[] EncodeHandle(string text)
    {
        try
        {
            return _encoding.GetBytes(text);
        }
        catch (EncoderFallbackException e)
        {
            throw new ChatException(ChatErrorReason.HandleInvalid,
                $"Invalid handle '{_handle}'. The dialect {_dialect.Name} can send only {_dialect.Encoding} characters.", e);
        }
    }

    private int Encode(string text, int offset)
    {
        EnsureCapacity(offset + _encoding.GetMaxByteCount(text.Length));
        try
        {
            return offset + _encoding.GetBytes(text, 0, text.Length, _bytes, offset);
        }
        catch (EncoderFallbackException e)
        {
            throw new ChatException(ChatErrorReason.MessageInvalid,
                $"Invalid character at position {e.Index + 1} of the message. The dialect {_dialect.Name} can send only {_dialect.Encoding} characters.", e) { OptionName = nameof(ChatOptions.Dialect) };
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

    // A delimiter in the text, or across the end of the text and the terminator, would end the message early.
    private void ThrowIfContainsDelimiter(int textEnd)
    {
        if (_delimiter.Length == 0 || _bodyOffset > 0)
            return;
        var index = ByteSearch.IndexOf(_bytes, _delimiter, _bodyOffset, textEnd + _terminator.Length);
        if (index < textEnd)
        {
            throw new ChatException(ChatErrorReason.MessageInvalid,
                $"Invalid message. The delimiter '{_side.Terminator.Trim()}' of the dialect {_dialect.Name} occurs before its end.") { OptionName = nameof(ChatOptions.Dialect) };
        }
    }

    private ChatException CreateTooLongException(int bytes, int maxBytes) => new(ChatErrorReason.MessageTooLong,
        $"The message has {bytes} bytes in the dialect {_dialect.Name}. The limit is {maxBytes}.") { OptionName = nameof(ChatOptions.Dialect) };

    private void EnsureCapacity(int count)
    {
        if (_bytes.Length < count)
            Array.Resize(ref _bytes, Math.Max(count, _bytes.Length * 2));
    }
}
