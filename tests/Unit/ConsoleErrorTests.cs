using System;
using System.Net;
using System.Net.Sockets;
using System.Threading.Tasks;
using PSPairChat.Security;
using Xunit;

namespace PSPairChat.Unit;

/// <summary>Runs pairchat with command lines that fail: standard error has one line with the cause and what to do.</summary>
[Collection("The keys that the user trusts")]
public sealed class ConsoleErrorTests : IDisposable
{
    private const string UnknownFingerprint = "SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

    public void Dispose() => UserFiles.TrustedKeys.Remove(UserKey.Load().Fingerprint);

    [Theory]
    [InlineData("connect 127.0.0.1 1 --handle Christopher", 2, "Specify a valid handle with --handle.")]
    [InlineData("connect a..b 1 --handle Chris", 1, "Check the spelling of the host name.")]
    [InlineData("connect pairchat://flip1 --handle Chris", 2, "Copy the whole invite, and quote it.")]
    [InlineData("serve 0 --bind 192.0.2.1 --handle HostA", 1, "Specify another PORT or --bind address.")]
    [InlineData("serve 0 --bind 127.0.0.1 --handle HostA --transcript /dev/null/talk.jsonl", 2, "Check the folder of the --transcript file.")]
    [InlineData("serve 0 --bind 127.0.0.1 --handle HostA --room a\u0007b", 2, "Specify a valid name with --room.")]
    [InlineData("serve 0 --bind 127.0.0.1 --handle HostA --dialect Nothing", 2, "Dialect 'Nothing' was not found.")]
    [InlineData("serve 0 --bind 127.0.0.1 --handle HostA --room lobby --dialect HandleExchange", 2, "There is no room dialect 'HandleExchange'.")]
    [InlineData("serve 0 --bind 127.0.0.1 --handle HostA --allow-address here", 2, "'here'")]
    public void Error_of_the_command_line_is_followed_by_the_recommended_action(string line, int exitCode, string advice) => AssertError(line, exitCode, advice);

    [Fact]
    public void Refused_connection_is_followed_by_the_recommended_action()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        AssertError($"connect 127.0.0.1 {((IPEndPoint)socket.LocalEndPoint!).Port} --handle Chris", 1,
            "Check that a server is listening there and that the port is correct.");
    }

    [Fact]
    public void Port_in_use_is_followed_by_the_recommended_action()
    {
        using var server = StartServer(null);
        AssertError($"serve {server.Port} --bind 127.0.0.1 --handle HostA", 1, "Specify another PORT, or 0 for any free port.");
    }

    [Fact]
    public void Errors_of_a_room_are_followed_by_the_recommended_action()
    {
        using var room = RoomSession.Start("lobby", 0, new ChatOptions { Handle = "HostA" }, null, IPAddress.Loopback);
        AssertError($"connect 127.0.0.1 {room.Port} --room lobby --handle HostA", 1, "Specify another --handle.");
        AssertError($"connect 127.0.0.1 {room.Port} --room attic --handle Ann", 1, "Specify the name of the room with --room.");
    }

    [Fact]
    public async Task Server_that_is_not_a_room_is_followed_by_the_recommended_action()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var client = ConsoleProgram.Start($"connect 127.0.0.1 {((IPEndPoint)listener.LocalEndpoint).Port} --room lobby --handle Ann", "");
        using var peer = await listener.AcceptTcpClientAsync();
        await peer.Client.SendAsync("HostA> hello\n"u8.ToArray());
        Assert.Equal((1, ""), ConsoleProgram.WaitForExit(client));
        Assert.EndsWith(". Omit --room to connect to a one-to-one server.\n", await client.StandardError.ReadToEndAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--accept-new-key", 1, "Ask the host of the server for a new invite.")]
    [InlineData("--secure", 1, "Specify --fingerprint, or --accept-new-key to accept the key without verification.")]
    [InlineData("--fingerprint SHA256:x", 2, "Invalid fingerprint 'SHA256:x'.")]
    [InlineData("--fingerprint " + UnknownFingerprint, 1, "Do not connect unless the host of the server confirms the fingerprint.")]
    public void Errors_of_a_secure_server_are_followed_by_the_recommended_action(string option, int exitCode, string advice)
    {
        using var server = StartServer(new SecureServerOptions());
        AssertError($"connect 127.0.0.1 {server.Port} --handle Chris {option}", exitCode, advice);
    }

    [Fact]
    public void Changed_key_is_followed_by_the_recommended_action()
    {
        using var server = StartServer(new SecureServerOptions { AllowAnonymous = true });
        UserFiles.KnownHosts.Set("127.0.0.1", server.Port, KeyFingerprint.Parse(UnknownFingerprint));
        AssertError($"connect 127.0.0.1 {server.Port} --handle Chris --accept-new-key", 1,
            "If the host of the server has replaced the key, remove the line from the file.");
    }

    [Fact]
    public async Task TLS_with_a_plain_server_is_followed_by_the_recommended_action()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var client = ConsoleProgram.Start($"connect 127.0.0.1 {((IPEndPoint)listener.LocalEndpoint).Port} --accept-new-key --handle Chris", "");
        using var peer = await listener.AcceptTcpClientAsync();
        await peer.Client.SendAsync("HostA> hello\n"u8.ToArray());
        Assert.Equal((1, ""), ConsoleProgram.WaitForExit(client));
        Assert.EndsWith(" does not use TLS. Check the port, or connect without TLS.\n", await client.StandardError.ReadToEndAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public void Plain_member_of_a_secure_room_is_told_to_use_TLS()
    {
        using var room = RoomSession.Start(
            "lobby", 0, new ChatOptions { Handle = "HostA", SecureServer = new SecureServerOptions() }, null, IPAddress.Loopback);
        AssertError($"connect 127.0.0.1 {room.Port} --room lobby --handle Ann", 1, "Connect with an invite, or with --secure.");
    }

    private static ServerSession StartServer(SecureServerOptions? options) =>
        ServerSession.Start(0, new ChatOptions { Handle = "HostA", SecureServer = options }, IPAddress.Loopback);

    private static void AssertError(string line, int exitCode, string advice)
    {
        using var program = ConsoleProgram.Start(line, "");
        Assert.Equal((exitCode, ""), ConsoleProgram.WaitForExit(program));
        var error = program.StandardError.ReadToEnd();
        Assert.Matches(@"^pairchat: [^\n]+\n$", error);
        Assert.Contains(advice, error, StringComparison.Ordinal);
        Assert.DoesNotContain("..", error.Replace("a..b", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }
}
