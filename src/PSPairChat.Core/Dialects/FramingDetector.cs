using System;

namespace PSPairChat.Dialects;

/// <summary>Detects from the first bytes of a message how a peer frames its messages. The result depends only on the buffer.</summary>
internal static class FramingDetector
{
    private const byte LineFeed = (byte)'\n';

    private static readonly string[] Delimiters = ["@@@", "@!@", "||", "&&"];
    private static readonly ChatLengthPrefix[] LengthPrefixes =
        [ChatLengthPrefix.BigEndian32, ChatLengthPrefix.BigEndian16, ChatLengthPrefix.Digits, ChatLengthPrefix.PaddedDigits];

    // Sizes that programs give to their buffers. Any other number of bytes may be the length of this message only.
    private static readonly int[] CommonBufferSizes = [128, 255, 256, 500, 501, 511, 512, 513, 1000, 1023, 1024, 1025, 2048, 4096];

    // The first byte of a larger length begins texts, too.
    private const int MaxBigEndian16 = 0x07FF;

    private enum MatchResult
    {
        None,
        Partial,
        Complete,
    }

    /// <summary>Detects what marks the end of a message.</summary>
    /// <param name="buffer">The received bytes, from the beginning of a message on.</param>
    /// <param name="isGreeting">Whether the message is a greeting. If so, a delimiter or padding can still follow its line feed.</param>
    /// <returns>A side with only the framing set; null if the result depends on more bytes, or on whether the connection is idle.</returns>
    public static ChatDialectSide? Detect(ReceiveBuffer buffer, bool isGreeting)
    {
        if (buffer.Count == 0)
            return null;
        foreach (var kind in LengthPrefixes)
        {
            switch (MatchLengthPrefix(kind, buffer, out var end))
            {
                case MatchResult.Complete:
                    return new ChatDialectSide { LengthPrefix = kind, Terminator = kind == ChatLengthPrefix.Digits && buffer[end - 1] == 0 ? "\0" : "" };
                case MatchResult.Partial when !buffer.IsIdle:
                    return null;
            }
        }
        var lineFeed = buffer.IndexOf(LineFeed);
        var nul = buffer.IndexOf(0);
        if (lineFeed >= 0 && (nul < 0 || nul > lineFeed))
            return isGreeting && lineFeed + 1 == buffer.Count && !buffer.IsIdle ? null : DetectLine(buffer, lineFeed + 1);
        if (!buffer.IsIdle)
            return null;
        if (nul >= 0 && IsCommonBufferSize(buffer.Count))
            return new ChatDialectSide { FixedLength = buffer.Count };
        if (nul >= 0)
            return new ChatDialectSide { Terminator = IsNullTerminated(buffer) ? "\0" : "" };
        foreach (var delimiter in Delimiters)
        {
            if (buffer.Count > delimiter.Length && MatchDelimiter(delimiter, buffer, buffer.Count - delimiter.Length) == MatchResult.Complete)
                return new ChatDialectSide { Terminator = delimiter };
        }
        return new ChatDialectSide();
    }

    /// <summary>Detects a delimiter that follows the line feed of the first message.</summary>
    /// <param name="buffer">The received bytes, from behind the line feed on.</param>
    /// <param name="index">Where the delimiter would begin.</param>
    /// <returns>The delimiter; empty if there is none; null if the result depends on more bytes.</returns>
    public static string? DetectDelimiterAfterLine(ReceiveBuffer buffer, int index = 0)
    {
        foreach (var delimiter in Delimiters)
        {
            switch (MatchDelimiter(delimiter, buffer, index))
            {
                case MatchResult.Complete:
                    return delimiter;
                case MatchResult.Partial when !buffer.IsIdle:
                    return null;
            }
        }
        return "";
    }

    /// <summary>Detects the framing from the NUL and the bytes after it that follow the line feed of the first message.</summary>
    /// <param name="lineBytes">The number of bytes of the line, with its line feed.</param>
    /// <param name="paddingBytes">The number of bytes that follow it.</param>
    public static ChatDialectSide DetectPaddingAfterLine(int lineBytes, int paddingBytes)
    {
        if (IsCommonBufferSize(lineBytes + paddingBytes))
            return new ChatDialectSide { Terminator = "\n", FixedLength = lineBytes + paddingBytes };
        // A single NUL is part of the terminator; several are padding, which may contain arbitrary bytes.
        return new ChatDialectSide { Terminator = paddingBytes == 1 ? "\n\0" : "" };
    }

    /// <summary>Determines whether programs use buffers of this size, and so messages that are padded to it.</summary>
    public static bool IsCommonBufferSize(int count) => Array.IndexOf(CommonBufferSizes, count) >= 0;

    private static ChatDialectSide? DetectLine(ReceiveBuffer buffer, int next)
    {
        if (next == buffer.Count)
            return new ChatDialectSide { Terminator = "\n" };
        if (buffer[next] != 0)
            return DetectDelimiterAfterLine(buffer, next) is { } delimiter ? new ChatDialectSide { Terminator = "\n" + delimiter } : null;
        if (!buffer.IsIdle)
            return null;
        if (IsCommonBufferSize(buffer.Count))
            return new ChatDialectSide { Terminator = "\n", FixedLength = buffer.Count };
        return IsNullTerminated(buffer) ? new ChatDialectSide { Terminator = "\n\0" } : new ChatDialectSide();
    }

    // Padding has consecutive NULs, or ends with bytes of an earlier message.
    private static bool IsNullTerminated(ReceiveBuffer buffer)
    {
        if (buffer[buffer.Count - 1] != 0)
            return false;
        for (var i = 1; i < buffer.Count; i++)
        {
            if (buffer[i] == 0 && buffer[i - 1] == 0)
                return false;
        }
        return true;
    }

    private static MatchResult MatchLengthPrefix(ChatLengthPrefix kind, ReceiveBuffer buffer, out int end)
    {
        end = -1;
        var size = LengthFieldCodec.GetSize(kind);
        // Without a line feed, the result depends on more bytes in any case.
        if (buffer.Count < size)
            return MatchResult.None;
        var length = buffer.ReadLength(kind, 0);
        if (length is < 1 or > FrameDecoder.MaxFrameBytes)
            return MatchResult.None;
        var hasBody = buffer.Count > size;
        // '007> ' is a handle.
        if (IsDigits(kind) && hasBody && buffer[size] == '>')
            return MatchResult.None;
        // Only JSON follows two bytes.
        if (kind == ChatLengthPrefix.BigEndian16 && (length > MaxBigEndian16 || hasBody && buffer[size] != '{'))
            return MatchResult.None;
        // A line that begins with a number is a line, unless its length is nearly that number.
        if (IsDigits(kind) && buffer.IndexOf(LineFeed) is var lineFeed and >= 0 && size + length - (lineFeed + 1) > 2)
            return MatchResult.None;
        end = LengthFieldCodec.FindEnd(kind, ChatEncoding.Utf8, buffer, size, length);
        if (end < 0 && buffer.IsIdle && size + length <= buffer.Count)
            end = size + length;
        if (end < 0)
            return MatchResult.Partial;
        if (kind == ChatLengthPrefix.BigEndian16 && buffer[end - 1] != '}')
            return MatchResult.None;
        // Another length follows the message, or nothing. An unterminated text may begin with digits, too, and continue.
        if (buffer.Count - end < size)
            return buffer.IsIdle || !IsDigits(kind) ? MatchResult.Complete : MatchResult.Partial;
        return buffer.ReadLength(kind, end) is >= 0 and <= FrameDecoder.MaxFrameBytes ? MatchResult.Complete : MatchResult.None;
    }

    private static bool IsDigits(ChatLengthPrefix kind) => kind is ChatLengthPrefix.Digits or ChatLengthPrefix.PaddedDigits;

    private static MatchResult MatchDelimiter(string delimiter, ReceiveBuffer buffer, int index)
    {
        for (var i = 0; i < delimiter.Length; i++)
        {
            if (index + i == buffer.Count)
                return MatchResult.Partial;
            if (buffer[index + i] != delimiter[i])
                return MatchResult.None;
        }
        return MatchResult.Complete;
    }
}
