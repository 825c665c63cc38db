using System.Collections.Generic;


namespace PSPairChat.Bench;

/// <summary>Round trips of 32 bytes, one at a time, both ends on one CPU.</summary>
internal static class PingPongBenchmark
{
    private const int Cpu = 1;
    private const int WarmUp = 60_000;
    private const int Count = 20_000;
    private const int Size = 32;

    private delegate IEnumerable<string>? Client(string port);

    public static void Run()
    {
        var bare = BareC.Program;
        Client? pingC = bare is null ? null : port => [bare, "ping", port, $"{WarmUp}", $"{Count}", $"{Size}"];
        Contest.Run("pingpong", "p50",
        [
            new("bare C", () => Talk(bare is null ? null : [bare, "echo"], pingC)),
            new("bare .NET sockets", () => Talk(Peer.Self(BareSocketPeer.Echo, "0", "0"), Own(BareSocketPeer.Ping, "0", "0"))),
            new("the same, waiting in slices", () => Talk(Peer.Self(BareSocketPeer.Echo, "50", "0"), Own(BareSocketPeer.Ping, "50", "0"))),
            new("the same, looking before each send", () => Talk(Peer.Self(BareSocketPeer.Echo, "50", "1"), Own(BareSocketPeer.Ping, "50", "1"))),
            new("engine", () => Talk(Peer.Self(EnginePeer.Echo), Own(EnginePeer.Ping))),
            new("engine, server bare C", () => Talk(bare is null ? null : [bare, "echo"], Own(EnginePeer.Ping))),
            new("socat, client bare C", () => TalkTo("socat", port => [$"TCP-LISTEN:{port},bind=127.0.0.1,fork,nodelay", "EXEC:cat"], pingC)),
            new("ncat --exec cat, client bare C", () => TalkTo("ncat", port => ["-l", "127.0.0.1", port, "-k", "--exec", Peer.Which("cat")!], pingC)),
        ]);
    }

    private static Client Own(string role, params string[] more) => port => Peer.Self([role, port, $"{WarmUp}", $"{Count}", $"{Size}", .. more]);

    // The server prints its port.
    private static Measures? Talk(IEnumerable<string>? server, Client? client)
    {
        if (server is null || client is null)
            return null;
        using var listening = Peer.Start(Cpu, server);
        using var calling = Peer.Start(Cpu, client(listening.ReadLine())!);
        return calling.ReadMeasures();
    }

    // The server is told its port.
    private static Measures? TalkTo(string program, Client arguments, Client? client)
    {
        if (Peer.Which(program) is not { } path || client is null)
            return null;
        var port = Peer.FreePort();
        using var listening = Peer.Start(Cpu, [path, .. arguments(port)!]);
        Peer.AwaitPort(port);
        using var calling = Peer.Start(Cpu, client(port)!);
        return calling.ReadMeasures();
    }
}
