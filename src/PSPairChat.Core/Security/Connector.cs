using System;
using System.Threading;
using PSPairChat.Connections;

namespace PSPairChat.Security;

/// <summary>Connects to a server: over plain TCP, or over TLS if the options of the session ask for it. There is no fallback from TLS to plain TCP.</summary>
internal static class Connector
{
    /// <summary>Connects, and secures the connection, within one time limit.</summary>
    /// <exception cref="ChatException">The errors of <see cref="TcpConnector.Connect"/> and <see cref="SecureConnector.Connect"/>.</exception>
    /// <exception cref="OperationCanceledException">The attempt was canceled.</exception>
    public static TransportConnection Connect(string hostName, int port, ChatOptions options, TimeSpan? timeout, CancellationToken cancellationToken)
    {
        var limit = timeout ?? TcpConnector.DefaultTimeout;
        var deadline = Deadline.After(limit);
        var transport = TcpConnector.Connect(hostName, port, limit, cancellationToken);
        return options.SecureClient is { } secure
            ? SecureConnector.Connect(transport, hostName, port, secure, deadline, cancellationToken)
            : transport;
    }
}
