using System;

namespace PSPairChat.Connections;

/// <summary>Decodes the records of a resumable connection, whose bytes may come in any pieces. Pure.</summary>
internal sealed class ResumeRecordDecoder
{
    private int _header;
    private int _headerBytes;
    private int _remaining;     // of the data or of the count
    private bool _isAcknowledgement;
    private long _count;

    /// <summary>Specifies what was decoded.</summary>
    public enum Result
    {
        /// <summary>Nothing: the input is used up.</summary>
        None,

        /// <summary>Bytes of the conversation.</summary>
        Data,

        /// <summary>An acknowledgement.</summary>
        Acknowledgement,

        /// <summary>The end: the peer sends nothing more.</summary>
        End,
    }

    /// <summary>Gets the decoded bytes, which are a part of the input.</summary>
    public ArraySegment<byte> Data { get; private set; }

    /// <summary>Gets the number of bytes that the peer has received, as it acknowledged last.</summary>
    public long AcknowledgedCount { get; private set; }

    /// <summary>Gets how the peer has ended what it sends.</summary>
    public ResumeEnd End { get; private set; }

    /// <summary>Decodes up to the next result.</summary>
    /// <param name="input">The input.</param>
    /// <param name="start">The index of the first byte; advanced past those that were decoded.</param>
    /// <param name="end">The index after the last byte.</param>
    public Result Decode(byte[] input, ref int start, int end)
    {
        while (start < end)
        {
            if (_remaining == 0)
            {
                _header = _header << 8 | input[start++];
                if (++_headerBytes < ResumeRecord.HeaderBytes)
                    continue;
                if (OnHeader())
                    return Result.End;
            }
            else if (!_isAcknowledgement)
            {
                Data = new ArraySegment<byte>(input, start, Math.Min(_remaining, end - start));
                start += Data.Count;
                _remaining -= Data.Count;
                return Result.Data;
            }
            else
            {
                _count = _count << 8 | input[start++];
                if (--_remaining > 0)
                    continue;
                AcknowledgedCount = _count;
                return Result.Acknowledgement;
            }
        }
        return Result.None;
    }

    // Whether the header is the end.
    private bool OnHeader()
    {
        var header = _header;
        _header = _headerBytes = 0;
        if (header is ResumeRecord.ClosedMark or ResumeRecord.RestartingMark)
        {
            End = header == ResumeRecord.RestartingMark ? ResumeEnd.Restarting : ResumeEnd.Closed;
            return true;
        }
        _isAcknowledgement = header == ResumeRecord.AcknowledgementMark;
        _remaining = _isAcknowledgement ? ResumeRecord.CountBytes : header;
        _count = 0;
        return false;
    }
}
