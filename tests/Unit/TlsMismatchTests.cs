using System;
using System.Diagnostics;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Threading.Tasks;
using Xunit;

namespace PSPairChat.Unit;

/// <summary>One end uses TLS and the other does not: both ends report it at once.</summary>
[Collection("The keys that the user trusts")]
public sealed class TlsMismatchTests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(5);
    private static readonly ChatOptions Secure = new() { Handle = "HostA", SecureServer = new SecureServerOptions() };
    private static readonly ChatOptions Plain = new() { Handle = "HostA" };
    private static readonly ChatOptions PlainClient = new() { Handle = "Chris" };
    private static readonly ChatOptions SecureClient = new() { Handle = "Chris", SecureClient = new SecureClientOptions { AcceptNewKey = true } };

    [Fact]
    public void Plain_client_of_a_secure_server_is_told_to_use_TLS()
    {
        using var server = ServerSession.Start(0, Secure, IPAddress.Loopback);
        using var client = ClientSession.Connect("127.0.0.1", server.Port, PlainClient);
        client.Send("hello");
        Assert.Equal(ChatErrorReason.ServerRequiresSecure, Assert.Throws<ChatException>(() => client.Receive(Soon)).Reason);
        Assert.Null(server.Peer);
    }

    [Fact]
    public void Client_without_an_invite_is_told_that_it_needs_one()
    {
        using var server = ServerSession.Start(0, Secure, IPAddress.Loopback);
        Assert.Equal(ChatErrorReason.InviteRefused, Assert.Throws<ChatException>(() => ClientSession.Connect("127.0.0.1", server.Port, SecureClient)).Reason);
        Assert.Null(server.Peer);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Client_without_an_invite_and_a_greeting_is_told_that_it_needs_one(bool sends)
    {
        using var server = ServerSession.Start(0, Secure, IPAddress.Loopback);
        using var client = ClientSession.Connect(
            "127.0.0.1", server.Port, SecureClient with { TurnOrder = TurnOrder.Free, Resume = new ResumeOptions { Mode = ResumeMode.Never } });
        if (sends)
            client.Send("hello");
        // The server gives a client 2.5 s to begin a proof, and then more with each refusal.
        var watch = Stopwatch.StartNew();
        var error = Assert.Throws<ChatException>(() => client.Receive(Timeout));
        Assert.InRange(watch.Elapsed.TotalSeconds, sends ? 0 : 2, Timeout.TotalSeconds);
        Assert.Equal((ChatErrorReason.InviteRefused, ChatSessionState.Closed), (error.Reason, client.State));
        Assert.Null(server.Peer);
    }

    [Fact]
    public void Member_without_an_invite_is_told_that_it_needs_one()
    {
        using var room = RoomSession.Start("lobby", 0, Secure, null, IPAddress.Loopback);
        Assert.Equal(ChatErrorReason.InviteRefused, Assert.Throws<ChatException>(
            () => RoomMemberSession.Connect("127.0.0.1", room.Port, "lobby", SecureClient, timeout: Soon)).Reason);
    }

    [Fact]
    public void Plain_client_of_another_TLS_server_is_told_to_use_TLS()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var client = ClientSession.Connect("127.0.0.1", ((IPEndPoint)listener.LocalEndpoint).Port, PlainClient);
        client.Send("hello");
        using var server = listener.AcceptSocket();
        // The alert with which TLS servers answer bytes that are not TLS: unexpected_message.
        server.Send([21, 3, 1, 0, 2, 2, 10]);
        Assert.Equal(ChatErrorReason.ServerRequiresSecure, Assert.Throws<ChatException>(() => client.Receive(Soon)).Reason);
    }

    [Fact]
    public void Plain_member_of_a_secure_room_is_told_to_use_TLS()
    {
        using var room = RoomSession.Start("lobby", 0, Secure, null, IPAddress.Loopback);
        Assert.Equal(ChatErrorReason.ServerRequiresSecure, Assert.Throws<ChatException>(
            () => RoomMemberSession.Connect("127.0.0.1", room.Port, "lobby", PlainClient, timeout: Soon)).Reason);
    }

    [Fact]
    public async Task Secure_client_of_a_plain_server_is_told_not_to_use_TLS()
    {
        using var server = ServerSession.Start(0, Plain, IPAddress.Loopback);
        var receive = Task.Run(() => Assert.Throws<ChatException>(() => server.Receive(Timeout)));
        Assert.Equal(ChatErrorReason.ServerNotSecure, Assert.Throws<ChatException>(
            () => ClientSession.Connect("127.0.0.1", server.Port, SecureClient, Soon)).Reason);
        Assert.Equal(ChatErrorReason.ClientUsesTls, (await receive.WaitAsync(Timeout)).Reason);
        // The next client is served.
        using var client = ClientSession.Connect("127.0.0.1", server.Port, PlainClient);
        client.Send("hello");
        Assert.Equal("hello", server.Receive(Timeout)!.Text);
    }

    [Fact]
    public void Secure_member_of_a_plain_room_is_told_not_to_use_TLS()
    {
        using var room = RoomSession.Start("lobby", 0, Plain, null, IPAddress.Loopback);
        Assert.Equal(ChatErrorReason.ServerNotSecure, Assert.Throws<ChatException>(
            () => RoomMemberSession.Connect("127.0.0.1", room.Port, "lobby", SecureClient, timeout: Soon)).Reason);
    }

    [Fact]
    public void Client_hello_in_a_plain_room_is_answered_with_the_reason()
    {
        using var room = RoomSession.Start("lobby", 0, Plain, null, IPAddress.Loopback);
        using var client = RoomTestClient.Connect(room);
        client.Send([22, 3, 1, 0, 1]);
        Assert.Equal("BYE This server does not use TLS.", client.Read());
        Assert.Null(client.Read());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Connection_that_ends_within_TLS_without_a_close_is_lost(bool sendsClose)
    {
        using var server = ServerSession.Start(0, Secure with { SecureServer = new SecureServerOptions { AllowAnonymous = true } }, IPAddress.Loopback);
        using var socket = new TcpClient("127.0.0.1", server.Port);
        using var tls = new SslStream(socket.GetStream(), leaveInnerStreamOpen: true, (_, c, _, _) => c is not null);
        tls.AuthenticateAsClient("test");
        tls.Write("Chris> hello\n"u8);
        Assert.Equal("hello", server.Receive(Timeout)!.Text);
        if (sendsClose)
            tls.ShutdownAsync().GetAwaiter().GetResult();
        socket.Client.Shutdown(SocketShutdown.Send);
        var result = server.TryReceive(Timeout, waitOnOwnTurn: true);
        Assert.Equal(sendsClose ? null : ChatErrorReason.PeerDisconnected, result.Error?.Reason);
        Assert.Equal(sendsClose ? ChatCloseReason.PeerQuit : ChatCloseReason.PeerDisconnected, server.CloseReason);
    }
}
