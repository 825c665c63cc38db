namespace PSPairChat.Bench;

/// <summary>The servers that are compared.</summary>
internal enum RoomServerKind
{
    /// <summary>A room of the engine.</summary>
    Room,

    /// <summary>The IRC server ngircd.</summary>
    Ngircd,

    /// <summary>Ncat as a broker.</summary>
    Ncat,

    /// <summary>The message broker NATS.</summary>
    Nats,
}
