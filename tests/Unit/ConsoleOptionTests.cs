using System;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using System.Threading.Tasks;
using Xunit;

namespace PSPairChat.Unit;

/// <summary>Runs pairchat with each of its options.</summary>
public sealed class ConsoleOptionTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("pairchat-").FullName;
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public ConsoleOptionTests() => _listener.Start();

    private int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public void Dispose()
    {
        _listener.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void Script_runs_with_each_client_and_each_variable()
    {
        var script = CreateFile("talk.chat", "Chris> order {count} {thing}\nHostA> ok, {count}\n");
        using var server = ConsoleProgram.Start(
            $"serve 0 --bind 127.0.0.1 --handle HostA --script {script} --variable count=12 --variable thing=bolts --repeat 2", "");
        var port = ReadPort(server);
        for (var i = 0; i < 2; i++)
        {
            using var client = ClientSession.Connect("127.0.0.1", port, new ChatOptions { Handle = "Chris" });
            client.Send("order 12 bolts");
            Assert.Equal("ok, 12", client.Receive(ConsoleProgram.Timeout)!.Text);
            Assert.Null(client.TryReceive(ConsoleProgram.Timeout, waitOnOwnTurn: true).Message);
            Assert.Equal(ChatCloseReason.PeerQuit, client.CloseReason);
        }
        Assert.Equal((0, "Chris> order 12 bolts\nChris> order 12 bolts\n"), ConsoleProgram.WaitForExit(server));
    }

    [Fact]
    public async Task Failed_script_exits_with_ScriptFailed()
    {
        var script = CreateFile("talk.chat", "Chris> hi\nHostA> hello\nChris> bye\n");
        using var client = ConsoleProgram.Start($"connect 127.0.0.1 {Port} --handle Chris --script {script}", "");
        using var peer = await _listener.AcceptTcpClientAsync();
        await peer.Client.SendAsync("HostA> go away\n"u8.ToArray());
        Assert.Equal((5, "HostA> go away\n"), ConsoleProgram.WaitForExit(client));
        Assert.Contains("Expected 'hello', but received 'go away'", await client.StandardError.ReadToEndAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("HostA hello\n")]
    [InlineData(null)]
    public void Invalid_script_exits_with_UsageError(string? text)
    {
        var script = text is null ? Path.Combine(_folder, "missing.chat") : CreateFile("talk.chat", text);
        using var client = ConsoleProgram.Start($"connect 127.0.0.1 {Port} --handle Chris --script {script}", "");
        Assert.Equal((2, ""), ConsoleProgram.WaitForExit(client));
        Assert.Contains(script, client.StandardError.ReadToEnd(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("127.0.0.1", "::1")]
    [InlineData("::1", "127.0.0.1")]
    public void Bind_listens_on_one_address_only(string bound, string other)
    {
        using var server = ConsoleProgram.Start($"serve 0 --bind {bound} --handle HostA", input: null);
        var port = ReadPort(server);
        using (var client = ClientSession.Connect(bound, port, new ChatOptions { Handle = "Chris" }))
            client.Send("hi");
        Assert.Equal("Chris> hi", server.StandardOutput.ReadLine());
        Assert.Equal(ChatErrorReason.ConnectFailed, Assert.Throws<ChatException>(
            () => ClientSession.Connect(other, port, new ChatOptions { Handle = "Chris" })).Reason);
        server.Kill();
    }

    [Fact]
    public void Room_has_the_limits_of_its_options()
    {
        using var room = ConsoleProgram.Start(
            "serve 0 --bind 127.0.0.1 --handle HostA --room lobby --max-members 2 --history-count 1", input: null);
        var port = ReadPort(room);
        using var ann = Join(port, "Ann");
        ann.Send("one");
        ann.Send("two");
        Assert.Equal("Ann> one", room.StandardOutput.ReadLine());
        Assert.Equal("Ann> two", room.StandardOutput.ReadLine());
        using (var bob = Join(port, "Bob"))
        {
            var history = bob.Receive(ConsoleProgram.Timeout)!;
            Assert.Equal((true, "two"), (history.IsHistory, history.Text));
            Assert.Equal(ChatErrorReason.RoomFull, Assert.Throws<ChatException>(() => Join(port, "Carl")).Reason);
        }
        room.StandardInput.Write("hello\n");
        room.StandardInput.Flush();
        Assert.Equal("HostA> hello", ann.Receive(ConsoleProgram.Timeout)!.ToString());
        room.Kill();
    }

    [Fact]
    public async Task Turn_order_and_dialect_are_those_of_the_options()
    {
        using var client = ConsoleProgram.Start($"connect 127.0.0.1 {Port} --handle Chris --turn-order free --dialect NullTerminated", "one\ntwo\n");
        using var peer = await _listener.AcceptTcpClientAsync();
        var sent = ConsoleProgram.ReadAll(peer);
        Assert.Equal(["one", "two", "\\quit"], sent.Split('\0', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Split("> ")[^1]));
        Assert.Equal((0, ""), ConsoleProgram.WaitForExit(client));
    }

    [Fact]
    public void Unknown_dialect_exits_with_UsageError()
    {
        using var client = ConsoleProgram.Start($"connect 127.0.0.1 {Port} --handle Chris --dialect Nothing", "");
        Assert.Equal((2, ""), ConsoleProgram.WaitForExit(client));
        Assert.Contains("Dialect 'Nothing' was not found.", client.StandardError.ReadToEnd(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--max-message-length 3", "four\nabc\n", 4, "Chris> abc\n\\quit\n")]
    [InlineData("--max-message-length 4", "four\n", 0, "Chris> four\n\\quit\n")]
    [InlineData("--max-handle-length 4", "", 2, "")]
    public async Task Limits_are_those_of_the_options(string option, string input, int exitCode, string sent)
    {
        using var client = ConsoleProgram.Start($"connect 127.0.0.1 {Port} --handle Chris {option} --turn-order Free", input);
        if (exitCode != 2)
        {
            using var peer = await _listener.AcceptTcpClientAsync();
            Assert.Equal(sent, ConsoleProgram.ReadAll(peer));
        }
        Assert.Equal((exitCode, ""), ConsoleProgram.WaitForExit(client));
    }

    [Fact]
    public void Timeout_limits_the_wait_for_the_room()
    {
        var watch = Stopwatch.StartNew();
        using var client = ConsoleProgram.Start($"connect 127.0.0.1 {Port} --handle Chris --room lobby --timeout 1", "");
        Assert.Equal((1, ""), ConsoleProgram.WaitForExit(client));
        Assert.True(watch.Elapsed >= TimeSpan.FromSeconds(1));
        Assert.StartsWith("pairchat: ", client.StandardError.ReadToEnd(), StringComparison.Ordinal);
    }

    [NeedsToolTheory("perl")]
    [InlineData("TERM", 143)]
    [InlineData("HUP", 129)]
    public async Task Signal_ends_a_client_with_quit_and_a_complete_transcript(string signal, int exitCode)
    {
        var transcript = Path.Combine(_folder, "talk.jsonl");
        using var client = ConsoleProgram.StartWithDefaultSignals($"connect 127.0.0.1 {Port} --handle Chris --transcript {transcript}");
        using var peer = await _listener.AcceptTcpClientAsync();
        await peer.Client.SendAsync("HostA> hello\n"u8.ToArray());
        Assert.Equal("HostA> hello", await client.StandardOutput.ReadLineAsync());
        ConsoleProgram.Signal(client, signal);
        Assert.Equal("\\quit\n", ConsoleProgram.ReadAll(peer));
        Assert.Equal((exitCode, ""), ConsoleProgram.WaitForExit(client));
        var lines = await File.ReadAllLinesAsync(transcript);
        Assert.Contains(lines, l => l.Contains("\"hello\"", StringComparison.Ordinal));
        Assert.Contains("Disconnected.", lines[^1], StringComparison.Ordinal);
    }

    [NeedsToolTheory("perl")]
    [InlineData("TERM", 143)]
    [InlineData("HUP", 129)]
    public void Signal_ends_a_room_and_disconnects_its_members(string signal, int exitCode)
    {
        var transcript = Path.Combine(_folder, "room.jsonl");
        using var room = ConsoleProgram.StartWithDefaultSignals($"serve 0 --bind 127.0.0.1 --handle HostA --room lobby --transcript {transcript}");
        var port = ReadPort(room);
        using var ann = Join(port, "Ann");
        ann.Send("hi");
        Assert.Equal("Ann> hi", room.StandardOutput.ReadLine());
        ConsoleProgram.Signal(room, signal);
        Assert.Null(ann.Receive(ConsoleProgram.Timeout));
        Assert.Equal(ChatCloseReason.PeerQuit, ann.CloseReason);
        Assert.Equal((exitCode, ""), ConsoleProgram.WaitForExit(room));
        Assert.Contains("Room lobby is closed.", File.ReadAllLines(transcript)[^1], StringComparison.Ordinal);
    }

    [NeedsToolFact("perl")]
    public void Signal_while_connecting_is_the_exit_code()
    {
        using var client = ConsoleProgram.Start($"connect 127.0.0.1 {Port} --handle Chris --room lobby", input: null);
        using var peer = _listener.AcceptTcpClient();
        ConsoleProgram.Signal(client, "TERM");
        Assert.Equal((143, ""), ConsoleProgram.WaitForExit(client));
    }

    [NeedsToolFact("tmux")]
    public void Handle_that_is_taken_is_asked_for_again()
    {
        using var room = RoomSession.Start("lobby", 0, new ChatOptions { Handle = "HostA" }, null, IPAddress.Loopback);
        using var ann = Join(room.Port, "Ann");
        using var window = new TmuxWindow($"{ConsoleProgram.Path} connect 127.0.0.1 {room.Port} --handle Ann --room lobby");
        window.WaitFor("Enter a handle");
        Assert.Contains("Ann", window.Screen.Split('\n')[0], StringComparison.Ordinal);
        window.Type("Bob");
        window.Press("Enter");
        window.WaitFor("\nBob>");
        Assert.Equal(["Ann", "Bob"], room.Members.Select(m => m.Handle).Order(StringComparer.Ordinal));
    }

    [NeedsToolFact("systemd-analyze")]
    public void Systemd_unit_of_the_documentation_is_valid()
    {
        var text = File.ReadAllText(Path.Combine(Repository.Root, "docs", "pairchat.md"));
        var unit = Regex.Match(text, "```ini\n(.*?)```", RegexOptions.Singleline).Groups[1].Value;
        Assert.Contains("ExecStart=/usr/local/bin/pairchat serve", unit, StringComparison.Ordinal);
        var path = CreateFile("pairchat.service", unit.Replace("/usr/local/bin/pairchat", ConsoleProgram.Path, StringComparison.Ordinal));
        using var verify = ConsoleProgram.StartShell($"exec systemd-analyze verify --man=no {path} 2>&1", "");
        var (code, output) = ConsoleProgram.WaitForExit(verify);
        Assert.True(code == 0 && !output.Contains("pairchat.service", StringComparison.Ordinal), output);
    }

    private static RoomMemberSession Join(int port, string handle) =>
        RoomMemberSession.Connect("127.0.0.1", port, "lobby", new ChatOptions { Handle = handle });

    private static int ReadPort(Process server) =>
        int.Parse(ConsoleProgram.ParsePort(server.StandardError.ReadLine()!), CultureInfo.InvariantCulture);

    private string CreateFile(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        return path;
    }
}
