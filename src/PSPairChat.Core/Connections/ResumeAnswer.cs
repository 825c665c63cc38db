namespace PSPairChat.Connections;

/// <summary>The answer of a server to a client that resumes a session.</summary>
/// <param name="PeerReceived">The number of bytes that the server, or the one before it, has received.</param>
/// <param name="IsOtherServer">Whether another server than before continues the session, so that what it sends is counted anew.</param>
internal readonly record struct ResumeAnswer(long PeerReceived, bool IsOtherServer);
