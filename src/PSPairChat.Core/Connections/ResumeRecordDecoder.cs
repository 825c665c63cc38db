using System;

namespace PSPairChat.Connections;

/// <summary>
/// Decodes the records of a resumable connection: a 2-byte length and as many bytes; the length 0 and an 8-byte count acknowledge; the length 65535 is the
/// end. Numbers are big-endian. Pure: the bytes may come in any pieces.
/// </summary>
internal sealed class ResumeRecordDecoder
{
    /// <summary>The largest number of bytes in a record.</summary>
    public const int MaxRecordBytes = EndMark - 1;

    private const int AcknowledgeMark = 0;
    private const int EndMark = 65535;
    private const int HeaderBytes = 2;
    private const int AcknowledgeBytes = 8;

    private int _headerBytes;
    private int _header;
    private int _remaining;
    private long _acknowledged;
    private bool _isAcknowledge;

    /// <summary>What was decoded.</summary>
    public enum Result
    {
        /// <summary>Nothing; all input is used.</summary>
        None,

        /// <summary>Bytes of the conversation.</summary>
        Data,

        /// <summary>The number of bytes that the peer has received.</summary>
        Acknowledge,

        /// <summary>The end: the peer sends nothing more.</summary>
        End,
    }

    public static byte[] EncodeAcknowledge(long received)
    {
        var bytes = new byte[HeaderBytes + AcknowledgeBytes];
        for (var i = 0; i < AcknowledgeBytes; i++)
            bytes[HeaderBytes + i] = (byte)(received >> 8 * (AcknowledgeBytes - 1 - i));
        return bytes;
    }

    public static byte[] EncodeEnd() => [EndMark >> 8, EndMark & 0xFF];

    /// <summary>Writes the header of a record with data.</summary>
    public static int WriteHeader(byte[] buffer, int offset, int count)
    {
        buffer[offset] = (byte)(count >> 8);
        buffer[offset + 1] = (byte)count;
        return HeaderBytes;
    }

    /// <summary>Decodes up to the next result.</summary>
    /// <param name="bytes">The input.</param>
    /// <param name="start">Where it begins; advanced past what was used.</param>
    /// <param name="end">Where it ends.</param>
    /// <param name="data">The decoded bytes, a part of the input.</param>
    /// <param name="acknowledged">The acknowledged number of bytes.</param>
    public Result Decode(byte[] bytes, ref int start, int end, out ArraySegment<byte> data, out long acknowledged)
    {
        data = default;
        acknowledged = 0;
        while (start < end)
        {
            if (_remaining == 0)
            {
                _header = _header << 8 | bytes[start++];
                if (++_headerBytes < HeaderBytes)
                    continue;
                var header = _header;
                _header = _headerBytes = 0;
                if (header == EndMark)
                    return Result.End;
                _isAcknowledge = header == AcknowledgeMark;
                _acknowledged = 0;
                _remaining = _isAcknowledge ? AcknowledgeBytes : header;
            }
            else if (_isAcknowledge)
            {
                _acknowledged = _acknowledged << 8 | bytes[start++];
                if (--_remaining > 0)
                    continue;
                acknowledged = _acknowledged;
                return Result.Acknowledge;
            }
            else
            {
                var count = Math.Min(_remaining, end - start);
                data = new ArraySegment<byte>(bytes, start, count);
                start += count;
                _remaining -= count;
                return Result.Data;
            }
        }
        return Result.None;
    }
}
