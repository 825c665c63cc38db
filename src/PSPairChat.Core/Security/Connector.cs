using System;
using System.Threading;
using PSPairChat.Connections;

namespace PSPairChat.Security;

/// <summary>Connects to a server: over plain TCP, or over TLS if the options of the session ask for it. There is no fallback from TLS to plain TCP.</summary>
internal static class Connector
{
    /// <summary>Connects, and secures the connection, within one time limit.</summary>
    /// <param name="hostName">The name or address of the server.</param>
    /// <param name="port">The port of the server.</param>
    /// <param name="options">The options of the session.</param>
    /// <param name="timeout">The time limit; null for the default.</param>
    /// <param name="cancellationToken">Cancels the attempt.</param>
    /// <exception cref="ChatException">
    /// The errors of <see cref="TcpConnector.Connect"/> and <see cref="SecureConnector.Connect"/>; ResumeNotSupported.
    /// </exception>
    /// <exception cref="OperationCanceledException">The attempt was canceled.</exception>
    public static TransportConnection Connect(
        string hostName, int port, ChatOptions options, TimeSpan? timeout, CancellationToken cancellationToken)
    {
        var limit = timeout ?? TcpConnector.DefaultTimeout;
        var deadline = Deadline.After(limit);
        var transport = TcpConnector.Connect(hostName, port, limit, cancellationToken);
        if (options.SecureClient is not { } secure)
            return transport;
        var mode = options.Resume.Mode;
        var (connection, token) = SecureConnector.Connect(transport, hostName, port, secure, mode, deadline, cancellationToken);
        if (token is not null)
            return CreateResumable(connection, hostName, port, token, options.Resume);
        if (mode != ResumeMode.Always)
            return connection;
        connection.Dispose();
        throw new ChatException(ChatErrorReason.ResumeNotSupported, $"{hostName}:{port} cannot resume sessions.");
    }

    private static ResumableConnection CreateResumable(TlsConnection connection, string hostName, int port, ResumeToken token, ResumeOptions options)
    {
        var security = connection.Security!;
        security.CanResume = true;
        var reconnector = new Reconnector((state, timeout, cancellationToken) =>
        {
            var deadline = Deadline.After(timeout);
            var transport = TcpConnector.Connect(hostName, port, timeout, cancellationToken);
            var (resumed, answer) = SecureConnector.Resume(transport, hostName, port, token, state, deadline, cancellationToken);
            if (answer is not null)
                return (resumed, answer.Value);
            resumed.Dispose();
            return null;
        });
        return new ResumableConnection(connection, options, reconnector.Start);
    }
}
