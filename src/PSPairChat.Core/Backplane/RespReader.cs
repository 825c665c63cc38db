using System;
using System.IO;
using System.Text;

namespace PSPairChat.Backplane;

/// <summary>Reads RESP2 replies from a stream. The size of a reply is limited, and what is not RESP2 is refused.</summary>
/// <param name="stream">The stream.</param>
/// <param name="maxReplyBytes">The maximum number of bytes of one reply.</param>
internal sealed class RespReader(Stream stream, int maxReplyBytes = RespReader.DefaultMaxReplyBytes)
{
    /// <summary>The default limit of one reply.</summary>
    public const int DefaultMaxReplyBytes = 64 * 1024 * 1024;

    private const int MaxDepth = 8;
    private const int MaxLineLength = 4096;
    private const int MinItemBytes = 4;     // ":0\r\n"

    private readonly byte[] _buffer = new byte[64 * 1024];
    private int _start;
    private int _end;
    private long _remaining;

    /// <summary>Reads a reply. An error that the server returns is a reply too.</summary>
    /// <exception cref="RedisException">The bytes are not a valid reply, or the reply is too large.</exception>
    /// <exception cref="IOException">The connection is lost.</exception>
    public RespReply Read()
    {
        _remaining = maxReplyBytes;
        return Read(0);
    }

    private RespReply Read(int depth)
    {
        var line = ReadLine();
        var value = line.Substring(1);
        return line[0] switch
        {
            '+' => RespReply.Create(value),
            '-' => RespReply.CreateError(value),
            ':' => RespReply.Create(ParseInteger(value)),
            '$' => ReadString(ParseInteger(value)),
            '*' => ReadArray(ParseInteger(value), depth),
            _ => throw RedisException.CreateProtocolError($"a reply begins with the byte 0x{(int)line[0]:X2}."),
        };
    }

    private RespReply ReadString(long length)
    {
        if (length == -1)
            return RespReply.CreateNull();
        ThrowIfTooLong(length);
        var count = (int)length + 2;
        if (_end - _start >= count)
        {
            _start += count;
            Consume(count);
            return Decode(_buffer, _start - count, (int)length);
        }
        var bytes = new byte[count];
        for (var filled = 0; filled < count;)
        {
            if (_start == _end)
                Fill();
            var copied = Math.Min(count - filled, _end - _start);
            Buffer.BlockCopy(_buffer, _start, bytes, filled, copied);
            _start += copied;
            filled += copied;
        }
        Consume(count);
        return Decode(bytes, 0, (int)length);
    }

    private static RespReply Decode(byte[] bytes, int offset, int length) => bytes[offset + length] == '\r' && bytes[offset + length + 1] == '\n'
        ? RespReply.Create(Encoding.UTF8.GetString(bytes, offset, length))
        : throw RedisException.CreateProtocolError("a string has no end.");

    private RespReply ReadArray(long length, int depth)
    {
        if (length == -1)
            return RespReply.CreateNull();
        ThrowIfTooLong(length, MinItemBytes);
        if (depth == MaxDepth)
            throw RedisException.CreateProtocolError("an array is nested too deeply.");
        var items = new RespReply[length];
        for (var i = 0; i < items.Length; i++)
            items[i] = Read(depth + 1);
        return RespReply.Create(items);
    }

    private string ReadLine()
    {
        var line = new StringBuilder();
        while (true)
        {
            if (_start == _end)
                Fill();
            var index = Array.IndexOf(_buffer, (byte)'\n', _start, _end - _start);
            var count = (index < 0 ? _end : index + 1) - _start;
            line.Append(Encoding.UTF8.GetString(_buffer, _start, count));
            _start += count;
            Consume(count);
            if (line.Length > MaxLineLength)
                throw RedisException.CreateProtocolError("a line is too long.");
            if (index < 0)
                continue;
            if (line.Length < 3 || line[line.Length - 2] != '\r')
                throw RedisException.CreateProtocolError("a line has no type or no end.");
            return line.ToString(0, line.Length - 2);
        }
    }

    private static long ParseInteger(string text) => long.TryParse(text, System.Globalization.NumberStyles.AllowLeadingSign,
        System.Globalization.CultureInfo.InvariantCulture, out var value)
        ? value
        : throw RedisException.CreateProtocolError("a number is not valid.");

    private void ThrowIfTooLong(long count, int itemBytes = 1)
    {
        if (count < 0)
            throw RedisException.CreateProtocolError("a length is negative.");
        if (count > _remaining / itemBytes)
            throw RedisException.CreateProtocolError($"a reply is longer than {maxReplyBytes} bytes.");
    }

    private void Consume(int count)
    {
        _remaining -= count;
        if (_remaining < 0)
            ThrowIfTooLong(1);
    }

    private void Fill()
    {
        _start = 0;
        _end = stream.Read(_buffer, 0, _buffer.Length);
        if (_end == 0)
            throw new EndOfStreamException("The Redis server closed the connection.");
    }
}
