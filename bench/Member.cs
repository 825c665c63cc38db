using System;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace PSPairChat.Bench;

/// <summary>A member of a room, as cheap as it can be: a blocking socket that counts lines.</summary>
internal sealed class Member : IDisposable
{
    /// <summary>What no server adds to a line.</summary>
    public const char Mark = '%';

    [ThreadStatic]
    private static byte[]? _buffer;

    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly string _kind;
    private int _ahead;     // lines that came before they were counted

    public Member(string kind, int port, int number, int receiveBuffer = 0)
    {
        _kind = kind;
        if (receiveBuffer > 0)
            _socket.ReceiveBufferSize = receiveBuffer;
        Handle = $"M{(char)('a' + number / 676 % 26)}{(char)('a' + number / 26 % 26)}{(char)('a' + number % 26)}";
        _socket.Connect(IPAddress.Loopback, port);
        switch (kind)
        {
            case "room":
                Send($"{Handle}\n");
                ReadUntil("* Members: ");
                break;
            case "ngircd":
                Send($"NICK {Handle}\r\nUSER u 0 * :u\r\nJOIN #lobby\r\n");
                ReadUntil(" 366 ");
                break;
        }
    }

    private static byte[] Buffer => _buffer ??= new byte[256 * 1024];

    public Socket Socket => _socket;

    public string Handle { get; }

    /// <summary>The line that says a text.</summary>
    public string Line(string text) => _kind == "ngircd" ? $"PRIVMSG #lobby :{text}\r\n" : text + "\n";

    public void Send(string bytes) => _socket.Send(Encoding.UTF8.GetBytes(bytes));

    /// <summary>Reads until so many lines with <see cref="Mark"/> have come.</summary>
    public void Count(int lines)
    {
        for (_ahead -= lines; _ahead < 0;)
        {
            var count = _socket.Receive(Buffer);
            if (count == 0)
                throw new InvalidOperationException($"{Handle} was hung up on.");
            _ahead += Buffer.AsSpan(0, count).Count((byte)Mark);
        }
    }

    /// <summary>Reads what comes until it has been quiet for a while.</summary>
    public void Drain(int milliseconds)
    {
        while (_socket.Poll(milliseconds * 1000, SelectMode.SelectRead) && _socket.Receive(Buffer) > 0)
        {
        }
    }

    public void Dispose() => _socket.Dispose();

    private void ReadUntil(string mark)
    {
        var clock = Stopwatch.StartNew();
        var text = "";
        while (!text.Contains(mark, StringComparison.Ordinal) || !text.EndsWith('\n'))
        {
            var count = _socket.Receive(Buffer);
            if (count == 0 || clock.Elapsed.TotalSeconds > 20)
                throw new InvalidOperationException($"{Handle} cannot join: {text}");
            text += Encoding.UTF8.GetString(Buffer, 0, count);
        }
    }
}
