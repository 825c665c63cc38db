using System;

namespace PSPairChat.Rooms;

/// <summary>Finds room dialects by name.</summary>
internal static class RoomDialects
{
    /// <summary>Gets the names of the dialects.</summary>
    public static string[] Names { get; } = Enum.GetNames(typeof(RoomDialect));

    /// <summary>Finds a dialect. Auto stands for the default, <see cref="RoomDialect.Text"/>.</summary>
    /// <param name="name">The name of the dialect, in any case. A number is not accepted.</param>
    /// <exception cref="ChatException">DialectNotFound.</exception>
    public static RoomDialect Find(string name)
    {
        if (string.Equals(name, ChatDialect.Auto.Name, StringComparison.OrdinalIgnoreCase))
            return RoomDialect.Text;
        var match = Array.Find(Names, candidate => string.Equals(candidate, name, StringComparison.OrdinalIgnoreCase))
            ?? throw new ChatException(ChatErrorReason.DialectNotFound,
                $"There is no room dialect '{DisplayText.Sanitize(name)}'. The room dialects are: {string.Join(", ", Names)}.");
        return (RoomDialect)Enum.Parse(typeof(RoomDialect), match);
    }
}
