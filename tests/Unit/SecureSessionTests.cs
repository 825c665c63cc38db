using System;
using System.Net;
using System.Net.Sockets;
using PSPairChat.Security;
using Xunit;

namespace PSPairChat.Unit;

/// <summary>Sessions over TLS, from the invite to the end of the conversation.</summary>
[Collection("The keys that the user trusts")]
public sealed class SecureSessionTests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(20);

    [Fact]
    public void Pair_with_an_invite_alternates_and_knows_how_it_is_protected()
    {
        using var server = StartServer();
        var invite = server.Invites.Create();
        Assert.StartsWith($"pairchat://127.0.0.1:{server.Port}/#", invite.ToString(), StringComparison.Ordinal);
        using var client = Connect(server, invite);
        for (var i = 0; i < 20; i++)
        {
            client.Send($"question {i}");
            Assert.Equal($"question {i}", server.Receive(Timeout)!.Text);
            server.Send($"answer {i}");
            Assert.Equal($"answer {i}", client.Receive(Timeout)!.Text);
        }
        Assert.Equal((ChatTrust.Invite, ChatTrust.Invite), (client.Security!.Trust, server.Security!.Trust));
        Assert.Equal(client.Security.PeerFingerprint, UserKey.Load().Fingerprint.ToString());
        client.Send("\\quit");
        Assert.Null(server.Receive(Timeout));
        Assert.Equal((ChatCloseReason.LocalQuit, ChatCloseReason.PeerQuit), (client.CloseReason, server.CloseReason));
    }

    [Fact]
    public void Server_takes_the_next_client_with_another_invite()
    {
        using var server = StartServer();
        for (var i = 0; i < 3; i++)
        {
            using var client = Connect(server, server.Invites.Create());
            client.Send("hello");
            Assert.Equal("hello", server.Receive(Timeout)!.Text);
            client.Disconnect();
            Assert.Null(server.TryReceive(Timeout, waitOnOwnTurn: true).Message);
        }
        Assert.Empty(server.Invites.GetAll());
    }

    [Fact]
    public void Plain_server_creates_no_invites()
    {
        using var server = ServerSession.Start(0, new ChatOptions { Handle = "HostA" }, IPAddress.Loopback);
        Assert.Equal(ChatErrorReason.NotSecure, Assert.Throws<ChatException>(() => server.Invites.Create()).Reason);
        Assert.Null(server.Security);
    }

    [Fact]
    public void Failed_proof_is_a_warning_with_the_address()
    {
        using var server = StartServer();
        var used = server.Invites.Create();
        Connect(server, used).Dispose();
        Assert.Null(server.TryReceive(Timeout, waitOnOwnTurn: true).Message);
        Assert.Equal(ChatErrorReason.InviteRefused, Assert.Throws<ChatException>(() => Connect(server, used)).Reason);
        Assert.Equal(["127.0.0.1 gave no valid invite (1 failed attempt)."], server.DequeueNotices(ChatNoticeKind.Warning));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Client_whose_address_is_not_allowed_is_closed_without_an_answer(bool isSecure)
    {
        using var server = ServerSession.Start(0, new ChatOptions
        {
            Handle = "HostA", AllowedAddresses = ["192.0.2.0/24"], SecureServer = isSecure ? new SecureServerOptions() : null,
        }, IPAddress.Loopback);
        using var client = new TcpClient("127.0.0.1", server.Port) { ReceiveTimeout = 5000 };
        var received = 0;
        try
        {
            received = client.GetStream().Read(new byte[10]);
        }
        catch (System.IO.IOException)
        {
            // A reset tells no more than an end does.
        }
        Assert.Equal(0, received);
        Assert.Equal(ChatSessionState.Listening, server.State);
    }

    private static ServerSession StartServer() =>
        ServerSession.Start(0, new ChatOptions { Handle = "HostA", SecureServer = new SecureServerOptions() }, IPAddress.Loopback);

    private static ClientSession Connect(ServerSession server, ChatInvite invite) => ClientSession.Connect("127.0.0.1", server.Port,
        new ChatOptions { Handle = "Chris", SecureClient = new SecureClientOptions { Invite = invite.ToString() } }, Timeout);
}
