using System;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace PSPairChat.Bench;

/// <summary>A member of a room: a blocking socket that counts messages.</summary>
internal sealed class RoomClient : IDisposable
{
    /// <summary>The character that marks a message. It occurs in no line that a server adds.</summary>
    public const char MessageMarker = '%';

    /// <summary>The character that precedes a time in a message. It occurs in no line that a server adds.</summary>
    public const char TimeMarker = '$';

    private const int JoinTimeoutSeconds = 20;

    [ThreadStatic]
    private static byte[]? _buffer;

    private readonly RoomServerKind _kind;
    private int _unclaimed;     // messages received before they were waited for

    public RoomClient(RoomServerKind kind, int port, int number, int receiveBufferSize = 0)
    {
        _kind = kind;
        if (receiveBufferSize > 0)
            Socket.ReceiveBufferSize = receiveBufferSize;
        Handle = GetHandle(number);
        Socket.Connect(IPAddress.Loopback, port);
        switch (kind)
        {
            case RoomServerKind.Room:
                Send($"{Handle}\n");
                ReadUntil("* Members: ");
                break;
            case RoomServerKind.Ngircd:
                Send($"NICK {Handle}\r\nUSER u 0 * :u\r\nJOIN #lobby\r\n");
                ReadUntil(" 366 ");
                break;
            case RoomServerKind.Nats:
                Send("CONNECT {\"verbose\":false,\"echo\":false}\r\nSUB lobby 1\r\nPING\r\n");
                ReadUntil("PONG");
                break;
        }
    }

    private static byte[] Buffer => _buffer ??= new byte[256 * 1024];

    public Socket Socket { get; } = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };

    public string Handle { get; }

    /// <summary>Gets the nickname of the member with a number.</summary>
    public static string GetHandle(int number) => $"M{(char)('a' + number / 676 % 26)}{(char)('a' + number / 26 % 26)}{(char)('a' + number % 26)}";

    /// <summary>Formats the line that sends a text to the room.</summary>
    public string FormatMessage(string text) => _kind switch
    {
        RoomServerKind.Ngircd => $"PRIVMSG #lobby :{text}\r\n",
        RoomServerKind.Nats => $"PUB lobby {text.Length}\r\n{text}\r\n",
        _ => text + "\n",
    };

    public void Send(string text) => Socket.Send(Encoding.UTF8.GetBytes(text));

    /// <summary>Waits for a number of messages with <see cref="MessageMarker"/>.</summary>
    public void WaitForMessages(int count)
    {
        for (_unclaimed -= count; _unclaimed < 0;)
        {
            var received = Socket.Receive(Buffer);
            if (received == 0)
                throw new InvalidOperationException($"The server disconnected {Handle}.");
            _unclaimed += Buffer.AsSpan(0, received).Count((byte)MessageMarker);
        }
    }

    /// <summary>Reads and discards bytes until none arrive for a time.</summary>
    public void Drain(int idleMilliseconds)
    {
        while (Socket.Poll(idleMilliseconds * 1000, SelectMode.SelectRead) && Socket.Receive(Buffer) > 0)
        {
        }
    }

    public void Dispose() => Socket.Dispose();

    private void ReadUntil(string marker)
    {
        var clock = Stopwatch.StartNew();
        var text = "";
        while (!text.Contains(marker, StringComparison.Ordinal) || !text.EndsWith('\n'))
        {
            var count = Socket.Receive(Buffer);
            if (count == 0 || clock.Elapsed.TotalSeconds > JoinTimeoutSeconds)
                throw new InvalidOperationException($"{Handle} failed to join: {text}");
            text += Encoding.UTF8.GetString(Buffer, 0, count);
        }
    }
}
