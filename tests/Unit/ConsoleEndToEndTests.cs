using System;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using Xunit;

namespace PSPairChat.Unit;

/// <summary>Runs pairchat at a terminal and with redirected standard streams.</summary>
public sealed partial class ConsoleEndToEndTests
{
    [NeedsToolFact("tmux")]
    public void Server_and_client_chat_at_two_terminals()
    {
        using var server = new TmuxWindow($"{ConsoleProgram.Path} serve 0 --handle HostA --bind 127.0.0.1");
        var port = ConsoleProgram.ParsePort(server.WaitFor("Waiting for a client..."));
        using var client = new TmuxWindow($"{ConsoleProgram.Path} connect localhost {port}");
        client.WaitFor("Enter a handle");
        client.Type("Chris");
        client.Press("Enter");
        client.WaitFor("\nChris>");
        client.Type("test");
        client.Press("Enter");
        server.WaitFor("\nHostA>");
        server.Type("hello");
        server.Press("Enter");
        client.WaitFor(s => s.EndsWith("HostA> hello\nChris>", StringComparison.Ordinal), "the prompt");
        client.Type("\\quit");
        client.Press("Enter");
        Assert.Equal(
            $"""
            Connected to localhost:{port}. Type \quit to leave.
            Enter a handle (up to 10 characters): Chris
            Chris> test
            HostA> hello
            Chris> \quit
            Disconnected.
            exit code 0
            modes restored
            """, client.WaitFor("modes restored"));
        Assert.Equal(
            $"""
            Listening on 127.0.0.1:{port}. Press Ctrl+C to stop the server.
            Established connection with 127.0.0.1:PEER...
            Chris> test
            HostA> hello
            Chris has left.
            Listening on 127.0.0.1:{port}.
            Waiting for a client...
            """,
            PeerPort().Replace(server.WaitFor(s => s.EndsWith("Waiting for a client...", StringComparison.Ordinal), "the next client"), "127.0.0.1:PEER..."));
        server.Press("C-c");
        Assert.EndsWith($"Listening on 127.0.0.1:{port}.\nexit code 130\nmodes restored", server.WaitFor("modes restored"), StringComparison.Ordinal);
    }

    [NeedsToolFact("tmux")]
    public void Edited_line_is_kept_when_the_peer_sends_and_disconnects()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var client = new TmuxWindow($"{ConsoleProgram.Path} connect 127.0.0.1 {((IPEndPoint)listener.LocalEndpoint).Port} --handle Chris", width: 40);
        using var peer = listener.AcceptTcpClient();
        client.WaitFor("\nChris>");
        client.Type("half a line, and mind the 漢字 e\u0301 in it");
        client.WaitFor("in it");
        client.Press("M-b");
        client.WaitFor(_ => client.TextBeforeCursor.EndsWith("in ", StringComparison.Ordinal), "the cursor");
        peer.Client.Send("HostA> news\n"u8);
        client.WaitFor("HostA> news\nChris> half a line, and mind the 漢字 e\u0301\n  in it");
        Assert.EndsWith("in ", client.TextBeforeCursor, StringComparison.Ordinal);
        client.Resize(30, 20);
        client.WaitFor("HostA> news\nChris> half a line, and mind t\n  he 漢字 e\u0301 in it");
        peer.Client.Send("\\quit\n"u8);
        Assert.Contains(
            "HostA> news\nHostA has left.\nInput not sent: half a line", client.WaitFor("modes restored"), StringComparison.Ordinal);
    }

    [NeedsToolFact("tmux")]
    public void Ctrl_C_out_of_turn_sends_quit_and_restores_the_terminal()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var client = new TmuxWindow($"{ConsoleProgram.Path} connect 127.0.0.1 {((IPEndPoint)listener.LocalEndpoint).Port} --handle Chris");
        using var peer = listener.AcceptTcpClient();
        client.WaitFor("\nChris>");
        client.Type("test");
        client.Press("Enter");
        client.WaitFor("Waiting for 127.0.0.1...");
        client.Press("C-c");
        Assert.EndsWith("Chris> test\nDisconnected.\nexit code 130\nmodes restored", client.WaitFor("modes restored"), StringComparison.Ordinal);
        Assert.Equal("Chris> test\n\\quit\n", ConsoleProgram.ReadAll(peer));
    }

    [NeedsToolTheory("tmux")]
    [InlineData("--handle Chris", "Chris> half")]
    [InlineData("", "Enter a handle (up to 10 characters): half")]
    public void Prompt_is_rendered_again_after_fg(string option, string prompt)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var window = new TmuxWindow("PS1='$ ' bash --norc --noprofile -i", width: 100);
        window.Type(
            $"sh -c 'echo process $$; exec {ConsoleProgram.Path} connect 127.0.0.1 {((IPEndPoint)listener.LocalEndpoint).Port} {option}'");
        window.Press("Enter");
        window.WaitFor(s => s.EndsWith(prompt.Replace(" half", "", StringComparison.Ordinal), StringComparison.Ordinal), "the prompt");
        using var client = Process.GetProcessById(int.Parse(ProcessNumber().Match(window.Screen).Groups[1].ValueSpan, CultureInfo.InvariantCulture));
        window.Type("half");
        window.WaitFor(s => s.EndsWith(prompt, StringComparison.Ordinal), "the edited line");
        ConsoleProgram.Signal(client, "STOP");
        window.WaitFor("Stopped");
        window.Type("fg");
        window.Press("Enter");
        window.WaitFor(s => s.EndsWith(prompt, StringComparison.Ordinal), "the edited line");
        window.Type("!");
        window.WaitFor(s => s.EndsWith(prompt + "!", StringComparison.Ordinal), "the edited line");
    }

    [NeedsToolFact("tmux")]
    public void Message_is_wrapped_with_an_indentation_when_only_the_input_is_redirected()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var client = new TmuxWindow(
            $"sleep 60 | {ConsoleProgram.Path} connect 127.0.0.1 {((IPEndPoint)listener.LocalEndpoint).Port} --handle Chris", width: 40);
        using var peer = listener.AcceptTcpClient();
        peer.Client.Send(Encoding.UTF8.GetBytes("HostA> nice weather".PadRight(40, 'x') + "Bob> hi\n"));
        client.WaitFor("HostA> nice\n  weather" + new string('x', 21) + "Bob> hi");
    }

    [Fact]
    public void Server_and_client_chat_with_redirected_streams()
    {
        using var server = ConsoleProgram.Start("serve 0 --handle HostA --bind 127.0.0.1", "hello\nwell\n");
        var port = ConsoleProgram.ParsePort(server.StandardError.ReadLine()!);
        using var client = ConsoleProgram.Start($"connect 127.0.0.1 {port} --handle Chris", "one\ntwo\n\\quit\n");
        Assert.Equal((0, "HostA> hello\nHostA> well\n"), ConsoleProgram.WaitForExit(client));
        Assert.Equal($"Connected to 127.0.0.1:{port}. Type \\quit to leave.\nDisconnected.\n", client.StandardError.ReadToEnd());
        Assert.Equal((0, "Chris> one\nChris> two\n"), ConsoleProgram.WaitForExit(server));
        Assert.EndsWith("...\nChris has left.\n", server.StandardError.ReadToEnd(), StringComparison.Ordinal);
    }

    [Fact]
    public void Connect_without_a_server_exits_with_ConnectFailed()
    {
        // A port that is bound but not listened on refuses connections, and no other process can take it.
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var port = ((IPEndPoint)socket.LocalEndPoint!).Port;
        using var client = ConsoleProgram.Start($"connect 127.0.0.1 {port} --handle Chris", "");
        Assert.Equal((1, ""), ConsoleProgram.WaitForExit(client));
        Assert.Contains($"Failed to connect to 127.0.0.1:{port}", client.StandardError.ReadToEnd(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("--room lobby")]
    public void Connect_with_several_servers_connects_to_the_first_one_that_accepts(string option)
    {
        using var closed = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        closed.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var options = new ChatOptions { Handle = "Host" };
        using ChatSession server = option.Length == 0
            ? ServerSession.Start(0, options, IPAddress.Loopback)
            : RoomSession.Start("lobby", 0, options, bindAddress: IPAddress.Loopback);
        var closedPort = ((IPEndPoint)closed.LocalEndPoint!).Port;
        using var client = ConsoleProgram.Start($"connect 127.0.0.1:{closedPort},127.0.0.1 {server.Port} --handle Chris {option}", "\\quit\n");
        Assert.Equal((0, ""), ConsoleProgram.WaitForExit(client));
        Assert.StartsWith($"Connected to 127.0.0.1:{server.Port}. ", client.StandardError.ReadToEnd(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("connect", "Required argument HOST is missing.")]
    [InlineData("connect 127.0.0.1 1", "--handle")]
    [InlineData("connect 127.0.0.1 1 --handle Christopher", "1 through 10 letters")]
    [InlineData("serve port", "Invalid port 'port'. Specify a number from 0 through 65535.")]
    public void Invalid_command_line_exits_with_UsageError(string line, string message)
    {
        using var program = ConsoleProgram.Start(line, "");
        Assert.Equal((2, ""), ConsoleProgram.WaitForExit(program));
        Assert.Contains(message, program.StandardError.ReadToEnd(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, 4)]
    [InlineData(true, 3)]
    public void Input_that_is_not_sent_is_reported_by_the_exit_code(bool isConnectionLost, int exitCode)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var client = ConsoleProgram.Start($"connect 127.0.0.1 {((IPEndPoint)listener.LocalEndpoint).Port} --handle Chris", "one\ntwo\n");
        using (var peer = listener.AcceptTcpClient())
        {
            peer.Client.Receive(new byte[100]);
            if (isConnectionLost)
                peer.Client.Close(timeout: 0);
            else
                peer.Client.Send("\\quit\n"u8);
        }
        Assert.Equal((exitCode, ""), ConsoleProgram.WaitForExit(client));
    }

    [NeedsToolFact("perl")]
    public void SIGINT_sends_quit()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var client = ConsoleProgram.StartWithDefaultSignals($"connect 127.0.0.1 {((IPEndPoint)listener.LocalEndpoint).Port} --handle Chris");
        using var peer = listener.AcceptTcpClient();
        client.StandardInput.Write("one\n");
        client.StandardInput.Flush();
        Assert.Equal(11, peer.Client.Receive(new byte[100]));
        ConsoleProgram.Signal(client, "INT");
        Assert.Equal("\\quit\n", ConsoleProgram.ReadAll(peer));
        Assert.Equal((130, ""), ConsoleProgram.WaitForExit(client));
    }

    [Fact]
    public void Version_is_the_version_of_the_module()
    {
        using var program = ConsoleProgram.Start("--version", "");
        Assert.Equal((0, typeof(ChatSession).Assembly.GetName().Version!.ToString(3) + Environment.NewLine), ConsoleProgram.WaitForExit(program));
    }

    [GeneratedRegex(@"\nprocess (\d+)")]
    private static partial Regex ProcessNumber();

    [GeneratedRegex(@"127\.0\.0\.1:\d+\.\.\.")]
    private static partial Regex PeerPort();
}
