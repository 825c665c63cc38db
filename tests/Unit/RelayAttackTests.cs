using System;
using System.IO;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Threading.Tasks;
using PSPairChat.Security;
using Xunit;

namespace PSPairChat.Unit;

/// <summary>Somebody on the network path of a pair with an invite: reads, alters, replays, redirects, and pretends to be the server.</summary>
[Collection("The keys that the user trusts")]
public sealed class RelayAttackTests : IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(20);

    private readonly ServerSession _server = ServerSession.Start(
        0, new ChatOptions { Handle = "HostAlpha", SecureServer = new SecureServerOptions() }, IPAddress.Loopback);

    public void Dispose() => _server.Dispose();

    [Fact]
    public async Task Relay_sees_no_plain_text_and_cannot_replay_the_session()
    {
        byte[] recorded;
        using (var relay = new TestRelay(_server.Port))
        {
            var invite = CreateInvite(relay.Port);
            using (var client = Connect(invite))
            {
                client.Send("a secret question");
                Assert.Equal("a secret question", _server.Receive(Timeout)!.Text);
                _server.Send("a secret answer");
                Assert.Equal("a secret answer", client.Receive(Timeout)!.Text);
            }
            Assert.Null(_server.TryReceive(Timeout, waitOnOwnTurn: true).Message);
            await relay.Completion.WaitAsync(Timeout);
            recorded = relay.ToServer.ToArray();
            var seen = Encoding.Latin1.GetString(recorded) + Encoding.Latin1.GetString(relay.ToClient.ToArray());
            Assert.True(seen.Length > 1000);
            Assert.All(["secret", "Charlie", "HostAlpha", "PAIRCHAT", "quit", InviteUri.Parse(invite).Token.ToString()!],
                text => Assert.DoesNotContain(text, seen, StringComparison.Ordinal));
        }
        using var replay = new TcpClient("127.0.0.1", _server.Port) { ReceiveTimeout = 12_000 };
        replay.GetStream().Write(recorded);
        var received = new byte[64 * 1024];
        while (Read(replay, received) > 0)
        {
        }
        Assert.Null(_server.Peer);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Altered_byte_never_changes_what_arrives(bool toServer)
    {
        const string Question = "an authentic question", Answer = "an authentic answer";
        for (var index = 0; index < 2000; index = index * 3 / 2 + 7)
        {
            using var relay = new TestRelay(_server.Port, toServer ? index : -1, toServer ? -1 : index);
            using var invite = new RemovedInvite(_server);
            var serve = Task.Run(() =>
            {
                // The server ends the conversation or does not begin one.
                if (_server.TryReceive(TimeSpan.FromSeconds(2), waitOnOwnTurn: true) is { Message: { } question })
                {
                    Assert.Equal(Question, question.Text);
                    // On a busy machine, the client may have stopped waiting.
                    Assert.True(Record(() => _server.Send(Answer)) is null or ChatException);
                    _server.Disconnect();
                }
            });
            var failure = Record(() =>
            {
                using var client = Connect(invite.GetUri(relay.Port), TimeSpan.FromSeconds(5));
                client.Send(Question);
                Assert.Equal(Answer, client.Receive(TimeSpan.FromSeconds(5))?.Text ?? Answer);
            });
            relay.Dispose();
            await serve.WaitAsync(Timeout);
            Assert.True(failure is null or ChatException, failure?.ToString());
        }
    }

    [Fact]
    public async Task Relay_with_another_certificate_gets_no_proof()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var invite = CreateInvite(((IPEndPoint)listener.LocalEndpoint).Port);
        var relay = Task.Run(() =>
        {
            using var tcp = listener.AcceptTcpClient();
            using var tls = new SslStream(tcp.GetStream(), leaveInnerStreamOpen: false);
            using var certificate = X509CertificateLoader.LoadPkcs12(CertificateFactory.CreatePfx(), null);
            try
            {
                tls.AuthenticateAsServer(certificate);
                return tls.Read(new byte[1000]);
            }
            catch (Exception e) when (e is IOException or System.Security.Authentication.AuthenticationException)
            {
                return 0;
            }
        });
        Assert.Equal(ChatErrorReason.ServerKeyMismatch, Assert.Throws<ChatException>(() => Connect(invite)).Reason);
        Assert.Equal(0, await relay.WaitAsync(Timeout));
        Assert.Single(_server.Invites.GetAll());
    }

    [Fact]
    public void Proof_is_worth_nothing_at_another_server()
    {
        // The same key, but not the server that has created the invite.
        using var other = ServerSession.Start(0, new ChatOptions { Handle = "Other", SecureServer = new SecureServerOptions() }, IPAddress.Loopback);
        using var relay = new TestRelay(other.Port);
        Assert.Equal(ChatErrorReason.InviteRefused, Assert.Throws<ChatException>(() => Connect(CreateInvite(relay.Port))).Reason);
        Assert.Single(_server.Invites.GetAll());
        Assert.Null(other.Peer);
    }

    [Fact]
    public void Invite_with_one_altered_bit_is_refused_whichever_bit_it_is()
    {
        var key = UserKey.Load();
        var registry = new InviteRegistry(key.Der);
        var invite = registry.Create("flip1", 1, null, new ChatInviteOptions { Lifetime = TimeSpan.FromMinutes(1), MaxUses = int.MaxValue });
        for (var i = 0; i < invite.Token.Secret.Length; i++)
        {
            invite.Token.Secret[i] ^= 0x10;
            var proof = InviteProof.ComputeClient((byte[])invite.Token.Secret.Clone(), key.Der);
            invite.Token.Secret[i] ^= 0x10;
            Assert.Null(registry.TryRedeem(proof));
        }
        for (var i = 0; i < invite.Token.KeyHash.Length; i++)
        {
            var altered = (byte[])invite.Token.KeyHash.Clone();
            altered[i] ^= 0x10;
            Assert.False(key.Fingerprint.StartsWith(altered));
        }
        Assert.NotNull(registry.TryRedeem(InviteProof.ComputeClient(invite.Token.Secret, key.Der)));
    }

    private static Exception? Record(Action action)
    {
        try
        {
            action();
            return null;
        }
        catch (Exception e)
        {
            return e;
        }
    }

    private static int Read(TcpClient client, byte[] buffer)
    {
        try
        {
            return client.GetStream().Read(buffer);
        }
        catch (IOException)
        {
            return 0;
        }
    }

    private static ClientSession Connect(string invite, TimeSpan? timeout = null) => ClientSession.Connect("127.0.0.1", InviteUri.Parse(invite).Port,
        new ChatOptions { Handle = "Charlie", SecureClient = new SecureClientOptions { Invite = invite } }, timeout ?? Timeout);

    private string CreateInvite(int port) => WithPort(_server.Invites.Create(), port);

    private static string WithPort(ChatInvite invite, int port) => InviteUri.Create("127.0.0.1", port, null, null, invite.Token).ToString();

    private sealed class RemovedInvite(ServerSession server) : IDisposable
    {
        private readonly ChatInvite _invite = server.Invites.Create();

        public string GetUri(int port) => WithPort(_invite, port);

        public void Dispose() => _invite.Remove();
    }
}
