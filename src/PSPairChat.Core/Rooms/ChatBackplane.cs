using System.Collections.Generic;

namespace PSPairChat;

/// <summary>Represents the connection of a room to its backplane at the time when it was requested.</summary>
public sealed class ChatBackplane
{
    /// <summary>Gets the name of the room.</summary>
    public string Room { get; init; } = "";

    /// <summary>Gets the URL of the Redis server, without user and password.</summary>
    public string Url { get; init; } = "";

    /// <summary>Gets whether the room is connected to the backplane. Otherwise, messages wait until the connection is restored.</summary>
    public bool IsConnected { get; init; }

    /// <summary>Gets the number of the last entry of the log that this server has applied.</summary>
    public long Position { get; init; }

    /// <summary>Gets the number of entries that this server has not applied yet, as of the last renewal of its lease.</summary>
    public long Lag { get; init; }

    /// <summary>Gets the number of entries of this server that have not come back from the log.</summary>
    public int Waiting { get; init; }

    /// <summary>Gets the number of members at all servers.</summary>
    public int MemberCount { get; init; }

    /// <summary>Gets the names of the servers that carry the room, this one first.</summary>
    public IReadOnlyList<string> Servers { get; init; } = [];

    /// <summary>Returns the state in one line.</summary>
    public override string ToString() =>
        $"Backplane {Url}: {(IsConnected ? "connected" : "not connected")}, position {Position}, lag {Lag}, waiting {Waiting}, members {MemberCount}, servers {Servers.Count}";
}
