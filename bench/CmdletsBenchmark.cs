using System.IO;

namespace PSPairChat.Bench;

/// <summary>Round trips of 32 bytes from a real PowerShell, both ends on one CPU; the server is bare C, so that the cost is the cmdlets' own.</summary>
internal static class CmdletsBenchmark
{
    private const int Cpu = 1;
    private const int WarmUp = 100_000;
    private const int Count = 10_000;
    private const int Size = 32;

    private static readonly string? Shell = Peer.Which("pwsh");
    private static readonly string Script = Path.GetFullPath(Path.Combine(System.AppContext.BaseDirectory, "..", "..", "..", "cmdlets.ps1"));

    public static void Run()
    {
        var bare = BareC.Program;
        string[]? echo = bare is null ? null : [bare, "echo"];
        Contest.Run("cmdlets", "p50",
        [
            new("bare C", () => bare is null ? null : Talk([bare, "echo"], port => [bare, "ping", port, $"{WarmUp}", $"{Count}", $"{Size}"])),
            new("lines \\| Send-ChatMessage -AwaitReply", () => Talk(echo, Call("pipeline"))),
            new("the same, server: our engine", () => Talk(Peer.Self(EnginePeer.Echo), Call("pipeline"))),
            new("lines \\| empty cmdlet", () => Talk(echo, Call("empty-pipeline"))),
            new("Send-ChatMessage; Receive-ChatMessage", () => Talk(echo, Call("calls"))),
            new("two empty cmdlets", () => Talk(echo, Call("empty-calls"))),
            new("TcpClient and StreamReader by hand", () => Talk(echo, Call("script"))),
        ]);
    }

    private delegate string[] Client(string port);

    private static Client Call(string kind) => port =>
        [Shell!, "-NoProfile", "-NonInteractive", "-File", Script, "-Kind", kind, "-Port", port, "-WarmUp", $"{WarmUp}", "-Count", $"{Count}", "-Size", $"{Size}"];

    private static Measures? Talk(string[]? server, Client client)
    {
        if (server is null || Shell is null)
            return null;
        using var listening = Peer.Start(Cpu, server);
        using var calling = Peer.Start(Cpu, client(listening.ReadLine()));
        return calling.ReadMeasures();
    }
}
