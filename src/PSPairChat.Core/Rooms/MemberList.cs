using System;
using System.Collections.Generic;
using System.Text;

namespace PSPairChat.Rooms;

/// <summary>The text that lists the members of a room: nicknames separated by commas, cut visibly where the list is too long.</summary>
internal static class MemberList
{
    /// <summary>The maximum length of the list in encoded bytes: half a member's send queue, and half the largest Kutztown packet.</summary>
    public const int MaxEncodedLength = 32 * 1024;

    private const string Separator = ", ";
    private const string Ellipsis = "... and ";

    /// <summary>Formats the list.</summary>
    /// <param name="handles">The nicknames.</param>
    /// <param name="getEncodedLength">Gets the number of bytes that a text has on the wire.</param>
    /// <returns>The list, which ends with, for example, "... and 312 more" where it is cut.</returns>
    public static string Format(IReadOnlyCollection<string> handles, Func<string, int> getEncodedLength)
    {
        var list = new StringBuilder();
        var length = 0;
        var remaining = handles.Count;
        foreach (var handle in handles)
        {
            length += getEncodedLength(handle) + Separator.Length;
            if (length > MaxEncodedLength)
                return list.Append(Ellipsis).Append(remaining).Append(" more").ToString();
            list.Append(handle);
            if (--remaining > 0)
                list.Append(Separator);
        }
        return list.ToString();
    }

    /// <summary>Gets whether a list is not cut.</summary>
    public static bool IsComplete(string text) => text.IndexOf(Ellipsis, StringComparison.Ordinal) < 0;

    /// <summary>Gets the nicknames of a list.</summary>
    public static string[] Parse(string text) =>
        Array.FindAll(text.Split([Separator], StringSplitOptions.RemoveEmptyEntries), handle => !handle.StartsWith(Ellipsis, StringComparison.Ordinal));
}
