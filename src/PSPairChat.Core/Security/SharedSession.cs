namespace PSPairChat.Security;

/// <summary>The session of a member of a room, as the servers that carry the room share it.</summary>
/// <param name="Token">The token of the session.</param>
/// <param name="Handle">The nickname of the member.</param>
/// <param name="Received">The number of bytes from the member whose messages are in the log of the room.</param>
internal sealed record SharedSession(ResumeToken Token, string Handle, long Received);
