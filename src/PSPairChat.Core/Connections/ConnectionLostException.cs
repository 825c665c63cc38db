using System;

namespace PSPairChat.Connections;

/// <summary>The connection broke: a reset, a dead network.</summary>
/// <param name="isTimeout">Whether the peer stopped answering.</param>
/// <param name="cause">What the network said.</param>
internal sealed class ConnectionLostException(bool isTimeout, Exception? cause) : Exception(cause?.Message ?? "The connection broke.", cause)
{
    public bool IsTimeout { get; } = isTimeout;
}
