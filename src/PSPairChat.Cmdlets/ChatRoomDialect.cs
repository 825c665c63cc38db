namespace PSPairChat.Cmdlets;

/// <summary>Describes a dialect of rooms, for <c>Get-ChatDialect</c>.</summary>
public sealed class ChatRoomDialect
{
    internal ChatRoomDialect(RoomDialect dialect)
    {
        Name = dialect.ToString();
        Description = dialect == RoomDialect.Text
            ? "Lines of text with a command in front, suitable for nc and telnet. The default of rooms."
            : "The packets of the Kutztown CSC 328 chat programs: a two-byte length and JSON.";
    }

    /// <summary>Gets the name of the dialect.</summary>
    public string Name { get; }

    /// <summary>Gets where the dialect can be used.</summary>
    public string Scope { get; } = "Room";

    /// <summary>Gets the description of the dialect.</summary>
    public string Description { get; }

    /// <summary>Returns the name of the dialect.</summary>
    public override string ToString() => Name;
}
