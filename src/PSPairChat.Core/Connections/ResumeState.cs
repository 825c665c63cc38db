namespace PSPairChat.Connections;

/// <summary>What a client has received in a session that it wants to resume.</summary>
/// <param name="Received">The number of bytes that it has received from its server.</param>
/// <param name="LogPosition">The position in the log of the room up to which it has received the messages; 0 if it is not known.</param>
/// <param name="Acknowledged">The number of bytes that its server has acknowledged.</param>
internal readonly record struct ResumeState(long Received, long LogPosition, long Acknowledged);
