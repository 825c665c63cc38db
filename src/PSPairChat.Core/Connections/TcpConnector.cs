using System;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;

namespace PSPairChat.Connections;

/// <summary>Calls a host: resolves its name and tries each of its addresses, within one deadline.</summary>
internal static class TcpConnector
{
    /// <summary>How long it is tried if nothing else is said.</summary>
    public static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Connects.</summary>
    /// <param name="host">A name or an address.</param>
    /// <param name="port">1 to 65535.</param>
    /// <param name="timeout">For all of it: the name and every address.</param>
    /// <param name="cancellationToken">Gives up at once.</param>
    /// <exception cref="ChatException">HostNotFound, ConnectFailed or ConnectTimedOut.</exception>
    /// <exception cref="OperationCanceledException">It was given up.</exception>
    public static TcpConnection Connect(string host, int port, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var deadline = Deadline.After(timeout);
        var addresses = Resolve(host, port, timeout, deadline, cancellationToken);
        SocketException? refusal = null;
        for (var i = 0; i < addresses.Length; i++)
        {
            // An address that never answers leaves the others their share of the time.
            var share = Deadline.After(TimeSpan.FromMilliseconds(deadline.RemainingMilliseconds(int.MaxValue) / (double)(addresses.Length - i)));
            try
            {
                if (TryConnect(addresses[i], port, share, cancellationToken) is { } socket)
                    return new TcpConnection(socket);
            }
            catch (SocketException e)
            {
                refusal = e;
            }
        }
        throw refusal is null || deadline.HasPassed
            ? CreateTimeoutException(host, port, timeout)
            : new ChatException(ChatErrorReason.ConnectFailed, $"Cannot connect to {host}:{port}: {Describe(refusal)}.", refusal);
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
            throw new ChatException(ChatErrorReason.HostNotFound, $"There is no host '{host}'.", e is AggregateException ? e.InnerException : e);
        }
        throw new ChatException(ChatErrorReason.HostNotFound, $"The host '{host}' has no address.");
    }

    // On a thread of its own, because a blocking connect cannot be told when to give up, and a non-blocking one would leave the socket so for good.
    // Null: the time is up.
    private static Socket? TryConnect(IPAddress address, int port, Deadline deadline, CancellationToken cancellationToken)
    {
        Socket? socket = new(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        var calling = socket;
        try
        {
            var attempt = Task.Factory.StartNew(
                () => calling.Connect(address, port), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            // What comes of it after we have given up is of interest to nobody.
            _ = attempt.ContinueWith(t => t.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
            if (!attempt.Wait(deadline.RemainingMilliseconds(int.MaxValue), cancellationToken))
                return null;
            var connected = socket;
            socket = null;
            return connected;
        }
        catch (AggregateException e) when (e.InnerException is SocketException refused)
        {
            throw refused;
        }
        finally
        {
            socket?.Dispose();
        }
    }

    // As the system says it, without the address that the runtime adds.
    private static string Describe(SocketException e) => new SocketException(e.ErrorCode).Message.TrimEnd('.');

    private static ChatException CreateTimeoutException(string host, int port, TimeSpan timeout) =>
        new(ChatErrorReason.ConnectTimedOut, $"No connection to {host}:{port} within {timeout.TotalSeconds:0.###} seconds.");
}
