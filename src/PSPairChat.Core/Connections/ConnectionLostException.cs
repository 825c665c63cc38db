using System;

namespace PSPairChat.Connections;

/// <summary>The exception for a connection that is lost, for example because of a reset or a failed network.</summary>
/// <param name="isTimeout">Whether the peer stopped responding.</param>
/// <param name="cause">The error of the network; null where there is none.</param>
internal sealed class ConnectionLostException(bool isTimeout, Exception? cause) : Exception(cause?.Message ?? "The connection is closed.", cause)
{
    public bool IsTimeout { get; } = isTimeout;
}
