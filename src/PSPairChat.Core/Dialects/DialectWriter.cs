using System;
using System.Text;

namespace PSPairChat.Dialects;

/// <summary>Turns what one end says into the bytes that its dialect makes of it.</summary>
internal sealed class DialectWriter
{
    private readonly ChatDialect _dialect;
    private readonly ChatDialectSide _side;
    private readonly Encoding _encoding;
    private readonly string _handle;
    private readonly int _port;
    private readonly int _bodyAt;       // behind the length
    private readonly int _textAt;       // behind the handle and its separator
    private readonly int _mostBytes;
    private readonly byte[] _ending;
    private readonly byte[] _mark;      // what may not be in a message, because it would end it
    private byte[] _bytes = new byte[256];

    /// <summary>Makes a writer.</summary>
    /// <param name="dialect">How to talk.</param>
    /// <param name="end">Which end we are.</param>
    /// <param name="handle">Our handle.</param>
    /// <param name="port">The server's port.</param>
    /// <exception cref="ChatException">HandleInvalid: the dialect has no bytes for the handle.</exception>
    public DialectWriter(ChatDialect dialect, ChatEnd end, string handle, int port)
    {
        _dialect = dialect;
        _side = dialect.Side(end);
        _encoding = DialectText.Encoding(dialect.Encoding);
        _handle = handle;
        _port = port;
        _ending = _encoding.GetBytes(_side.Ending);
        _mark = _encoding.GetBytes(_side.Ending.Trim('\r', '\n', '\0'));
        _bodyAt = LengthPrefix.Size(_side.Length);
        _mostBytes = _side.MaxBytes == 0 ? int.MaxValue : _side.MaxBytes;
        if (_side.Size > 0)
            _mostBytes = Math.Min(_mostBytes, _side.Size - 1);
        var prefix = _side.Separator.Length == 0 ? [] : EncodeHandle(handle + _side.Separator);
        _textAt = _bodyAt + prefix.Length;
        Reserve(_textAt);
        prefix.CopyTo(_bytes, _bodyAt);
    }

    /// <summary>Whether nothing marks the end of a message but that nothing follows it.</summary>
    public bool IsUnmarked => _side.IsUnmarked;

    /// <summary>The most characters of a message; 0 for no limit of the dialect's own.</summary>
    public int MaxCharacters => _side.MaxCharacters;

    /// <summary>The bytes of a message; they are valid until the next call.</summary>
    /// <exception cref="ChatException">MessageInvalid or MessageTooLong: the dialect cannot carry it.</exception>
    public ArraySegment<byte> Message(string text)
    {
        if (_textAt == _bodyAt && text == _side.Quit)
            throw new ChatException(ChatErrorReason.MessageInvalid, $"In the dialect {_dialect.Name} '{text}' means to leave.");
        return Complete(Encode(text, _textAt));
    }

    /// <summary>The bytes that say that we leave; none where the dialect just closes.</summary>
    public ArraySegment<byte> Quit() =>
        _side.Quit.Length == 0 ? new ArraySegment<byte>([]) : Complete(Encode(DialectText.Fill(_side.Quit, _handle, _port), _bodyAt));

    /// <summary>The bytes before any message; none where the dialect has no opening.</summary>
    /// <exception cref="ChatException">HandleInvalid: the dialect has no bytes for the handle.</exception>
    public byte[] Opening() => EncodeHandle(DialectText.Fill(_side.Opening, _handle, _port));

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
        Reserve(at + _encoding.GetMaxByteCount(text.Length));
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
        Reserve(Math.Max(end + _ending.Length, _side.Size));
        for (var i = 0; i < _ending.Length; i++)
            _bytes[end + i] = _ending[i];
        CheckMark(end);
        end += _ending.Length;
        if (end > _mostBytes)
            throw TooLong(end, _mostBytes);
        if (_bodyAt > 0 && !LengthPrefix.TryWrite(_side.Length, _dialect.Encoding, _bytes, _bodyAt, end))
            throw TooLong(end - _bodyAt, LengthPrefix.Most(_side.Length));
        if (_side.Size > 0)
        {
            Array.Clear(_bytes, end, _side.Size - end);
            end = _side.Size;
        }
        return new ArraySegment<byte>(_bytes, 0, end);
    }

    // A mark inside the text, or one that the text and the mark make together, would end the message early.
    private void CheckMark(int textEnd)
    {
        if (_mark.Length == 0 || _bodyAt > 0)
            return;
        var at = ByteSearch.IndexOf(_bytes, _mark, _bodyAt, textEnd + _ending.Length);
        if (at < textEnd)
        {
            throw new ChatException(ChatErrorReason.MessageInvalid,
                $"The message and its end make an earlier '{_side.Ending.Trim()}', which ends a message in the dialect {_dialect.Name}.");
        }
    }

    private ChatException TooLong(int bytes, int most) => new(ChatErrorReason.MessageTooLong,
        $"The message takes {bytes} bytes with what the dialect {_dialect.Name} puts around it; {most} are allowed.");

    private void Reserve(int count)
    {
        if (_bytes.Length < count)
            Array.Resize(ref _bytes, Math.Max(count, _bytes.Length * 2));
    }
}
