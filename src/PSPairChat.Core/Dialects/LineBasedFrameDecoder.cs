using System;

namespace PSPairChat.Dialects;

/// <summary>
/// Decodes frames that end with a line feed, with or without a carriage return before it. A frame with a NUL in it is padded, and the padding may contain
/// arbitrary bytes: its text ends at the NUL, and the frame ends when the connection is idle.
/// </summary>
internal sealed class LineBasedFrameDecoder(ReceiveBuffer buffer) : FrameDecoder(buffer)
{
    private bool _isPadded;

    protected override FrameStatus TryReadFrame(out ArraySegment<byte> text)
    {
        var scanned = Scanned;
        var lineFeed = FindTerminator(LineFeed);
        var lineEnd = lineFeed < 0 ? Buffer.Count : lineFeed;
        _isPadded = _isPadded || Buffer.IndexOf(0, scanned, lineEnd) >= 0;
        if (!_isPadded)
            return lineFeed >= 0 ? Read(lineFeed, lineFeed + 1, out text) : TryReadRemainder(IsQuitCommand(), out text);
        text = default;
        if (!Buffer.IsIdle)
            return FrameStatus.NeedsIdle;
        _isPadded = false;
        return Read(lineEnd, lineFeed < 0 || FramingDetector.IsCommonBufferSize(Buffer.Count) ? Buffer.Count : lineFeed + 1, out text);
    }
}
