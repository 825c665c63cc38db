using System.Collections.Generic;

namespace PSPairChat.Backplane;

/// <summary>The state of a room when a server is granted a lease.</summary>
/// <param name="Name">The name of the log, which is another one after the log was emptied.</param>
/// <param name="Last">The position of the last entry.</param>
/// <param name="Members">The members by identifier.</param>
/// <param name="Values">The other values, among them the last number of each server.</param>
internal sealed record RoomLogState(string Name, long Last, Dictionary<string, string> Members, Dictionary<string, string> Values)
{
    /// <summary>Precedes the identifier of a server in <see cref="Values"/>.</summary>
    public const string NumberPrefix = "n:";
}
