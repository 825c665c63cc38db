namespace PSPairChat;

/// <summary>Specifies the protocol of a room.</summary>
public enum RoomDialect : long
{
    /// <summary>Lines of text, suitable for people who use <c>nc</c> or <c>telnet</c>.</summary>
    Text,

    /// <summary>The packets of the Kutztown CSC 328 chat programs: a two-byte length and JSON.</summary>
    Kutztown,
}
