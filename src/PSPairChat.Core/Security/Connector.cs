using System;
using System.Net;
using System.Threading;
using PSPairChat.Connections;

namespace PSPairChat.Security;

/// <summary>Connects to a server: over plain TCP, or over TLS if the options of the session ask for it. There is no fallback from TLS to plain TCP.</summary>
internal static class Connector
{
    /// <summary>Connects to the first of several servers that can be connected to, and secures the connection, within one time limit.</summary>
    /// <param name="hostName">The name or address of the first server.</param>
    /// <param name="port">The port of the first server.</param>
    /// <param name="options">The options of the session, with the other servers.</param>
    /// <param name="timeout">The time limit; null for the default.</param>
    /// <param name="cancellationToken">Cancels the attempt.</param>
    /// <returns>The connection, and the server.</returns>
    /// <exception cref="ChatException">
    /// The errors of <see cref="TcpConnector.Connect"/> and <see cref="SecureConnector.Connect"/>; ResumeNotSupported.
    /// </exception>
    /// <exception cref="OperationCanceledException">The attempt was canceled.</exception>
    public static (TransportConnection Connection, DnsEndPoint Server) Connect(
        string hostName, int port, ChatOptions options, TimeSpan? timeout, CancellationToken cancellationToken)
    {
        DnsEndPoint[] servers = [new DnsEndPoint(hostName, port), .. options.OtherServers];
        var count = options.SecureClient?.Invite is null ? servers.Length : 1;
        var deadline = Deadline.After(timeout ?? TcpConnector.DefaultTimeout);
        for (var i = 0; ; i++)
        {
            try
            {
                // A server that never responds leaves the others their share of the time.
                var share = TimeSpan.FromMilliseconds(deadline.RemainingMilliseconds(int.MaxValue) / (double)(count - i));
                return (Connect(servers, i, options, share, cancellationToken), servers[i]);
            }
            catch (ChatException e) when (i + 1 < count && e.Reason is ChatErrorReason.HostNotFound or ChatErrorReason.ConnectFailed or ChatErrorReason.ConnectTimedOut)
            {
                // The next server may respond.
            }
        }
    }

    private static TransportConnection Connect(DnsEndPoint[] servers, int index, ChatOptions options, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var server = servers[index];
        var deadline = Deadline.After(timeout);
        var transport = TcpConnector.Connect(server.Host, server.Port, timeout, cancellationToken);
        if (options.SecureClient is not { } secure)
            return transport;
        var mode = options.Resume.Mode;
        var (connection, token) = SecureConnector.Connect(transport, server.Host, server.Port, secure, mode, deadline, cancellationToken);
        if (token is not null)
            return CreateResumable(connection, servers, index, token, options.Resume);
        if (mode != ResumeMode.Always)
            return connection;
        connection.Dispose();
        throw new ChatException(ChatErrorReason.ResumeNotSupported, $"{server.Host}:{server.Port} cannot resume sessions.");
    }

    private static ResumableConnection CreateResumable(TlsConnection connection, DnsEndPoint[] servers, int index, ResumeToken token, ResumeOptions options)
    {
        var security = connection.Security!;
        security.CanResume = true;
        var reconnector = new Reconnector(servers.Length, (state, attempt, timeout, cancellationToken) =>
        {
            var server = servers[(index + attempt) % servers.Length];
            var deadline = Deadline.After(timeout);
            var transport = TcpConnector.Connect(server.Host, server.Port, timeout, cancellationToken);
            var (resumed, answer) = SecureConnector.Resume(
                transport, server.Host, server.Port, security.PeerFingerprint!, token, state, deadline, cancellationToken);
            if (answer is null)
            {
                resumed.Dispose();
                return null;
            }
            index += attempt;
            return (resumed, answer.Value);
        });
        return new ResumableConnection(connection, options, reconnector.Start);
    }
}
