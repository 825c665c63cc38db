using System;
using System.Net;
using System.Net.Sockets;
using System.Threading.Tasks;

namespace PSPairChat.Connections;

/// <summary>A listening TCP socket.</summary>
internal sealed class TcpConnectionListener : ConnectionListener
{
    private const int Backlog = 512;
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(100);

    private readonly Socket _socket;
    private volatile bool _disposed;

    private TcpConnectionListener(Socket socket)
    {
        _socket = socket;
        LocalEndPoint = socket.LocalEndPoint!;
    }

    public override EndPoint LocalEndPoint { get; }

    /// <summary>Begins to listen.</summary>
    /// <param name="address">Where; null for everywhere: IPv6 and IPv4, or IPv4 alone where there is no IPv6.</param>
    /// <param name="port">The port; 0 for any free one.</param>
    /// <exception cref="ChatException">PortInUse, or ConnectFailed when the system refuses otherwise.</exception>
    public static TcpConnectionListener Listen(IPAddress? address, int port)
    {
        if (address is not null)
            return Listen(address, port, dual: false);
        try
        {
            return Socket.OSSupportsIPv6 ? Listen(IPAddress.IPv6Any, port, dual: true) : Listen(IPAddress.Any, port, dual: false);
        }
        catch (ChatException e) when (e.InnerException is SocketException
        {
            SocketErrorCode: SocketError.AddressFamilyNotSupported or SocketError.AddressNotAvailable or SocketError.ProtocolNotSupported
        })
        {
            return Listen(IPAddress.Any, port, dual: false);
        }
    }

    public override async Task<TransportConnection?> AcceptAsync() =>
        await AcceptSocketAsync().ConfigureAwait(false) is { } socket ? new TcpConnection(socket) : null;

    /// <summary>Takes the next caller as a bare socket; null when the listener has been disposed of.</summary>
    public async Task<Socket?> AcceptSocketAsync()
    {
        while (!_disposed)
        {
            try
            {
                return await _socket.AcceptAsync().ConfigureAwait(false);
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                // The caller has gone again, or the system is short of something: the next one may do better.
                if (!_disposed)
                    await Task.Delay(RetryDelay).ConfigureAwait(false);
            }
        }
        return null;
    }

    public override void Dispose()
    {
        _disposed = true;
        _socket.Dispose();
    }

    private static TcpConnectionListener Listen(IPAddress address, int port, bool dual)
    {
        Socket? socket = null;
        try
        {
            socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            if (dual)
                socket.DualMode = true;
            // Never ReuseAddress: on Unix a port in TIME_WAIT is bound again without it, and with it two servers could share the port.
            if (Environment.OSVersion.Platform == PlatformID.Win32NT)
                socket.ExclusiveAddressUse = true;
            socket.Bind(new IPEndPoint(address, port));
            socket.Listen(Backlog);
            return new TcpConnectionListener(socket);
        }
        catch (SocketException e)
        {
            socket?.Dispose();
            throw e.SocketErrorCode switch
            {
                SocketError.AddressAlreadyInUse => new ChatException(ChatErrorReason.PortInUse, $"Another program listens on port {port} already.", e),
                SocketError.AccessDenied => new ChatException(ChatErrorReason.ConnectFailed, $"Listening on port {port} is not permitted.", e),
                _ => new ChatException(ChatErrorReason.ConnectFailed, $"Cannot listen on {new IPEndPoint(address, port)}: {e.Message}", e),
            };
        }
    }
}
