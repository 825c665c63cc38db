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
/// The shipped assembly on Mono, as the peer of the same assembly on .NET. Mono is the closest to the .NET Framework of Windows PowerShell that runs on other
/// systems than Windows.
/// </summary>
public sealed class MonoTests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);

    [MonoFact]
    public async Task Server_on_Mono_chats_with_a_client_on_NET()
    {
        using var mono = Start("serve");
        var port = int.Parse((await ReadPeerLineAsync(mono))!, CultureInfo.InvariantCulture);
        using (var client = ClientSession.Connect("127.0.0.1", port, new ChatOptions { Handle = "Chris" }, Timeout))
        {
            foreach (var text in new[] { "one", "zwei \u00E4\u20AC", "\U0001F600" })
            {
                client.Send(text);
                Assert.Equal($"Mono> {text.ToUpperInvariant()}", client.Receive(Timeout)?.ToString());
            }
            client.Disconnect();
        }
        Assert.Equal(["Chris> one", "Chris> zwei \u00E4\u20AC", "Chris> \U0001F600", "PeerQuit", "TimedOut"], await ReadToEndAsync(mono));
        Assert.Equal(0, mono.ExitCode);
    }

    [MonoFact]
    public async Task Client_on_Mono_chats_with_a_server_on_NET()
    {
        using var server = ServerSession.Start(0, new ChatOptions { Handle = "HostA" });
        using var mono = Start("connect", server.Port.ToString(CultureInfo.InvariantCulture));
        foreach (var text in new[] { "one", "zwei \u00E4\u20AC", "\U0001F600" })
        {
            Assert.Equal($"Mono> {text}", server.Receive(Timeout)?.ToString());
            server.Send(text + "!");
        }
        Assert.Null(server.Receive(Timeout));
        Assert.Equal(ChatCloseReason.PeerQuit, server.CloseReason);
        Assert.Equal(["HostA> one!", "HostA> zwei \u00E4\u20AC!", "HostA> \U0001F600!", "LocalQuit", "ConnectFailed"], await ReadToEndAsync(mono));
        Assert.Equal(0, mono.ExitCode);
    }

    [MonoFact]
    public async Task Room_on_Mono_has_members_on_NET()
    {
        using var mono = Start("room");
        var port = int.Parse((await ReadPeerLineAsync(mono))!, CultureInfo.InvariantCulture);
        using var ann = RoomMemberSession.Connect("127.0.0.1", port, "lobby", new ChatOptions { Handle = "Ann" }, timeout: Timeout);
        using var bob = RoomMemberSession.Connect("127.0.0.1", port, "lobby", new ChatOptions { Handle = "Bob" }, timeout: Timeout);
        ann.Send("one");
        Assert.Equal("Ann> one", bob.Receive(Timeout)?.ToString());
        bob.Send("zwei \u00E4\u20AC");
        Assert.Equal("Bob> zwei \u00E4\u20AC", ann.Receive(Timeout)?.ToString());
        Assert.Equal("Mono> welcome", ann.Receive(Timeout)?.ToString());
        Assert.Equal("Mono> welcome", bob.Receive(Timeout)?.ToString());
        ann.Send("bye");
        Assert.Equal(["Ann> one", "Bob> zwei \u00E4\u20AC", "Ann> bye", "2"], await ReadToEndAsync(mono));
        Assert.Equal("Ann> bye", bob.Receive(Timeout)?.ToString());
        Assert.Null(bob.Receive(Timeout));
        Assert.Equal(0, mono.ExitCode);
    }

    [MonoFact]
    public async Task Secure_server_on_Mono_chats_with_a_client_on_NET()
    {
        using var mono = Start("serve-secure");
        var invite = (await ReadPeerLineAsync(mono))!;
        using (var client = ClientSession.Connect("127.0.0.1", new Uri(invite).Port,
            new ChatOptions { Handle = "Chris", SecureClient = new SecureClientOptions { Invite = invite } }, Timeout))
        {
            client.Send(new string('x', 500));
            Assert.Equal(new string('X', 500), client.Receive(Timeout)?.Text);
            Assert.Equal(ChatTrust.Invite, client.Security!.Trust);
            client.Disconnect();
        }
        Assert.Equal(["Chris> " + new string('x', 500), "PeerQuit", "TimedOut"], await ReadToEndAsync(mono));
    }

    [MonoFact]
    public async Task Secure_client_on_Mono_chats_with_a_server_on_NET()
    {
        using var server = ServerSession.Start(0, new ChatOptions { Handle = "HostA", SecureServer = new SecureServerOptions() }, System.Net.IPAddress.Loopback);
        using var mono = Start("connect-secure", server.Invites.Create().Uri);
        Assert.Equal("Mono> one", server.Receive(Timeout)?.ToString());
        server.Send("one!");
        Assert.Null(server.Receive(Timeout));
        Assert.Equal(["HostA> one!", "Invite"], await ReadToEndAsync(mono));
    }

    private static Process Start(params string[] arguments)
    {
        var output = new DirectoryInfo(AppContext.BaseDirectory);       // .../bin/CONFIGURATION/net10.0
        var program = Path.Combine(Repository.Root, "tests", "MonoPeer", "bin", output.Parent!.Name, "netstandard2.0", "PSPairChat.MonoPeer.dll");
        return Process.Start(new ProcessStartInfo(MonoFactAttribute.Mono!, [program, .. arguments])
        {
            RedirectStandardOutput = true,
            StandardOutputEncoding = Encoding.UTF8,
            Environment = { ["LANG"] = "C.UTF-8", ["LC_ALL"] = "C.UTF-8" },
        })!;
    }

    // Mono reports unknown socket options on standard output.
    private static async Task<string?> ReadPeerLineAsync(Process mono)
    {
        string? line;
        do
            line = await mono.StandardOutput.ReadLineAsync().WaitAsync(Timeout);
        while (line?.StartsWith("System.Net.Sockets.SocketOptionName", StringComparison.Ordinal) == true);
        return line;
    }

    private static async Task<string[]> ReadToEndAsync(Process mono)
    {
        try
        {
            var lines = new System.Collections.Generic.List<string>();
            while (await ReadPeerLineAsync(mono) is { } line)
                lines.Add(line);
            await mono.WaitForExitAsync().WaitAsync(Timeout);
            return [.. lines];
        }
        finally
        {
            if (!mono.HasExited)
                mono.Kill();
        }
    }

    /// <summary>A test that requires mono and is skipped where it is not on the PATH.</summary>
    private sealed class MonoFactAttribute : FactAttribute
    {
        public MonoFactAttribute() => Skip = Mono is null ? "mono is not on the PATH (Debian: mono-runtime)." : null;

        public static string? Mono { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Select(folder => Path.Combine(folder, "mono")).FirstOrDefault(File.Exists);
    }
}
