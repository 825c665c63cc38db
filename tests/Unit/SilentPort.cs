using System;
using System.Collections.Generic;
using System.Net;
using System.Net.Sockets;

namespace PSPairChat.Unit;

/// <summary>A port with a full backlog: connecting gets no response, as behind a firewall.</summary>
internal sealed class SilentPort : IDisposable
{
    private readonly List<Socket> _sockets = [];

    public SilentPort()
    {
        var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        _sockets.Add(listener);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(0);
        Port = ((IPEndPoint)listener.LocalEndPoint!).Port;
        for (var connected = true; connected;)
        {
            var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            _sockets.Add(client);
            connected = client.ConnectAsync(new IPEndPoint(IPAddress.Loopback, Port)).Wait(200);
        }
    }

    public int Port { get; }

    public void Dispose()
    {
        foreach (var socket in _sockets)
            socket.Dispose();
    }
}
