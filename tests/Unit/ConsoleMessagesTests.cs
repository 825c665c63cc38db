using System;
using System.Net;
using PSPairChat.Terminal;
using Xunit;

namespace PSPairChat.Unit;

public sealed class ConsoleMessagesTests
{
    [Fact]
    public void Banner_names_the_endpoint_and_how_to_end_the_chat()
    {
        using var server = ServerSession.Start(0, new ChatOptions { Handle = "HostA" }, IPAddress.Loopback);
        using var room = RoomSession.Start("lobby", 0, new ChatOptions { Handle = "HostA" }, null, IPAddress.Loopback);
        using var client = ClientSession.Connect("localhost", server.Port, new ChatOptions { Handle = "Chris" });
        Assert.Equal($"Listening on 127.0.0.1:{server.Port}. Press Ctrl+C to stop the server.", ConsoleMessages.GetBanner(server));
        Assert.Equal(
            $"Room lobby is open. Listening on 127.0.0.1:{room.Port}. Type /help for help, or press Ctrl+C to close the room.", ConsoleMessages.GetBanner(room));
        Assert.Equal($"Connected to localhost:{server.Port}. Type \\quit to leave.", ConsoleMessages.GetBanner(client));
    }

    [Fact]
    public void Banner_of_a_secure_client_says_how_it_is_protected()
    {
        using var server = ServerSession.Start(0, new ChatOptions { Handle = "HostA", SecureServer = new SecureServerOptions() }, IPAddress.Loopback);
        using var client = ClientSession.Connect(
            "127.0.0.1", server.Port, new ChatOptions { Handle = "Chris", SecureClient = new SecureClientOptions { Invite = server.Invites.Create().Uri } });
        Assert.Equal($"Connected to 127.0.0.1:{server.Port}. Type \\quit to leave. {client.Security}.", ConsoleMessages.GetBanner(client));
    }

    [Theory]
    [InlineData("127.0.0.1", "127.0.0.1:54321")]
    [InlineData("::1", "[::1]:54321")]
    [InlineData("a\u001b[2Jb", "a␛[2Jb:54321")]
    public void Address_is_unambiguous_and_safe_to_display(string hostName, string address) =>
        Assert.Equal($"Connected to {address}. Type \\quit to leave.", ConsoleMessages.FormatConnected(hostName, 54321));

    [Fact]
    public void Wait_of_a_server_is_for_a_client_then_for_its_first_message_then_for_the_client()
    {
        using var server = ServerSession.Start(0, new ChatOptions { Handle = "HostA" }, IPAddress.Loopback);
        Assert.Equal("Waiting for a client...", ConsoleMessages.FormatWaiting(server, isUnanswered: false));
        using var client = ClientSession.Connect("127.0.0.1", server.Port, new ChatOptions { Handle = "Chris" });
        server.WaitForPeer(TimeSpan.FromSeconds(20), default);
        Assert.Equal("Waiting for the first message...", ConsoleMessages.FormatWaiting(server, isUnanswered: false));
        client.Send("hi");
        Assert.NotNull(server.Receive(TimeSpan.FromSeconds(20)));
        Assert.Equal("Waiting for Chris...", ConsoleMessages.FormatWaiting(server, isUnanswered: false));
    }

    [Fact]
    public void Wait_of_a_client_is_for_the_host_until_the_server_has_a_handle()
    {
        using var server = ServerSession.Start(0, new ChatOptions { Handle = "HostA" }, IPAddress.Loopback);
        using var client = ClientSession.Connect("localhost", server.Port, new ChatOptions { Handle = "Chris" });
        client.Send("hi");
        Assert.Equal("Waiting for localhost...", ConsoleMessages.FormatWaiting(client, isUnanswered: false));
        Assert.NotNull(server.Receive(TimeSpan.FromSeconds(20)));
        server.Send("hello");
        Assert.NotNull(client.Receive(TimeSpan.FromSeconds(20)));
        Assert.Equal("Waiting for HostA...", ConsoleMessages.FormatWaiting(client, isUnanswered: false));
    }
}
