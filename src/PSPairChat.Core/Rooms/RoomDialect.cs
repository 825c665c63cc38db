namespace PSPairChat;

/// <summary>How a room and its members talk.</summary>
public enum RoomDialect
{
    /// <summary>Lines that a person at <c>nc</c> or <c>telnet</c> can read and type.</summary>
    Text,

    /// <summary>The packets of the programs of Kutztown's CSC 328: two bytes of length, and JSON.</summary>
    Kutztown,
}
