using System;
using System.Collections.Generic;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Xunit;

namespace PSPairChat.Unit;

/// <summary>A client of a room that sends and reads lines over a plain socket, as <c>nc</c> does.</summary>
internal sealed class RoomTestClient : IDisposable
{
    private static readonly TimeSpan ReadTimeout = TimeSpan.FromSeconds(20);

    private readonly StreamReader _reader;

    public RoomTestClient(int port)
    {
        Socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveTimeout = (int)ReadTimeout.TotalMilliseconds };
        Socket.Connect(IPAddress.Loopback, port);
        _reader = new StreamReader(new NetworkStream(Socket, ownsSocket: false), new UTF8Encoding(false));
    }

    public Socket Socket { get; }

    /// <summary>Connects, registers a nickname, and reads up to and including the list of members.</summary>
    public static RoomTestClient Join(RoomSession room, string handle)
    {
        var client = new RoomTestClient(room.Port);
        Assert.StartsWith("HELLO ", client.Read(), StringComparison.Ordinal);
        client.Send(handle);
        Assert.StartsWith("READY ", client.Read(), StringComparison.Ordinal);
        Assert.StartsWith("* Members: ", client.Read(), StringComparison.Ordinal);
        return client;
    }

    /// <summary>Sends a line.</summary>
    public void Send(string line) => Send(Encoding.UTF8.GetBytes(line + "\n"));

    /// <summary>Sends bytes.</summary>
    public void Send(byte[] bytes) => Socket.Send(bytes);

    /// <summary>Ends the stream that the room reads.</summary>
    public void ShutdownSend() => Socket.Shutdown(SocketShutdown.Send);

    /// <summary>Reads the next line; null if the room has closed the connection.</summary>
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

    /// <summary>Reads the specified number of lines.</summary>
    public string[] Read(int count)
    {
        var lines = new string[count];
        for (var i = 0; i < count; i++)
            lines[i] = Read() ?? throw new InvalidOperationException("The room has closed the connection.");
        return lines;
    }

    /// <summary>Reads up to and including the specified line, and returns the lines before it.</summary>
    public List<string> ReadUntil(string last)
    {
        var lines = new List<string>();
        while (Read() is { } line)
        {
            if (line == last)
                return lines;
            lines.Add(line);
        }
        throw new InvalidOperationException($"The room closed the connection before the line '{last}'. Lines received: {string.Join('|', lines)}");
    }

    public void Dispose()
    {
        _reader.Dispose();
        Socket.Dispose();
    }
}
