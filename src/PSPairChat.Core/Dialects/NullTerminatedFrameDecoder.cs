using System;

namespace PSPairChat.Dialects;

/// <summary>Decodes frames that end with a NUL. Text after a line feed is ignored.</summary>
internal sealed class NullTerminatedFrameDecoder(ReceiveBuffer buffer, bool isTentative) : FrameDecoder(buffer)
{
    protected override FrameStatus TryReadFrame(out ArraySegment<byte> text)
    {
        var end = FindTerminator(0);
        // The NUL ends only the handle, which was sent in a buffer of its own.
        if (end >= 0 && IsPrefixOnly(end))
            end = Buffer.IndexOf(0, SkipNulls(end, Buffer.Count));
        return end >= 0 ? Read(end, end + 1, out text) : TryReadRemainder(isTentative || IsQuitCommand(), out text);
    }

    protected override int TrimLineBreak(int count) => TrimAtLineFeed(count);
}
