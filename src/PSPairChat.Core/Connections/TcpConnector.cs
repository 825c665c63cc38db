using System;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;

namespace PSPairChat.Connections;

/// <summary>Connects to a host: resolves its name and tries each of its addresses, within one deadline.</summary>
internal static class TcpConnector
{
    /// <summary>The default timeout.</summary>
    public static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Connects to a host.</summary>
    /// <param name="host">The name or address.</param>
    /// <param name="port">The port, from 1 through 65535.</param>
    /// <param name="timeout">The timeout for the name resolution and all addresses together.</param>
    /// <param name="cancellationToken">Cancels the attempt.</param>
    /// <exception cref="ChatException">HostNotFound, ConnectFailed or ConnectTimedOut.</exception>
    /// <exception cref="OperationCanceledException">The attempt was canceled.</exception>
    public static TcpConnection Connect(string host, int port, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var deadline = Deadline.After(timeout);
        var addresses = Resolve(host, port, timeout, deadline, cancellationToken);
        SocketException? lastError = null;
        for (var i = 0; i < addresses.Length; i++)
        {
            // An address that never responds leaves the others their share of the time.
            var addressDeadline = Deadline.After(TimeSpan.FromMilliseconds(deadline.RemainingMilliseconds(int.MaxValue) / (double)(addresses.Length - i)));
            try
            {
                if (TryConnect(addresses[i], port, addressDeadline, cancellationToken) is { } socket)
                    return new TcpConnection(socket);
            }
            catch (SocketException e)
            {
                lastError = e;
            }
        }
        throw lastError is null || deadline.HasPassed
            ? CreateTimeoutException(host, port, timeout)
            : new ChatException(ChatErrorReason.ConnectFailed, $"Failed to connect to {host}:{port}: {Describe(lastError)}.", lastError);
    }

    private static IPAddress[] Resolve(string host, int port, TimeSpan timeout, Deadline deadline, CancellationToken cancellationToken)
    {
        if (IPAddress.TryParse(host, out var address))
            return [address];
        try
        {
            var query = Dns.GetHostAddressesAsync(host);
            if (!query.Wait(deadline.RemainingMilliseconds(int.MaxValue), cancellationToken))
                throw CreateTimeoutException(host, port, timeout);
            if (query.Result.Length > 0)
                return query.Result;
        }
        catch (Exception e) when (e is SocketException or ArgumentException or AggregateException)
        {
            throw new ChatException(ChatErrorReason.HostNotFound, $"Host '{host}' not found.", e is AggregateException ? e.InnerException : e);
        }
        throw new ChatException(ChatErrorReason.HostNotFound, $"Host '{host}' has no address.");
    }

    // Returns null when the deadline has passed. On a thread of its own, because a blocking connect has no timeout, and a non-blocking one would leave the
    // socket non-blocking.
    private static Socket? TryConnect(IPAddress address, int port, Deadline deadline, CancellationToken cancellationToken)
    {
        Socket? socket = new(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        var connecting = socket;
        try
        {
            var attempt = Task.Factory.StartNew(
                () => connecting.Connect(address, port), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            // Observes the exception of an attempt that was abandoned.
            _ = attempt.ContinueWith(t => t.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
            if (!attempt.Wait(deadline.RemainingMilliseconds(int.MaxValue), cancellationToken))
                return null;
            var connected = socket;
            socket = null;
            return connected;
        }
        catch (AggregateException e) when (e.InnerException is SocketException error)
        {
            throw error;
        }
        finally
        {
            socket?.Dispose();
        }
    }

    // The message of the system, without the address that the runtime adds.
    private static string Describe(SocketException e) => new SocketException(e.ErrorCode).Message.TrimEnd('.');

    private static ChatException CreateTimeoutException(string host, int port, TimeSpan timeout) =>
        new(ChatErrorReason.ConnectTimedOut, $"Connecting to {host}:{port} timed out after {timeout.TotalSeconds:0.###} seconds.");
}
