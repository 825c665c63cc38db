using System;

namespace PSPairChat.Dialects;

/// <summary>Decodes frames that begin with their length. Bytes that do not begin with a valid length are decoded as an unterminated frame.</summary>
internal sealed class LengthFieldBasedFrameDecoder(ReceiveBuffer buffer, ChatLengthPrefix kind, ChatEncoding encoding, bool isTentative) : FrameDecoder(buffer)
{
    private FrameDecoder _unterminated = new UnterminatedFrameDecoder(buffer);

    public override FrameDecoder Clone(ReceiveBuffer buffer)
    {
        var copy = (LengthFieldBasedFrameDecoder)base.Clone(buffer);
        copy._unterminated = _unterminated.Clone(buffer);
        return copy;
    }

    protected override int LengthFieldSize { get; } = LengthFieldCodec.GetSize(kind);

    protected override FrameStatus TryReadFrame(out ArraySegment<byte> text)
    {
        var size = LengthFieldSize;
        // Fewer bytes than a length at an idle connection may be the rest of padding.
        if (Buffer.Count < size)
            return isTentative && Buffer.IsIdle ? _unterminated.TryRead(out text) : TryReadRemainder(isTentative, out text);
        var length = Buffer.ReadLength(kind, 0);
        if (length < 0)
            return _unterminated.TryRead(out text);
        text = default;
        if (length > MaxFrameBytes)
            return FrameStatus.TooLong;
        var end = LengthFieldCodec.FindEnd(kind, encoding, Buffer, size, length);
        if (end < 0 && size + length <= Buffer.Count)
        {
            // Some peers count bytes where others count characters. If nothing follows, the length is in bytes.
            if (!Buffer.IsIdle)
                return FrameStatus.NeedsIdle;
            end = size + length;
        }
        if (end < 0)
            return TryReadRemainder(isTentative, out text);
        Buffer.Consume(size);
        return Read(end - size, end - size, out text);
    }

    protected override bool IsPadding(byte value) => false;

    protected override int TrimLineBreak(int count) => TrimFinalLineFeed(count);
}
