using System;
using System.Net;
using System.Net.Sockets;
using System.Threading.Tasks;
using Xunit;

namespace PSPairChat.Unit;

/// <summary>Runs pairchat with standard streams that cannot be written.</summary>
public sealed class ConsoleOutputTests : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public ConsoleOutputTests() => _listener.Start();

    private string Address => $"127.0.0.1 {((IPEndPoint)_listener.LocalEndpoint).Port}";

    public void Dispose() => _listener.Dispose();

    [NeedsToolTheory("sh")]
    [InlineData(">/dev/full", "The standard output cannot be written. No space left on device")]
    [InlineData(">&-", "The standard output cannot be written. The stream is closed.")]
    [InlineData("2>/dev/full", "")]
    [InlineData("2>&-", "")]
    [InlineData(">&- 2>&-", "")]
    public async Task Client_quits_and_exits_with_OutputFailed(string redirection, string error)
    {
        using var client = ConsoleProgram.StartShell($"exec {ConsoleProgram.Path} connect {Address} --handle Chris {redirection}", input: null);
        using var peer = await _listener.AcceptTcpClientAsync();
        await peer.Client.SendAsync("HostA> hello\n"u8.ToArray());
        Assert.Equal("\\quit\n", ConsoleProgram.ReadAll(peer));
        Assert.Equal((6, ""), ConsoleProgram.WaitForExit(client));
        Assert.Contains(error, await client.StandardError.ReadToEndAsync(), StringComparison.Ordinal);
    }

    [NeedsToolFact("head")]
    public async Task Client_quits_when_the_reader_of_its_output_has_left()
    {
        using var client = ConsoleProgram.StartShell(
            $"{{ {ConsoleProgram.Path} connect {Address} --handle Chris; echo exit code $? >&2; }} | head -1", input: null);
        using var peer = await _listener.AcceptTcpClientAsync();
        await peer.Client.SendAsync("HostA> one\nHostA> two\n"u8.ToArray());
        Assert.Equal("\\quit\n", ConsoleProgram.ReadAll(peer));
        Assert.Equal((0, "HostA> one\n"), ConsoleProgram.WaitForExit(client));
        Assert.EndsWith(
            "pairchat: The standard output cannot be written. The reader has closed the stream.\nDisconnected.\nexit code 6\n",
            await client.StandardError.ReadToEndAsync(), StringComparison.Ordinal);
    }

    [NeedsToolFact("sh")]
    public async Task Room_stays_open_and_reports_the_failure_once()
    {
        using var room = ConsoleProgram.StartShell($"exec {ConsoleProgram.Path} serve 0 --room lobby --handle HostA --bind 127.0.0.1 >/dev/full", input: null);
        var port = int.Parse(ConsoleProgram.ParsePort((await room.StandardError.ReadLineAsync())!), System.Globalization.CultureInfo.InvariantCulture);
        using var ann = RoomMemberSession.Connect("127.0.0.1", port, "lobby", new ChatOptions { Handle = "Ann" });
        using var bob = RoomMemberSession.Connect("127.0.0.1", port, "lobby", new ChatOptions { Handle = "Bob" });
        foreach (var text in new[] { "one", "two", "three" })
        {
            ann.Send(text);
            Assert.Equal(text, bob.Receive(ConsoleProgram.Timeout)!.Text);
        }
        ConsoleProgram.Signal(room, "TERM");
        Assert.Null(bob.Receive(ConsoleProgram.Timeout));
        Assert.Equal((143, ""), ConsoleProgram.WaitForExit(room));
        Assert.Single((await room.StandardError.ReadToEndAsync()).Split('\n'), l => l.StartsWith("pairchat: ", StringComparison.Ordinal));
    }

    [NeedsToolTheory("sh")]
    [InlineData("--help >/dev/full", 6, "pairchat: The output cannot be written. No space left on device")]
    [InlineData("--version >/dev/full", 6, "")]
    [InlineData("connect 2>/dev/full", 6, "")]
    [InlineData("connect 2>&-", 2, "")]
    public void Program_without_a_session_exits_with_an_exit_code(string line, int exitCode, string error)
    {
        using var program = ConsoleProgram.StartShell($"exec {ConsoleProgram.Path} {line}", "");
        Assert.Equal((exitCode, ""), ConsoleProgram.WaitForExit(program));
        Assert.StartsWith(error, program.StandardError.ReadToEnd(), StringComparison.Ordinal);
    }
}
