using System;
using System.Globalization;
using System.Net;

namespace PSPairChat.MonoPeer;

/// <summary>A program for tests on another runtime: it runs a server, a client or a room, and prints what it receives.</summary>
internal static class Program
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);

    public static void Main(string[] arguments)
    {
        // After a return from Main, Mono sometimes waits up to a minute for an idle thread of its thread pool.
        Environment.Exit(Run(arguments));
    }

    private static int Run(string[] arguments)
    {
        try
        {
            switch (arguments[0])
            {
                case "serve":
                    Serve();
                    break;
                case "room":
                    HostRoom();
                    break;
                default:
                    Connect(int.Parse(arguments[1], CultureInfo.InvariantCulture));
                    break;
            }
            return 0;
        }
        catch (ChatException e)
        {
            Console.WriteLine($"{e.Reason}: {e.Message}");
            return 1;
        }
    }

    private static void Serve()
    {
        using var server = ServerSession.Start(0, new ChatOptions { Handle = "Mono" });
        Console.WriteLine(server.Port);
        while (server.Receive(Timeout) is { } message)
        {
            Console.WriteLine(message);
            server.Send(message.Text.ToUpperInvariant());
        }
        Console.WriteLine(server.CloseReason);
        // Without a further client, the receive times out after several poll intervals.
        Console.WriteLine(server.TryReceive(TimeSpan.FromMilliseconds(120), waitOnOwnTurn: true).Outcome);
    }

    private static void HostRoom()
    {
        using var room = RoomSession.Start("lobby", 0, new ChatOptions { Handle = "Mono" });
        Console.WriteLine(room.Port);
        for (var i = 0; i < 2; i++)
            Console.WriteLine(room.Receive(Timeout));
        room.Send("welcome");
        Console.WriteLine(room.Receive(Timeout));
        Console.WriteLine(room.Members.Count);
    }

    private static void Connect(int port)
    {
        using var client = ClientSession.Connect(IPAddress.Loopback.ToString(), port, new ChatOptions { Handle = "Mono" }, Timeout);
        foreach (var text in new[] { "one", "zwei \u00E4\u20AC", "\U0001F600" })
        {
            client.Send(text);
            Console.WriteLine(client.Receive(Timeout));
        }
        client.Send("\\quit");
        Console.WriteLine(client.CloseReason);
        try
        {
            using var second = ClientSession.Connect("127.0.0.1", 1, new ChatOptions { Handle = "Mono" }, Timeout);
        }
        catch (ChatException e)
        {
            Console.WriteLine(e.Reason);
        }
    }
}
