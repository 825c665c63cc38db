using System;
using System.Net;
using System.Net.Sockets;
using System.Threading.Tasks;

namespace PSPairChat.Connections;

/// <summary>Accepts TCP connections.</summary>
internal sealed class TcpConnectionListener : ConnectionListener
{
    private const int Backlog = 2048;
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(100);

    private readonly Socket _socket;
    private readonly DescriptorReserve _reserve = new();
    private volatile bool _disposed;
    private bool _isFailing;

    private TcpConnectionListener(Socket socket)
    {
        _socket = socket;
        LocalEndPoint = socket.LocalEndPoint!;
        _reserve.TryFill();
    }

    public override EndPoint LocalEndPoint { get; }

    /// <summary>Gets or sets a function that decides from which addresses connections are accepted; null for all. Others are closed without an answer.</summary>
    public Func<IPAddress, bool>? IsAllowed { get; set; }

    /// <summary>Gets the listening socket, to wait for it together with others.</summary>
    public Socket Socket => _socket;

    /// <summary>Starts to listen.</summary>
    /// <param name="address">The local address; null for all addresses, IPv6 and IPv4, or IPv4 alone where the system has no IPv6.</param>
    /// <param name="port">The port; 0 for any free port.</param>
    /// <exception cref="ChatException">PortInUse, PermissionDenied, or ConnectFailed for any other error.</exception>
    public static TcpConnectionListener Listen(IPAddress? address, int port)
    {
        if (address is not null)
            return Listen(address, port, dualMode: false);
        try
        {
            return Socket.OSSupportsIPv6 ? Listen(IPAddress.IPv6Any, port, dualMode: true) : Listen(IPAddress.Any, port, dualMode: false);
        }
        catch (ChatException e) when (e.InnerException is SocketException
        {
            SocketErrorCode: SocketError.AddressFamilyNotSupported or SocketError.AddressNotAvailable or SocketError.ProtocolNotSupported
        })
        {
            return Listen(IPAddress.Any, port, dualMode: false);
        }
    }

    public override async Task<TransportConnection?> AcceptAsync() =>
        await AcceptSocketAsync().ConfigureAwait(false) is { } socket ? new TcpConnection(socket) : null;

    /// <summary>Accepts the next connection as a socket.</summary>
    /// <returns>The socket; null when the listener is disposed of.</returns>
    public async Task<Socket?> AcceptSocketAsync()
    {
        while (!_disposed)
        {
            try
            {
                if (await TryAcceptAsync().ConfigureAwait(false) is not { } socket)
                    continue;
                _isFailing = false;
                if (IsAccepted(socket))
                    return socket;
                continue;
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                if (_disposed)
                    break;
                if (!_isFailing)
                    AcceptFailed?.Invoke(e);
                _isFailing = true;
            }
            do
                await Task.Delay(RetryDelay).ConfigureAwait(false);
            while (!_disposed && !_reserve.TryFill());
        }
        return null;
    }

    /// <summary>Accepts a connection that is there already.</summary>
    /// <returns>The socket; null if there is none.</returns>
    public Socket? TryAccept()
    {
        try
        {
            return _socket.Poll(0, SelectMode.SelectRead) && _socket.Accept() is var socket && IsAccepted(socket) ? socket : null;
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return null;
        }
    }

    private bool IsAccepted(Socket socket)
    {
        if (IsAllowed is not { } isAllowed || socket.RemoteEndPoint is IPEndPoint client && isAllowed(client.Address))
            return true;
        socket.Dispose();
        return false;
    }

    public override void Dispose()
    {
        _disposed = true;
        _socket.Dispose();
        _reserve.Dispose();
    }

    // Returns null if the client has disconnected already. The error is not thrown before descriptors are free.
    private async Task<Socket?> TryAcceptAsync()
    {
        using var args = new SocketAsyncEventArgs();
        var completion = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        args.Completed += (_, _) => completion.SetResult(true);
        if (_socket.AcceptAsync(args))
            await completion.Task.ConfigureAwait(false);
        switch (args.SocketError)
        {
            case SocketError.Success:
                return args.AcceptSocket;
            case SocketError.ConnectionAborted or SocketError.ConnectionReset:
                return null;
            default:
                _reserve.Dispose();
                throw new SocketException((int)args.SocketError);
        }
    }

    private static TcpConnectionListener Listen(IPAddress address, int port, bool dualMode)
    {
        Socket? socket = null;
        try
        {
            socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            if (dualMode)
                socket.DualMode = true;
            // Without ReuseAddress: with it, two servers could share the port. On Unix, a port in TIME_WAIT can be bound all the same.
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
                SocketError.AddressAlreadyInUse => new ChatException(ChatErrorReason.PortInUse, $"Port {port} is already in use.", e),
                SocketError.AccessDenied => new ChatException(ChatErrorReason.PermissionDenied, $"Access to port {port} is denied.", e),
                _ => new ChatException(ChatErrorReason.ConnectFailed, $"Failed to listen on {new IPEndPoint(address, port)}: {e.Message.TrimEnd('.')}.", e),
            };
        }
    }
}
