using System;
using System.IO;

namespace PSPairChat.Transcripts;

/// <summary>Reads lines of bytes from a stream, and no more than one line into memory.</summary>
/// <param name="stream">The stream.</param>
/// <param name="maxLength">The maximum number of bytes of a line. A longer line is returned without its bytes.</param>
internal sealed class ByteLineReader(Stream stream, int maxLength)
{
    private byte[] _buffer = new byte[16 * 1024];
    private int _start;
    private int _end;
    private long _bufferOffset;     // of the first byte in the buffer
    private bool _isTooLong;

    /// <summary>Gets the offset of the last line in the stream.</summary>
    public long LineOffset { get; private set; }

    /// <summary>Reads the next line.</summary>
    /// <param name="line">The line without its line break; valid until the next call. A line that is too long has no array.</param>
    /// <returns>Whether there was a line.</returns>
    public bool TryRead(out ArraySegment<byte> line)
    {
        _isTooLong = false;
        LineOffset = _bufferOffset + _start;
        var scanned = 0;
        while (true)
        {
            var lineFeed = Array.IndexOf(_buffer, (byte)'\n', _start + scanned, _end - _start - scanned);
            if (lineFeed >= 0)
            {
                line = CreateLine(lineFeed);
                _start = lineFeed + 1;
                return true;
            }
            scanned = _end - _start;
            if (scanned > maxLength)
            {
                _isTooLong = true;
                _start = _end;
                scanned = 0;
            }
            if (!FillBuffer())
            {
                line = CreateLine(_end);
                _start = _end;
                return scanned > 0 || _isTooLong;
            }
        }
    }

    private ArraySegment<byte> CreateLine(int end)
    {
        if (_isTooLong || end - _start > maxLength)
            return default;
        if (end > _start && _buffer[end - 1] == '\r')
            end--;
        return new ArraySegment<byte>(_buffer, _start, end - _start);
    }

    private bool FillBuffer()
    {
        if (_start > 0)
        {
            Buffer.BlockCopy(_buffer, _start, _buffer, 0, _end - _start);
            _bufferOffset += _start;
            _end -= _start;
            _start = 0;
        }
        if (_end == _buffer.Length)
            Array.Resize(ref _buffer, _buffer.Length * 2);
        var count = stream.Read(_buffer, _end, _buffer.Length - _end);
        _end += count;
        return count > 0;
    }
}
