using System;

namespace PSPairChat.Dialects;

/// <summary>
/// Splits received bytes into frames of one message each. There is one derived type for each framing. The bytes may arrive in pieces of any size.
/// </summary>
/// <param name="buffer">The received bytes.</param>
internal abstract class FrameDecoder(ReceiveBuffer buffer)
{
    /// <summary>The maximum number of bytes of a frame, without its length field.</summary>
    public const int MaxFrameBytes = 64 * 1024;

    protected const byte LineFeed = (byte)'\n';
    protected const byte CarriageReturn = (byte)'\r';
    private const int MaxPrefixBytes = 80;
    private const int MaxQuitBytes = 16;

    protected ReceiveBuffer Buffer { get; private set; } = buffer;

    /// <summary>Gets the number of bytes of the length field.</summary>
    protected virtual int LengthFieldSize => 0;

    /// <summary>Gets the number of bytes that were searched without finding the end of the frame.</summary>
    protected int Scanned { get; private set; }

    /// <summary>Creates the decoder for the framing of one side of a dialect.</summary>
    /// <param name="buffer">The received bytes.</param>
    /// <param name="framing">The side.</param>
    /// <param name="encoding">The encoding of the dialect.</param>
    /// <param name="isTentative">Whether the framing was detected and may be wrong. If so, an idle connection ends a frame, too.</param>
    public static FrameDecoder Create(ReceiveBuffer buffer, ChatDialectSide framing, ChatEncoding encoding, bool isTentative) => framing switch
    {
        { LengthPrefix: not ChatLengthPrefix.None } => new LengthFieldBasedFrameDecoder(buffer, framing.LengthPrefix, encoding, isTentative),
        { FixedLength: > 0 } => new FixedLengthFrameDecoder(buffer, framing.FixedLength),
        { Terminator: "\n" or "\r\n" } => new LineBasedFrameDecoder(buffer),
        { Terminator: "" } => new UnterminatedFrameDecoder(buffer),
        _ when framing.Terminator.TrimStart('\r', '\n') == "\0" => new NullTerminatedFrameDecoder(buffer, isTentative),
        _ => new DelimiterBasedFrameDecoder(buffer, DialectText.GetEncoding(encoding).GetBytes(framing.Terminator.Trim('\r', '\n')), isTentative),
    };

    /// <summary>Creates a decoder with the same state for a copy of the buffer.</summary>
    public virtual FrameDecoder Clone(ReceiveBuffer buffer)
    {
        var copy = (FrameDecoder)MemberwiseClone();
        copy.Buffer = buffer;
        return copy;
    }

    /// <summary>Reads the next frame.</summary>
    /// <param name="text">The text without terminator and padding; it is valid until more bytes are received.</param>
    public FrameStatus TryRead(out ArraySegment<byte> text)
    {
        while (Buffer.Count > 0 && IsPadding(Buffer[0]))
            Buffer.Consume(1);
        text = default;
        var status = Buffer.Count > 0 ? TryReadFrame(out text) : FrameStatus.NeedsMoreData;
        return status != FrameStatus.Complete && Buffer.Count > MaxFrameBytes + LengthFieldSize ? FrameStatus.TooLong : status;
    }

    /// <summary>Reads the next frame from a buffer that is not empty.</summary>
    protected abstract FrameStatus TryReadFrame(out ArraySegment<byte> text);

    /// <summary>Determines whether a byte between two frames is padding.</summary>
    protected virtual bool IsPadding(byte value) => value == 0;

    /// <summary>Removes from a frame a line feed that is not part of the text. By default, a frame contains none.</summary>
    /// <returns>The number of bytes of the text.</returns>
    protected virtual int TrimLineBreak(int count) => count;

    /// <summary>Removes the first line feed and what follows it: a fixed-size buffer may contain bytes of an earlier message there.</summary>
    protected int TrimAtLineFeed(int count)
    {
        var lineFeed = Buffer.IndexOf(LineFeed, 0, count);
        return lineFeed < 0 ? count : lineFeed;
    }

    /// <summary>Removes the line feed at the end of a frame, if it is the only one.</summary>
    protected int TrimFinalLineFeed(int count)
    {
        var lineFeed = Buffer.IndexOf(LineFeed, 0, count);
        return lineFeed >= 0 && lineFeed == count - 1 ? lineFeed : count;
    }

    /// <summary>Finds the byte that ends the frame; -1 if it has not been received. Continues where the last search ended.</summary>
    protected int FindTerminator(byte terminator)
    {
        var index = Buffer.IndexOf(terminator, Scanned);
        if (index < 0)
            Scanned = Buffer.Count;
        return index;
    }

    /// <summary>Finds the bytes that end the frame; -1 if they have not been received. Continues where the last search ended.</summary>
    protected int FindTerminator(byte[] terminator)
    {
        var index = Buffer.IndexOf(terminator, Scanned);
        if (index < 0)
            Scanned = Math.Max(0, Buffer.Count - terminator.Length + 1);
        return index;
    }

    /// <summary>Reads everything that was received, if nothing can follow.</summary>
    /// <param name="idleEndsFrame">Whether an idle connection ends the frame.</param>
    /// <param name="text">The text.</param>
    protected FrameStatus TryReadRemainder(bool idleEndsFrame, out ArraySegment<byte> text)
    {
        if (Buffer.IsCompleted || idleEndsFrame && Buffer.IsIdle)
            return Read(Buffer.Count, Buffer.Count, out text);
        text = default;
        return idleEndsFrame ? FrameStatus.NeedsIdle : FrameStatus.NeedsMoreData;
    }

    /// <summary>Reads a frame.</summary>
    /// <param name="textEnd">Where its text ends.</param>
    /// <param name="frameEnd">Where the next frame begins.</param>
    /// <param name="text">The text.</param>
    protected FrameStatus Read(int textEnd, int frameEnd, out ArraySegment<byte> text)
    {
        text = default;
        if (frameEnd > MaxFrameBytes)
            return FrameStatus.TooLong;
        var count = TrimLineBreak(TrimPadding(textEnd));
        if (count > 0 && Buffer[count - 1] == CarriageReturn)
            count--;
        text = Buffer.GetSegment(0, count);
        Buffer.Consume(frameEnd);
        Scanned = 0;
        return FrameStatus.Complete;
    }

    /// <summary>Gets the index of the first byte that is not NUL; the number of unread bytes if there is none.</summary>
    protected int SkipNulls(int index, int end)
    {
        while (index < end && Buffer[index] == 0)
            index++;
        return index;
    }

    /// <summary>Determines whether the frame begins with a handle and its separator and nothing else: the text follows after the NULs.</summary>
    protected bool IsPrefixOnly(int count)
    {
        if (count is 0 or > MaxPrefixBytes || Buffer[count - 1] is not ((byte)'>' or (byte)' '))
            return false;
        var text = Decode(count);
        return HandlePrefix.Find(text) is { } prefix && prefix.Length == text.Length;
    }

    /// <summary>Determines whether the unread bytes are a quit command, with or without a handle. Some peers send it without a terminator.</summary>
    protected bool IsQuitCommand()
    {
        if (Buffer.Count > MaxPrefixBytes + MaxQuitBytes)
            return false;
        var text = Decode(Buffer.Count);
        return HandlePrefix.Find(text) is { } prefix ? QuitCommands.IsQuit(text.Substring(prefix.Length), hasPrefix: true) : QuitCommands.IsQuit(text);
    }

    private string Decode(int count)
    {
        var bytes = Buffer.GetSegment(0, count);
        return System.Text.Encoding.UTF8.GetString(bytes.Array!, bytes.Offset, bytes.Count);
    }

    // What follows the first NUL may be left from an earlier message in the sender's buffer, unless only the handle precedes it.
    private int TrimPadding(int count)
    {
        var length = Buffer.IndexOf(0, 0, count);
        if (length < 0)
            return count;
        if (!IsPrefixOnly(length))
            return length;
        var next = SkipNulls(length, count);
        var end = Buffer.IndexOf(0, next, count);
        var moved = (end < 0 ? count : end) - next;
        Buffer.Move(next, length, moved);
        return length + moved;
    }
}
