using System;
using System.Collections.Generic;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;

namespace PSPairChat.Unit;

/// <summary>A network between clients and a server that fails: it cuts connections after a number of bytes, swallows bytes, or is down.</summary>
internal sealed class CuttingRelay : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly List<Socket> _sockets = [];
    private readonly Func<int>? _getLimit;
    private volatile int _connections;
    private volatile int _cuts;
    private volatile int _serverPort;
    private volatile bool _isDown;
    private volatile bool _swallows;

    /// <summary>Starts a relay.</summary>
    /// <param name="serverPort">The port of the server.</param>
    /// <param name="getLimit">Returns the number of bytes after which a direction of a connection is cut; null for none.</param>
    public CuttingRelay(int serverPort, Func<int>? getLimit = null)
    {
        _getLimit = getLimit;
        ServerPort = serverPort;
        _listener.Start();
        _ = Task.Run(async () =>
        {
            try
            {
                while (true)
                    _ = ServeAsync(await _listener.AcceptSocketAsync(), ServerPort);
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                // The relay is disposed of.
            }
        });
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Gets or sets the port of the server to which the next connections are relayed.</summary>
    public int ServerPort
    {
        get => _serverPort;
        set => _serverPort = value;
    }

    /// <summary>Gets the number of connections that were relayed.</summary>
    public int Connections => _connections;

    /// <summary>Gets the number of connections that were cut after a number of bytes.</summary>
    public int Cuts => _cuts;

    /// <summary>Gets or sets whether connections are closed as soon as they are accepted.</summary>
    public bool IsDown
    {
        get => _isDown;
        set => _isDown = value;
    }

    /// <summary>Gets or sets whether received bytes are lost, without an error.</summary>
    public bool Swallows
    {
        get => _swallows;
        set => _swallows = value;
    }

    /// <summary>Cuts all connections.</summary>
    public void Cut()
    {
        lock (_sockets)
        {
            _sockets.ForEach(socket => socket.Dispose());
            _sockets.Clear();
        }
    }

    public void Dispose()
    {
        _listener.Dispose();
        Cut();
    }

    private async Task ServeAsync(Socket client, int serverPort)
    {
        if (IsDown)
        {
            client.Dispose();
            return;
        }
        Interlocked.Increment(ref _connections);
        var server = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        lock (_sockets)
            _sockets.AddRange([client, server]);
        try
        {
            await server.ConnectAsync(IPAddress.Loopback, serverPort);
            client.NoDelay = server.NoDelay = true;
            await Task.WhenAny(RelayAsync(client, server), RelayAsync(server, client));
        }
        catch (SocketException)
        {
            // The server does not listen.
        }
        client.Dispose();
        server.Dispose();
        lock (_sockets)
            _sockets.RemoveAll(socket => socket == client || socket == server);
    }

    // Returns when the direction has ended or is cut; the other direction is cut then, too.
    private async Task RelayAsync(Socket from, Socket to)
    {
        var buffer = new byte[16 * 1024];
        var remaining = _getLimit?.Invoke() ?? int.MaxValue;
        try
        {
            while (await from.ReceiveAsync(buffer) is var count and > 0)
            {
                if (Swallows)
                    continue;
                count = Math.Min(count, remaining);
                await to.SendAsync(buffer.AsMemory(0, count));
                remaining -= count;
                if (remaining > 0)
                    continue;
                Interlocked.Increment(ref _cuts);
                return;
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // An end has closed or was cut.
        }
    }
}
