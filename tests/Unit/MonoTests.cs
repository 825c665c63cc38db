using System;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;
using System.Threading.Tasks;
using Xunit;

namespace PSPairChat.Unit;

/// <summary>
/// The engine on another runtime: the very assembly that is shipped, under Mono, talks with itself under .NET. Mono is the nearest to Windows PowerShell's
/// .NET Framework that runs elsewhere than on Windows.
/// </summary>
public sealed class MonoTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [MonoFact]
    public async Task A_server_under_Mono_talks_with_a_client_under_NET()
    {
        using var mono = Start("serve");
        var port = int.Parse((await NextLineAsync(mono))!, CultureInfo.InvariantCulture);
        using (var client = ClientSession.Connect("127.0.0.1", port, new ChatOptions { Handle = "Chris" }, Patience))
        {
            foreach (var text in new[] { "one", "zwei \u00E4\u20AC", "\U0001F600" })
            {
                client.Send(text);
                Assert.Equal($"Mono> {text.ToUpperInvariant()}", client.Receive(Patience)?.ToString());
            }
            client.Disconnect();
        }
        Assert.Equal(["Chris> one", "Chris> zwei \u00E4\u20AC", "Chris> \U0001F600", "PeerQuit", "TimedOut"], await RestAsync(mono));
        Assert.Equal(0, mono.ExitCode);
    }

    [MonoFact]
    public async Task A_client_under_Mono_talks_with_a_server_under_NET()
    {
        using var server = ServerSession.Start(0, new ChatOptions { Handle = "HostA" });
        using var mono = Start("call", server.Port.ToString(CultureInfo.InvariantCulture));
        foreach (var text in new[] { "one", "zwei \u00E4\u20AC", "\U0001F600" })
        {
            Assert.Equal($"Mono> {text}", server.Receive(Patience)?.ToString());
            server.Send(text + "!");
        }
        Assert.Null(server.Receive(Patience));
        Assert.Equal(ChatCloseReason.PeerQuit, server.CloseReason);
        Assert.Equal(["HostA> one!", "HostA> zwei \u00E4\u20AC!", "HostA> \U0001F600!", "LocalQuit", "ConnectFailed"], await RestAsync(mono));
        Assert.Equal(0, mono.ExitCode);
    }

    [MonoFact]
    public async Task A_room_under_Mono_has_members_under_NET()
    {
        using var mono = Start("room");
        var port = int.Parse((await NextLineAsync(mono))!, CultureInfo.InvariantCulture);
        using var ann = RoomMemberSession.Connect("127.0.0.1", port, "lobby", new ChatOptions { Handle = "Ann" }, timeout: Patience);
        using var bob = RoomMemberSession.Connect("127.0.0.1", port, "lobby", new ChatOptions { Handle = "Bob" }, timeout: Patience);
        ann.Send("one");
        Assert.Equal("Ann> one", bob.Receive(Patience)?.ToString());
        bob.Send("zwei \u00E4\u20AC");
        Assert.Equal("Bob> zwei \u00E4\u20AC", ann.Receive(Patience)?.ToString());
        Assert.Equal("Mono> welcome", ann.Receive(Patience)?.ToString());
        Assert.Equal("Mono> welcome", bob.Receive(Patience)?.ToString());
        ann.Send("bye");
        Assert.Equal(["Ann> one", "Bob> zwei \u00E4\u20AC", "Ann> bye", "2"], await RestAsync(mono));
        Assert.Equal("Ann> bye", bob.Receive(Patience)?.ToString());
        Assert.Null(bob.Receive(Patience));
        Assert.Equal(0, mono.ExitCode);
    }

    private static Process Start(params string[] arguments)
    {
        var built = new DirectoryInfo(AppContext.BaseDirectory);       // .../bin/CONFIGURATION/net10.0
        var program = Path.Combine(Repository.Root, "tests", "MonoPeer", "bin", built.Parent!.Name, "netstandard2.0", "PSPairChat.MonoPeer.dll");
        return Process.Start(new ProcessStartInfo(MonoFactAttribute.Mono!, [program, .. arguments])
        {
            RedirectStandardOutput = true,
            StandardOutputEncoding = Encoding.UTF8,
            Environment = { ["LANG"] = "C.UTF-8", ["LC_ALL"] = "C.UTF-8" },
        })!;
    }

    // Mono says on standard output which socket options it does not know.
    private static async Task<string?> NextLineAsync(Process mono)
    {
        string? line;
        do
            line = await mono.StandardOutput.ReadLineAsync().WaitAsync(Patience);
        while (line?.StartsWith("System.Net.Sockets.SocketOptionName", StringComparison.Ordinal) == true);
        return line;
    }

    private static async Task<string[]> RestAsync(Process mono)
    {
        try
        {
            var lines = new System.Collections.Generic.List<string>();
            while (await NextLineAsync(mono) is { } line)
                lines.Add(line);
            await mono.WaitForExitAsync().WaitAsync(Patience);
            return [.. lines];
        }
        finally
        {
            if (!mono.HasExited)
                mono.Kill();
        }
    }

    /// <summary>A test that needs mono, and is reported as skipped where it is not on the PATH.</summary>
    private sealed class MonoFactAttribute : FactAttribute
    {
        public MonoFactAttribute() => Skip = Mono is null ? "mono is not on the PATH (Debian: mono-runtime)." : null;

        public static string? Mono { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Select(folder => Path.Combine(folder, "mono")).FirstOrDefault(File.Exists);
    }
}
