using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading;

namespace PSPairChat.Bench;

/// <summary>A process that attacks a room and a pair server until it is ended.</summary>
internal static class Attacker
{
    public const string Role = "attacker";

    /// <summary>The name of no attack.</summary>
    public const string None = "none";

    /// <summary>The name of the attack of clients that send nothing or random bytes.</summary>
    public const string Strangers = "strangers";

    private const int Clients = 20;
    private const int FirstNumber = 100;        // of the nicknames

    /// <summary>Gets the attacks by name. Each one has the ports of the room and of the pair server, and the number of its thread.</summary>
    public static IReadOnlyDictionary<string, (int Threads, Action<int, int, int> Run)> Attacks { get; } = new Dictionary<string, (int, Action<int, int, int>)>
    {
        [None] = (1, (_, _, _) => Thread.Sleep(Timeout.Infinite)),
        ["lines without an end"] = (Clients, (room, pair, number) => SendForever(number == 0 ? pair : room, new string('x', 100_000))),
        ["silent connections"] = (1, (room, _, _) => Connect(room, 2000, "")),
        ["connections that register nothing and reconnect"] = (Clients, (room, pair, number) => Reconnect(number == 0 ? pair : room)),
        ["members of a full room"] = (1, (room, _, _) => Connect(room, 1200, "{0}\n")),
        ["members that do not read"] = (Clients, (room, _, number) => Join(room, number, "x", reads: number % 2 == 0)),
        ["floods of messages"] = (Clients, (room, _, number) => Join(room, number, "x", reads: true)),
        ["floods of /who"] = (Clients, (room, _, number) => Join(room, number, "/who", reads: true)),
        ["floods of private messages"] = (Clients, (room, _, number) => Join(room, number, "/msg host x", reads: true)),
        ["random bytes"] = (Clients, (room, pair, number) => SendRandomBytes(number == 0 ? pair : room, number)),
        [Strangers] = (500, (room, pair, number) => SendAndWait(number % 4 < 2 ? pair : room, number % 2 == 0 ? 0 : 1000)),
        ["a client that sends and does not receive"] = (1, (_, pair, _) => SendForever(pair, new string('x', 400) + "\n")),
    };

    /// <summary>Runs an attack.</summary>
    public static void Run(string name, int room, int pair)
    {
        var (threads, run) = Attacks[name];
        for (var i = 0; i < threads; i++)
        {
            var number = i;
            new Thread(() => Repeat(() => run(room, pair, number))) { IsBackground = true }.Start();
        }
        Thread.Sleep(Timeout.Infinite);
    }

    private static void Repeat(Action attack)
    {
        while (true)
        {
            try
            {
                attack();
            }
            catch (Exception e) when (e is SocketException or InvalidOperationException)
            {
                // The server has closed the connection.
            }
            Thread.Sleep(1);
        }
    }

    private static void SendForever(int port, string text)
    {
        using var socket = Connect(port);
        var bytes = Encoding.UTF8.GetBytes(text);
        while (true)
            socket.Send(bytes);
    }

    // Waits for the server to close the connection.
    private static void SendAndWait(int port, int count)
    {
        using var socket = Connect(port);
        var bytes = new byte[1000];
        Random.Shared.NextBytes(bytes);
        socket.Send(bytes, count, SocketFlags.None);
        while (socket.Receive(bytes) > 0)
        {
        }
        Thread.Sleep(20);
    }

    private static void SendRandomBytes(int port, int seed)
    {
        using var socket = Connect(port);
        var random = new Random(seed);
        var bytes = new byte[1000];
        while (true)
        {
            random.NextBytes(bytes);
            socket.Send(bytes);
            Thread.Sleep(1);
        }
    }

    private static void Connect(int port, int count, string firstLine)
    {
        var sockets = Enumerable.Range(FirstNumber, count).Select(i =>
        {
            var socket = Connect(port);
            socket.Send(Encoding.UTF8.GetBytes(string.Format(CultureInfo.InvariantCulture, firstLine, RoomClient.GetHandle(i))));
            return socket;
        }).ToArray();
        Thread.Sleep(Timeout.Infinite);
        GC.KeepAlive(sockets);
    }

    private static void Reconnect(int port)
    {
        using var socket = Connect(port);
        socket.LingerState = new LingerOption(true, 0);
    }

    private static void Join(int port, int number, string text, bool reads)
    {
        using var member = new RoomClient(RoomServerKind.Room, port, FirstNumber + number, reads ? 0 : 4096);
        var line = text + new string('x', 400) + "\n";
        if (text == "/who")
            line = "/who\n";
        member.Socket.Blocking = !reads;
        while (true)
        {
            if (reads)
                member.Drain(1);
            try
            {
                member.Send(line);
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.WouldBlock)
            {
                // The room slows the member.
            }
        }
    }

    private static Socket Connect(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Connect(IPAddress.Loopback, port);
        return socket;
    }
}
