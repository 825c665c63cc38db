namespace PSPairChat.Connections;

/// <summary>
/// The records of a resumable connection. A record begins with 2 bytes: the number of bytes of the conversation that follow, 0 for an acknowledgement, which
/// is the number of bytes received in 8 bytes, or a mark of the end. Numbers are big-endian. Pure.
/// </summary>
internal static class ResumeRecord
{
    /// <summary>The number of bytes of a record before its data.</summary>
    public const int HeaderBytes = 2;

    /// <summary>The number of bytes of a count, which an acknowledgement contains after the header.</summary>
    public const int CountBytes = 8;

    /// <summary>The header of an acknowledgement.</summary>
    public const int AcknowledgementMark = 0;

    /// <summary>The header of the end of a server that restarts.</summary>
    public const int RestartingMark = 0xFFFE;

    /// <summary>The header of the end.</summary>
    public const int ClosedMark = 0xFFFF;

    /// <summary>Writes a header.</summary>
    /// <returns>The index after it.</returns>
    public static int WriteHeader(byte[] output, int index, int header)
    {
        output[index] = (byte)(header >> 8);
        output[index + 1] = (byte)header;
        return index + HeaderBytes;
    }

    /// <summary>Writes an acknowledgement.</summary>
    /// <returns>The index after it.</returns>
    public static int WriteAcknowledgement(byte[] output, int index, long received) =>
        WriteCount(output, WriteHeader(output, index, AcknowledgementMark), received);

    /// <summary>Writes a number of bytes.</summary>
    /// <returns>The index after it.</returns>
    public static int WriteCount(byte[] output, int index, long count)
    {
        for (var shift = 8 * (CountBytes - 1); shift >= 0; shift -= 8)
            output[index++] = (byte)(count >> shift);
        return index;
    }

    /// <summary>Writes the end.</summary>
    /// <returns>The index after it.</returns>
    public static int WriteEnd(byte[] output, int index, ResumeEnd end) => WriteHeader(output, index, end == ResumeEnd.Restarting ? RestartingMark : ClosedMark);
}
