using System;
using System.Globalization;
using System.Net;

namespace PSPairChat.MonoPeer;

/// <summary>The engine without PowerShell, for a runtime other than the tests' own: it serves one client, or is one, and prints what it hears.</summary>
internal static class Program
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static int Main(string[] arguments)
    {
        try
        {
            if (arguments[0] == "serve")
                Serve();
            else
                Call(int.Parse(arguments[1], CultureInfo.InvariantCulture));
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
