using System;

namespace PSPairChat.Rooms;

/// <summary>The dialects of rooms, by name.</summary>
internal static class RoomDialects
{
    /// <summary>The names.</summary>
    public static string[] Names { get; } = Enum.GetNames(typeof(RoomDialect));

    /// <summary>Finds a dialect; Auto is the room's own.</summary>
    /// <param name="name">Its name, without regard to case.</param>
    /// <exception cref="ChatException">DialectNotFound.</exception>
    public static RoomDialect Find(string name)
    {
        if (string.Equals(name, ChatDialect.Auto.Name, StringComparison.OrdinalIgnoreCase))
            return RoomDialect.Text;
        // By name alone: a number is no dialect.
        var known = Array.Find(Names, n => string.Equals(n, name, StringComparison.OrdinalIgnoreCase))
            ?? throw new ChatException(ChatErrorReason.DialectNotFound,
                $"A room has no dialect '{DisplayText.Sanitize(name)}'. There are: {string.Join(", ", Names)}.");
        return (RoomDialect)Enum.Parse(typeof(RoomDialect), known);
    }
}
