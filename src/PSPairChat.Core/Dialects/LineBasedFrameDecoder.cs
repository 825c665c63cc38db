using System;

namespace PSPairChat.Dialects;

/// <summary>Decodes frames that end with a line feed, with or without a carriage return before it.</summary>
internal sealed class LineBasedFrameDecoder(ReceiveBuffer buffer) : FrameDecoder(buffer)
{
    protected override FrameStatus TryReadFrame(out ArraySegment<byte> text)
    {
        var lineFeed = FindTerminator(LineFeed);
        return lineFeed >= 0 ? Read(lineFeed, lineFeed + 1, out text) : TryReadRemainder(EndsWithQuit(), out text);
    }
}
