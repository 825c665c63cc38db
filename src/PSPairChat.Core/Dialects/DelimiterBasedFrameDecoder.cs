using System;

namespace PSPairChat.Dialects;

/// <summary>Decodes frames that end with a delimiter. Line breaks before and after the delimiter are ignored.</summary>
internal sealed class DelimiterBasedFrameDecoder(ReceiveBuffer buffer, byte[] delimiter, bool isTentative) : FrameDecoder(buffer)
{
    protected override FrameStatus TryReadFrame(out ArraySegment<byte> text)
    {
        var end = FindTerminator(delimiter);
        return end >= 0 ? Read(end, end + delimiter.Length, out text) : TryReadRemainder(isTentative || IsQuitCommand(), out text);
    }

    protected override bool IsPadding(byte value) => value is 0 or LineFeed or CarriageReturn;

    protected override int TrimLineBreak(int count) => TrimFinalLineFeed(count);
}
