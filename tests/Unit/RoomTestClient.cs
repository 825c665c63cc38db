using System;
using System.Collections.Generic;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Xunit;

namespace PSPairChat.Unit;

/// <summary>A person at <c>nc</c>: a bare socket that types lines and reads lines.</summary>
internal sealed class RoomTestClient : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly Socket _socket;
    private readonly StreamReader _reader;

    public RoomTestClient(int port)
    {
        _socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveTimeout = (int)Patience.TotalMilliseconds };
        _socket.Connect(IPAddress.Loopback, port);
        _reader = new StreamReader(new NetworkStream(_socket, ownsSocket: false), new UTF8Encoding(false));
    }

    public Socket Socket => _socket;

    /// <summary>Comes in by the door and reads up to the list of who is here.</summary>
    public static RoomTestClient Join(RoomSession room, string handle)
    {
        var guest = new RoomTestClient(room.Port);
        Assert.StartsWith("HELLO ", guest.Read(), StringComparison.Ordinal);
        guest.Type(handle);
        Assert.StartsWith("READY ", guest.Read(), StringComparison.Ordinal);
        Assert.StartsWith("* Here: ", guest.Read(), StringComparison.Ordinal);
        return guest;
    }

    public void Type(string line) => Type(Encoding.UTF8.GetBytes(line + "\n"));

    public void Type(byte[] bytes) => _socket.Send(bytes);

    public void EndTyping() => _socket.Shutdown(SocketShutdown.Send);

    /// <summary>The next line; null when the room has hung up.</summary>
    public string? Read()
    {
        try
        {
            return _reader.ReadLine();
        }
        catch (IOException e) when (e.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionReset })
        {
            return null;
        }
    }

    /// <summary>The next lines.</summary>
    public string[] Read(int count)
    {
        var lines = new string[count];
        for (var i = 0; i < count; i++)
            lines[i] = Read() ?? throw new InvalidOperationException("The room hung up.");
        return lines;
    }

    /// <summary>Reads until a line is the one that is meant, and gives those before it.</summary>
    public List<string> ReadUntil(string last)
    {
        var lines = new List<string>();
        while (Read() is { } line)
        {
            if (line == last)
                return lines;
            lines.Add(line);
        }
        throw new InvalidOperationException($"The room hung up before it said '{last}'; it said: {string.Join('|', lines)}");
    }

    public void Dispose()
    {
        _reader.Dispose();
        _socket.Dispose();
    }
}
