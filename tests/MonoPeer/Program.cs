using System;
using System.Globalization;
using System.Net;

namespace PSPairChat.MonoPeer;

/// <summary>The engine without PowerShell, for a runtime other than the tests' own: it serves one client, is one, or hosts a room, and prints what it hears.</summary>
internal static class Program
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static int Main(string[] arguments)
    {
        try
        {
            switch (arguments[0])
            {
                case "serve":
                    Serve();
                    break;
                case "room":
                    Host();
                    break;
                default:
                    Call(int.Parse(arguments[1], CultureInfo.InvariantCulture));
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
        while (server.Receive(Patience) is { } message)
        {
            Console.WriteLine(message);
            server.Send(message.Text.ToUpperInvariant());
        }
        Console.WriteLine(server.CloseReason);
        // Nobody calls: a wait that ends by itself, and a wait that is taken up again.
        Console.WriteLine(server.TryReceive(TimeSpan.FromMilliseconds(120), waitOnOwnTurn: true).Outcome);
    }

    private static void Host()
    {
        using var room = RoomSession.Start("lobby", 0, new ChatOptions { Handle = "Mono" });
        Console.WriteLine(room.Port);
        for (var i = 0; i < 2; i++)
            Console.WriteLine(room.Receive(Patience));
        room.Send("welcome");
        Console.WriteLine(room.Receive(Patience));
        Console.WriteLine(room.Members.Count);
    }

    private static void Call(int port)
    {
        using var client = ClientSession.Connect(IPAddress.Loopback.ToString(), port, new ChatOptions { Handle = "Mono" }, Patience);
        foreach (var text in new[] { "one", "zwei \u00E4\u20AC", "\U0001F600" })
        {
            client.Send(text);
            Console.WriteLine(client.Receive(Patience));
        }
        client.Send("\\quit");
        Console.WriteLine(client.CloseReason);
        try
        {
            using var refused = ClientSession.Connect("127.0.0.1", 1, new ChatOptions { Handle = "Mono" }, Patience);
        }
        catch (ChatException e)
        {
            Console.WriteLine(e.Reason);
        }
    }
}
