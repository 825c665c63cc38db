using System;
using System.Collections.Generic;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Threading.Tasks;

namespace PSPairChat.Unit;

/// <summary>Somebody on the network path: accepts one connection, relays it to a server, records what both ends send, and can alter one byte.</summary>
internal sealed class TestRelay : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly List<Socket> _sockets = [];

    /// <summary>Starts a relay.</summary>
    /// <param name="serverPort">The port of the server.</param>
    /// <param name="alterToServer">The index of the byte to the server to alter; -1 for none.</param>
    /// <param name="alterToClient">The index of the byte to the client to alter; -1 for none.</param>
    public TestRelay(int serverPort, int alterToServer = -1, int alterToClient = -1)
    {
        _listener.Start();
        Completion = Task.Run(async () =>
        {
            var client = await _listener.AcceptSocketAsync();
            var server = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            lock (_sockets)
                _sockets.AddRange([client, server]);
            await server.ConnectAsync(IPAddress.Loopback, serverPort);
            await Task.WhenAll(RelayAsync(client, server, ToServer, alterToServer), RelayAsync(server, client, ToClient, alterToClient));
        });
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public Task Completion { get; }

    /// <summary>Gets what the client has sent.</summary>
    public MemoryStream ToServer { get; } = new();

    /// <summary>Gets what the server has sent.</summary>
    public MemoryStream ToClient { get; } = new();

    public void Dispose()
    {
        _listener.Dispose();
        lock (_sockets)
        {
            foreach (var socket in _sockets)
                socket.Dispose();
        }
    }

    private static async Task RelayAsync(Socket from, Socket to, MemoryStream record, int alter)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            while (await from.ReceiveAsync(buffer) is var count and > 0)
            {
                var index = alter - record.Length;
                record.Write(buffer, 0, count);
                if (index >= 0 && index < count)
                    buffer[index] ^= 1;
                await to.SendAsync(buffer.AsMemory(0, count));
            }
            to.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // An end has broken the connection off.
            from.Dispose();
            to.Dispose();
        }
    }
}
