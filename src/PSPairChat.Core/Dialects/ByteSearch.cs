using System;

namespace PSPairChat.Dialects;

/// <summary>Searches byte arrays for sequences of bytes.</summary>
internal static class ByteSearch
{
    /// <summary>Finds the first occurrence of a sequence between two indexes; -1 if there is none.</summary>
    public static int IndexOf(byte[] bytes, byte[] sequence, int start, int end)
    {
        while (end - start >= sequence.Length)
        {
            start = Array.IndexOf(bytes, sequence[0], start, end - start - sequence.Length + 1);
            if (start < 0)
                return -1;
            if (StartsWith(bytes, sequence, start, end - start))
                return start;
            start++;
        }
        return -1;
    }

    /// <summary>Determines whether a range of bytes begins with a sequence.</summary>
    public static bool StartsWith(byte[] bytes, byte[] sequence, int start, int count)
    {
        if (count < sequence.Length)
            return false;
        for (var i = 0; i < sequence.Length; i++)
        {
            if (bytes[start + i] != sequence[i])
                return false;
        }
        return true;
    }
}
