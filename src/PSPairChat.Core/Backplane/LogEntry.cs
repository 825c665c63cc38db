using System;
using System.Globalization;

namespace PSPairChat.Backplane;

/// <summary>An entry of the stream that is the log of a room.</summary>
/// <param name="Position">The number of the entry in the log, from 1 and without gaps.</param>
/// <param name="Kind">One of the constants of this type.</param>
/// <param name="Server">The identifier of the server that appended the entry.</param>
/// <param name="Number">The number that this server gave the entry: larger than those of its earlier entries. 0 for an entry about a server.</param>
/// <param name="Handle">The nickname, or the name of a server.</param>
/// <param name="MemberId">The identifier of the membership that the entry is about; empty for a host.</param>
/// <param name="Recipient">The identifier of the recipient's membership; empty if there is none.</param>
/// <param name="Text">The text.</param>
internal sealed record LogEntry(long Position, char Kind, string Server, long Number, string Handle, string MemberId, string Recipient, string Text)
{
    public const char Message = 'M';
    public const char PrivateMessage = 'P';
    public const char Joined = 'J';
    public const char Left = 'L';
    public const char Removal = 'R';
    public const char Reconnecting = 'W';
    public const char Reconnected = 'B';
    public const char ServerLeft = 'S';
    public const char Created = 'C';

    /// <summary>Precedes the handle of a host in <see cref="Recipient"/>.</summary>
    public const string HostPrefix = "@";

    private const int PartCount = 7;

    /// <summary>Parses the parts of an entry, one on each line.</summary>
    /// <returns>The entry; null if it is not valid.</returns>
    public static LogEntry? Parse(long position, string value)
    {
        var parts = value.Split(['\n'], PartCount);
        return parts.Length == PartCount && parts[0].Length == 1 && long.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? new LogEntry(position, parts[0][0], parts[1], number, parts[3], parts[4], parts[5], parts[6])
            : null;
    }

    /// <summary>Gets the position of an entry from its identifier in the stream.</summary>
    /// <exception cref="RedisException">The identifier is not that of an entry of a room.</exception>
    public static long ParsePosition(string id) => id.EndsWith("-0", StringComparison.Ordinal)
        && long.TryParse(id.Substring(0, id.Length - 2), NumberStyles.None, CultureInfo.InvariantCulture, out var position)
        ? position
        : throw new RedisException($"The log of the room contains an entry that is not valid, at {id}.");
}
