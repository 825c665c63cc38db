using System;

namespace PSPairChat.Dialects;

/// <summary>Decodes frames without a terminator: a frame ends at a line feed or when the connection is idle.</summary>
internal sealed class UnterminatedFrameDecoder(ReceiveBuffer buffer) : FrameDecoder(buffer)
{
    private bool _isAfterLine;      // the last frame ended at a line feed: NULs may begin padding with arbitrary bytes in it

    protected override FrameStatus TryReadFrame(out ArraySegment<byte> text)
    {
        text = default;
        if (Buffer[0] == 0)
        {
            if (_isAfterLine && !Buffer.IsIdle)
                return FrameStatus.NeedsIdle;
            Buffer.Consume(_isAfterLine ? Buffer.Count : SkipNulls(0, Buffer.Count));
            if (Buffer.Count == 0)
                return FrameStatus.NeedsMoreData;
        }
        _isAfterLine = false;
        var lineFeed = Buffer.IndexOf(LineFeed);
        var lineEnd = lineFeed < 0 ? Buffer.Count : lineFeed;
        var isPadded = Buffer.IndexOf(0, 0, lineEnd) >= 0 || lineFeed >= 0 && lineFeed + 1 < Buffer.Count && Buffer[lineFeed + 1] == 0;
        if (lineFeed >= 0 && !isPadded)
        {
            _isAfterLine = true;
            return Read(lineFeed, lineFeed + 1, out text);
        }
        return Buffer.IsIdle ? Read(lineEnd, Buffer.Count, out text) : FrameStatus.NeedsIdle;
    }

    protected override bool IsPadding(byte value) => false;
}
