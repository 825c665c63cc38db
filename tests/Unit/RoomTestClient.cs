using System;
using System.Collections.Generic;
using System.IO;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using Xunit;

namespace PSPairChat.Unit;

/// <summary>A client of a room that sends and reads lines, as <c>nc</c> does; over TLS if the room is secure.</summary>
internal sealed class RoomTestClient : IDisposable
{
    private static readonly TimeSpan ReadTimeout = TimeSpan.FromSeconds(20);

    private readonly Stream _stream;
    private readonly StreamReader _reader;

    public RoomTestClient(int port, IPAddress? address = null)
    {
        address ??= IPAddress.Loopback;
        Socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { ReceiveTimeout = (int)ReadTimeout.TotalMilliseconds };
        Socket.Connect(address, port);
        _stream = TestTransport.OpenStream(Socket);
        _reader = new StreamReader(_stream, new UTF8Encoding(false));
    }

    public Socket Socket { get; }

    /// <summary>Connects, and reads the welcome.</summary>
    public static RoomTestClient Connect(RoomSession room, IPAddress? address = null)
    {
        var client = new RoomTestClient(room.Port, address);
        Assert.StartsWith("HELLO ", client.Read(), StringComparison.Ordinal);
        return client;
    }

    /// <summary>Connects, registers a nickname, and reads up to and including the list of members.</summary>
    public static RoomTestClient Join(RoomSession room, string handle)
    {
        var client = Connect(room);
        client.Register(handle);
        return client;
    }

    /// <summary>Connects to a server, registers a nickname, and reads up to and including the list of members.</summary>
    public static RoomTestClient Join(string handle, int port)
    {
        var client = new RoomTestClient(port);
        Assert.StartsWith("HELLO ", client.Read(), StringComparison.Ordinal);
        client.Register(handle);
        return client;
    }

    /// <summary>Reads up to the end of the connection, and returns the last line.</summary>
    public string? ReadLast()
    {
        string? last = null;
        while (Read() is { } line)
            last = line;
        return last;
    }

    /// <summary>Registers a nickname, and reads up to and including the list of members.</summary>
    public void Register(string handle)
    {
        Send(handle);
        Assert.StartsWith("READY ", Read(), StringComparison.Ordinal);
        Assert.StartsWith("* Members: ", Read(), StringComparison.Ordinal);
    }

    /// <summary>Sends a line.</summary>
    public void Send(string line) => Send(Encoding.UTF8.GetBytes(line + "\n"));

    /// <summary>Sends bytes.</summary>
    public void Send(byte[] bytes) => _stream.Write(bytes);

    /// <summary>Sends a packet of the Kutztown protocol.</summary>
    /// <param name="json">The content, in ASCII.</param>
    public void SendPacket(string json) => Send([(byte)(json.Length >> 8), (byte)json.Length, .. Encoding.ASCII.GetBytes(json)]);

    /// <summary>Reads the contents of the Kutztown packets before the room closes the connection in an orderly way.</summary>
    public List<string> ReadPackets()
    {
        var packets = new List<string>();
        using var reader = new BinaryReader(_stream, Encoding.ASCII, leaveOpen: true);
        while (reader.ReadBytes(2) is [var high, var low])
            packets.Add(Encoding.ASCII.GetString(reader.ReadBytes(high << 8 | low)));
        return packets;
    }

    /// <summary>Ends the stream that the room reads.</summary>
    public void ShutdownSend()
    {
        (_stream as SslStream)?.ShutdownAsync().GetAwaiter().GetResult();
        Socket.Shutdown(SocketShutdown.Send);
    }

    /// <summary>Reads the next line; null if the room has closed the connection in an orderly way.</summary>
    /// <exception cref="IOException">The room has reset the connection.</exception>
    public string? Read() => _reader.ReadLine();

    /// <summary>Reads the lines before the room resets the connection. Fails if the connection ends in an orderly way.</summary>
    public List<string> ReadToReset()
    {
        var lines = new List<string>();
        try
        {
            while (Read() is { } line)
                lines.Add(line);
        }
        catch (IOException e) when (e.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionReset })
        {
            return lines;
        }
        throw new InvalidOperationException($"The room did not reset the connection. Lines received: {string.Join('|', lines)}");
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
