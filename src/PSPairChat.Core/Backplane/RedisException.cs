using System;

namespace PSPairChat.Backplane;

/// <summary>The exception that is thrown when a Redis server replies with an error, or with something that is not a RESP2 reply.</summary>
/// <param name="message">The text of the error.</param>
internal sealed class RedisException(string message) : Exception(message)
{
    /// <summary>Creates the exception for a reply that is not valid RESP2.</summary>
    public static RedisException CreateProtocolError(string detail) => new("Protocol error: " + detail);
}
