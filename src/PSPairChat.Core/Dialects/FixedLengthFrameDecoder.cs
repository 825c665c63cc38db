using System;

namespace PSPairChat.Dialects;

/// <summary>Decodes frames of a fixed length, padded with NULs. Text after a line feed is ignored. A shorter frame ends when the connection is idle.</summary>
internal sealed class FixedLengthFrameDecoder(ReceiveBuffer buffer, int length) : FrameDecoder(buffer)
{
    protected override FrameStatus TryReadFrame(out ArraySegment<byte> text) =>
        Buffer.Count >= length ? Read(length, length, out text) : TryReadRemainder(idleEndsFrame: true, out text);

    protected override int TrimLineBreak(int count) => TrimAtLineFeed(count);
}
