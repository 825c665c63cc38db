using System;

namespace PSPairChat.Dialects;

/// <summary>Finds bytes among bytes.</summary>
internal static class ByteSearch
{
    /// <summary>The first place of a sequence that lies wholly between two places; -1 where there is none.</summary>
    public static int IndexOf(byte[] bytes, byte[] sought, int start, int end)
    {
        while (end - start >= sought.Length)
        {
            start = Array.IndexOf(bytes, sought[0], start, end - start - sought.Length + 1);
            if (start < 0)
                return -1;
            if (StartsWith(bytes, sought, start, end - start))
                return start;
            start++;
        }
        return -1;
    }

    /// <summary>Whether the bytes at a place begin with a sequence.</summary>
    public static bool StartsWith(byte[] bytes, byte[] sought, int start, int count)
    {
        if (count < sought.Length)
            return false;
        for (var i = 0; i < sought.Length; i++)
        {
            if (bytes[start + i] != sought[i])
                return false;
        }
        return true;
    }
}
